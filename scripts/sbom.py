"""The bill of materials: every locked wheel and every jar, with its hashes, as CycloneDX. `make sbom` calls it.

    python scripts/sbom.py [FILE]

A package of `run.lock`, `server.lock` or `build.lock` is required, one of `semantic.lock` optional, and one that only checks
and tests use is excluded, which is CycloneDX's word for listed and not delivered. The engine's jars are required.
"""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

import click
import orjson
from cyclonedx.model import HashAlgorithm, HashType
from cyclonedx.model.bom import Bom
from cyclonedx.model.component import Component, ComponentScope, ComponentType
from cyclonedx.output.json import JsonV1Dot6
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator
from packageurl import PackageURL

CHECKOUT = Path(__file__).parent.parent
sys.path.insert(0, str(CHECKOUT))

from engine.jars import Jar, read_jars  # noqa: E402  (the checkout itself is not installed everywhere)

LOCKS = CHECKOUT / "requirements"
REQUIRED, OPTIONAL = ("run", "server", "build"), ("semantic",)


def locked(path: Path) -> set[tuple[str, str]]:
    """Return name and version of every package of a lock file."""
    return set(re.findall(r"^([a-z0-9][a-z0-9._-]*)(?:\[[^\]]*\])?==([^\s;\\]+)", path.read_text(), re.MULTILINE))


def bill() -> Bom:
    """Return the bill of materials."""
    # dev.lock holds all the others: they are compiled with the same versions.
    arguments = [
        "requirements",
        str(LOCKS / "dev.lock"),
        "--pyproject",
        str(CHECKOUT / "pyproject.toml"),
        "--of",
        "JSON",
    ]
    command = [sys.executable, "-m", "cyclonedx_py", *arguments, "--output-reproducible", "--no-validate"]
    told = orjson.loads(subprocess.run(command, capture_output=True, check=True).stdout)
    bom = Bom.from_json(told)
    for component in bom.components:
        component.scope = _scope(component.name, component.version)
    bom.components.update(_jars(read_jars()))
    if bom.metadata.component:
        bom.register_dependency(bom.metadata.component, bom.components)
    return bom


def _scope(name: str, version: str | None) -> ComponentScope:
    for kinds, scope in ((REQUIRED, ComponentScope.REQUIRED), (OPTIONAL, ComponentScope.OPTIONAL)):
        if any((name, version) in locked(LOCKS / f"{kind}.lock") for kind in kinds):
            return scope
    return ComponentScope.EXCLUDED


def _jars(jars: Iterable[Jar]) -> list[Component]:
    components = {}
    for jar in jars:
        qualifiers = {"type": jar.packaging} | ({"classifier": jar.classifier} if jar.classifier else {})
        purl = PackageURL("maven", jar.group, jar.artifact, jar.version, qualifiers)
        components[str(purl)] = Component(
            type=ComponentType.LIBRARY,
            group=jar.group,
            name=jar.artifact,
            version=jar.version,
            purl=purl,
            bom_ref=str(purl),
            scope=ComponentScope.REQUIRED,
            hashes=[HashType(alg=HashAlgorithm.SHA_256, content=jar.sha256)],
        )
    return list(components.values())


@click.command()
@click.argument("target", default="dist/rasd.cdx.json", type=click.Path(path_type=Path))
def main(target: Path) -> None:
    """Write the bill of materials to a file, once it has passed CycloneDX's own schema."""
    bom = bill()
    text = JsonV1Dot6(bom).output_as_string(indent=2)
    if fault := JsonStrictValidator(SchemaVersion.V1_6).validate_str(text):
        raise click.ClickException(f"it does not pass the schema: {fault}")
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(text + "\n", encoding="utf-8")
    print(f"{target}: {len(bom.components)} components")


if __name__ == "__main__":
    main()

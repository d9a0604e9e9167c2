"""Known faults of what the lock files name: `make audit` calls it. What could not be looked up is never a pass.

    python scripts/audit.py [--osv-url URL] [LOCK_FILE...]

Exit codes: 0 everything was looked up and nothing is known, 1 faults are known, 3 not audited (the advisory service did
not answer, or does not know a package). pip-audit alone ends with 0 where it could look up nothing.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import click

LOCKS = Path(__file__).parent.parent / "requirements"
FAULTY, NOT_AUDITED = 1, 3


@click.command()
@click.argument("files", nargs=-1, type=click.Path(path_type=Path, exists=True))
@click.option("--osv-url", help="Ask this OSV service; not set: the package index.")
def main(files: tuple[Path, ...], osv_url: str | None) -> None:
    """Audit the lock files (all, where none is named)."""
    sys.exit(max((_audit(path, osv_url) for path in files or sorted(LOCKS.glob("*.lock"))), key=_weight))


def _weight(code: int) -> int:
    """Say which of several outcomes is told: a known fault before what is not known."""
    return {0: 0, NOT_AUDITED: 1, FAULTY: 2}[code]


def _audit(path: Path, osv_url: str | None) -> int:
    service = ["--vulnerability-service", "osv", "--osv-url", osv_url] if osv_url else []
    asked = ["--strict", "--disable-pip", "--require-hashes", "--format", "json", "--progress-spinner", "off"]
    command = [sys.executable, "-m", "pip_audit", *asked, *service, "--requirement", str(path)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    try:
        packages: list[dict[str, Any]] = json.loads(done.stdout)["dependencies"]
    except (ValueError, KeyError):
        last = (done.stderr.strip().splitlines() or ["no answer"])[-1]
        print(f"{path.name}: NOT AUDITED: {last[:300]}")
        return NOT_AUDITED
    for package in packages:
        for fault in package.get("vulns", ()):
            mended = ", ".join(fault["fix_versions"]) or "no version yet"
            print(f"{path.name}: {package['name']} {package['version']}: {fault['id']}, mended in {mended}")
    if any(package.get("vulns") for package in packages):
        return FAULTY
    unknown = [package["name"] for package in packages if "skip_reason" in package]
    # An input of which nothing was read is no pass either, nor is a code that is not explained by what was printed.
    if unknown or not packages or done.returncode:
        print(f"{path.name}: NOT AUDITED: {len(unknown)} of {len(packages)} packages could not be looked up")
        return NOT_AUDITED
    print(f"{path.name}: {len(packages)} packages, no known faults")
    return 0


if __name__ == "__main__":
    main()

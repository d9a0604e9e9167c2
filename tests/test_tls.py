"""TLS to the engine: both doors verify whom they talk to, and the password goes to nobody else."""

from __future__ import annotations

import asyncio
import base64
import ssl
import traceback

import pytest
from pydantic import ValidationError
from tls_stub import make_certificates, tls_stub

from api.engine import ReadingEngine
from api.errors import EngineDown
from api.metrics import Metrics
from indexer.engine import WritingEngine
from indexer.errors import EngineRefused
from settings import read_settings

PASSWORD = "canary-5f0e1d@/,"
WRITTEN = "canary-5f0e1d%40%2F%2C"


def read(settings):
    """Ask through the reading door."""

    async def ask():
        engine = ReadingEngine(settings, Metrics())
        try:
            return (await engine.indices(["rasd"]))["version"]["number"]
        finally:
            await engine.close()

    return asyncio.run(ask())


def write(settings):
    """Ask through the writing door. It tries again where an engine is down, and not where it is the wrong one."""
    engine = WritingEngine(settings)
    try:
        return engine.version()
    finally:
        engine.close()


DOORS = pytest.mark.parametrize(("ask", "refusal"), [(read, EngineDown), (write, EngineRefused)])


@pytest.fixture(scope="module")
def certificates(tmp_path_factory):
    """Folders with certificates: `right` as Docker's, `other` by another authority, `elsewhere` and `expired`."""
    root = tmp_path_factory.mktemp("certificates")
    make_certificates(root / "right")
    make_certificates(root / "other")
    make_certificates(root / "elsewhere", HOSTS="DNS:elsewhere.example,IP:127.0.0.2")
    make_certificates(root / "expired", DAYS="-1")
    return root


def settings_for(stub, folder, host="127.0.0.1"):
    """Settings that name the stub, a password and the authority of a folder."""
    url = stub.url(host, f"rasd-reader:{WRITTEN}")
    return read_settings(opensearch_url=url, opensearch_ca=folder / "authority" / "ca.pem")


@DOORS
@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
def test_the_right_node_answers(certificates, ask, refusal, host):
    """With the right authority and name the door gets its answer, and signs in with the decoded name and password."""
    with tls_stub(certificates / "right") as stub:
        assert ask(settings_for(stub, certificates / "right", host)) == "3.6.0"
    expected = base64.b64encode(f"rasd-reader:{PASSWORD}".encode()).decode()
    assert stub.authorizations == [f"Basic {expected}"]


WRONG = {
    "another authority": ("other", "right"),
    "another name": ("elsewhere", "elsewhere"),
    "expired": ("expired", "expired"),
}


@DOORS
@pytest.mark.parametrize(("served", "trusted"), WRONG.values(), ids=WRONG.keys())
def test_a_wrong_node_is_refused(certificates, ask, refusal, served, trusted, caplog):
    """A node of another authority, with another name or expired gets no request; nothing that is told has the password."""
    caplog.set_level("DEBUG")
    with tls_stub(certificates / served) as stub, pytest.raises(refusal) as caught:
        ask(settings_for(stub, certificates / trusted))
    assert stub.authorizations == []
    cause = str(caught.value.__context__)
    assert "CERTIFICATE_VERIFY_FAILED" in cause
    assert "canary" not in cause + caplog.text + "".join(traceback.format_exception(caught.value))


@DOORS
def test_an_unknown_authority_is_refused(certificates, ask, refusal):
    """Without RASD_OPENSEARCH_CA only authorities that this machine trusts are good, and ours is none of them."""
    with tls_stub(certificates / "right") as stub, pytest.raises(refusal):
        ask(read_settings(opensearch_url=stub.url(), opensearch_ca=None))
    assert stub.authorizations == []


@pytest.mark.parametrize(("folder", "purpose"), [("node", ssl.Purpose.SERVER_AUTH), ("admin", ssl.Purpose.CLIENT_AUTH)])
def test_certificates_stand_strict_verification(certificates, folder, purpose):
    """Both certificates hold under VERIFY_X509_STRICT, which Python 3.13 in the image asks for by default."""
    authority = certificates / "right" / folder / "ca.pem"
    server, client = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER), ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    shows, verifies = (server, client) if purpose is ssl.Purpose.SERVER_AUTH else (client, server)
    node = certificates / "right" / "node"
    server.load_cert_chain(node / "node.pem", node / "node-key.pem")
    client.load_verify_locations(node / "ca.pem")
    shows.load_cert_chain(authority.with_name(f"{folder}.pem"), authority.with_name(f"{folder}-key.pem"))
    verifies.load_verify_locations(authority)
    verifies.verify_mode = ssl.CERT_REQUIRED
    verifies.verify_flags |= ssl.VERIFY_X509_STRICT
    assert subject_seen(server, client, by_client=verifies is client) in {"opensearch", "admin"}


def subject_seen(server, client, *, by_client):
    """Shake hands in memory and return the common name that one side sees of the other."""
    to_server, to_client = ssl.MemoryBIO(), ssl.MemoryBIO()
    sides = [
        client.wrap_bio(to_client, to_server, server_hostname="opensearch"),
        server.wrap_bio(to_server, to_client, server_side=True),
    ]
    for side in sides * 3:
        try:
            side.do_handshake()
        except ssl.SSLWantReadError:
            continue
    subject = sides[0 if by_client else 1].getpeercert()["subject"]
    return dict(pair for (pair,) in subject)["commonName"]


REFUSED = [
    f"http://rasd:{WRITTEN}@opensearch:9200",
    f"https://a:9200,http://rasd:{WRITTEN}@10.0.0.7:9200",
    f"rasd:{WRITTEN}@opensearch:9200",
    "https://rasd:canary/5f0e@opensearch:9200",
    "https://rasd:12/canary@opensearch:9200",
    "https://rasd:12#canary@opensearch:9200",
    "https://rasd:canary,5f@opensearch:9200",
    "https://canary@opensearch:9200",
    "https://canary:9200:9200",
    "ftp://rasd:canary@opensearch",
]


@pytest.mark.parametrize("url", REFUSED)
def test_addresses_that_lose_the_password_are_refused(url):
    """A password in the clear to another machine, or an address that would be read wrongly, is refused, untold."""
    with pytest.raises(ValidationError, match="opensearch_url") as caught:
        read_settings(opensearch_url=url)
    assert "canary" not in "".join(traceback.format_exception(caught.value))


ALLOWED = [
    {"opensearch_url": f"http://rasd:{WRITTEN}@127.0.0.1:9200,http://rasd:{WRITTEN}@[::1]:9200"},
    {"opensearch_url": f"http://rasd:{WRITTEN}@localhost:9200"},
    {"opensearch_url": f"http://rasd:{WRITTEN}@opensearch:9200", "allow_plain_http": True},
    {"opensearch_url": f"https://rasd:{WRITTEN}@opensearch:9200"},
    {"opensearch_url": "http://opensearch:9200"},
]


@pytest.mark.parametrize("values", ALLOWED)
def test_addresses_that_keep_the_password_are_taken(values):
    """TLS, this machine, no password, or RASD_ALLOW_PLAIN_HTTP: then it is taken, and no repr of settings shows it."""
    settings = read_settings(**values)
    assert settings.opensearch_urls() == values["opensearch_url"].split(",")
    assert "canary" not in f"{settings!r} {settings}"


def test_plain_http_is_allowed_by_the_environment(monkeypatch):
    """RASD_ALLOW_PLAIN_HTTP in the environment is what allows it."""
    monkeypatch.setenv("RASD_OPENSEARCH_URL", f"http://rasd:{WRITTEN}@opensearch:9200")
    with pytest.raises(ValidationError, match="RASD_ALLOW_PLAIN_HTTP"):
        read_settings()
    monkeypatch.setenv("RASD_ALLOW_PLAIN_HTTP", "true")
    assert read_settings().allow_plain_http

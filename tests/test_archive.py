"""Evidence files and their keys: whatever is changed in one, wherever, is noticed; who signed it is told."""

from __future__ import annotations

import io
import stat
import zipfile
from concurrent.futures import ThreadPoolExecutor

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from api import archive
from api.archive import MANIFEST, PUBLIC_KEY, SIGNATURE, Verdict, check, pack
from api.errors import BadKey
from api.signing import PublicKey, Signer
from settings import read_settings

SIGNER = Signer(Ed25519PrivateKey.generate())
FILES = {"hits.ndjson": '{"text": "قصف"}\n'.encode() * 3, "query.json": b"{}"}
PACKED = pack(FILES, {"created_at": "2026-01-01T00:00:00Z"}, SIGNER)


def unpacked(packed=PACKED):
    """Return the files of an archive."""
    with zipfile.ZipFile(io.BytesIO(packed)) as opened:
        return {name: opened.read(name) for name in opened.namelist()}


def packed_as(files, **how):
    """Return files as a zip that another program could have made."""
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", **how) as opened:
        for name, content in files.items():
            opened.writestr(name, content)
    return written.getvalue()


def test_untouched():
    """What was packed is untouched, signed by whom it was signed by, and packed again the same."""
    checked = check(PACKED, SIGNER.public)
    assert (checked.verdict, checked.signer) == (Verdict.UNTOUCHED, SIGNER.public.fingerprint)
    assert set(checked.files.values()) == {"untouched"}
    assert pack(FILES, {"created_at": "2026-01-01T00:00:00Z"}, SIGNER) == PACKED


@given(place=st.integers(0, len(PACKED) - 1), flip=st.integers(1, 255))
@hypothesis_settings(max_examples=400)
def test_a_changed_byte_is_noticed(place, flip):
    """One byte changed anywhere, in a file, the manifest, the signature or the zip's own structure, is noticed."""
    changed = PACKED[:place] + bytes([PACKED[place] ^ flip]) + PACKED[place + 1 :]
    assert check(changed, SIGNER.public).verdict is not Verdict.UNTOUCHED


@given(place=st.integers(0, len(PACKED)), cut=st.integers(0, 40), added=st.binary(max_size=40))
@hypothesis_settings(max_examples=200)
def test_a_changed_length_is_noticed(place, cut, added):
    """Bytes cut out or put in anywhere are noticed."""
    changed = PACKED[:place] + added + PACKED[place + cut :]
    if changed != PACKED:
        assert check(changed, SIGNER.public).verdict is not Verdict.UNTOUCHED


def test_which_file_was_changed():
    """A file that was changed, taken out or put in is named."""
    files = unpacked()
    files["query.json"] = b"{ }"
    files["more.txt"] = b"x"
    del files["hits.ndjson"]
    checked = check(packed_as(files), SIGNER.public)
    assert checked.verdict is Verdict.CHANGED
    assert checked.files == {"hits.ndjson": "missing", "query.json": "changed", "more.txt": "added"}


def test_packed_again():
    """Unpacked and packed by another program the contents are still proven, and it is said that the zip was made anew."""
    assert check(packed_as(unpacked(), compression=zipfile.ZIP_DEFLATED), SIGNER.public).verdict is Verdict.REPACKED


def test_another_signer():
    """Evidence that is whole but signed with another key is not taken for ours, and its key is named."""
    other = Signer(Ed25519PrivateKey.generate())
    checked = check(pack(FILES, {}, other), SIGNER.public)
    assert (checked.verdict, checked.signer) == (Verdict.OTHER_SIGNER, other.public.fingerprint)


def test_a_forged_manifest():
    """A manifest that fits changed files has no signature that fits it; a swapped key file does not help."""
    forged = unpacked(pack({**FILES, "query.json": b"[]"}, {}, Signer(Ed25519PrivateKey.generate())))
    real = unpacked()
    for files in ({**forged, SIGNATURE: real[SIGNATURE]}, {**forged, PUBLIC_KEY: real[PUBLIC_KEY]}):
        checked = check(packed_as(files), SIGNER.public)
        assert (checked.verdict, checked.signer) == (Verdict.CHANGED, None)
    swapped = {**real, PUBLIC_KEY: forged[PUBLIC_KEY]}
    assert check(packed_as(swapped), SIGNER.public).verdict is Verdict.CHANGED


@pytest.mark.parametrize(
    "content", [b"", b"PK", b"x" * 1000, packed_as({}), packed_as({MANIFEST: b"[]", SIGNATURE: b"", PUBLIC_KEY: b""})]
)
def test_unreadable(content):
    """What is no evidence file is unreadable, and no exception."""
    assert check(content, SIGNER.public).verdict is Verdict.UNREADABLE


def test_a_bomb_is_not_unpacked(monkeypatch):
    """An archive that would unpack to more than evidence ever has is unreadable, and is not unpacked."""
    monkeypatch.setattr(archive, "MOST_BYTES", 10_000)
    monkeypatch.setattr(archive, "_read", pytest.fail)
    bomb = packed_as({**unpacked(), "bomb": b"0" * 20_000}, compression=zipfile.ZIP_DEFLATED)
    assert len(bomb) < 3000
    assert check(bomb, SIGNER.public).verdict is Verdict.UNREADABLE


def test_a_key_is_made_once(tmp_path):
    """The first use makes a key that its owner alone reads, also when eight come at once; then it stays."""
    settings = read_settings(data_dir=tmp_path / "new", evidence_key=None)
    with ThreadPoolExecutor(8) as pool:
        made = {signer.public.fingerprint for signer in pool.map(Signer.of, [settings] * 8)}
    assert made == {Signer.of(settings).public.fingerprint}
    assert [path.name for path in settings.data_dir.iterdir()] == ["evidence.key"]
    assert stat.S_IMODE(settings.evidence_key_file.stat().st_mode) == 0o600


# pragma: allowlist nextline secret
@pytest.mark.parametrize("content", [b"", b"-----BEGIN PRIVATE KEY-----\nx\n-----END PRIVATE KEY-----\n"])
def test_no_key(tmp_path, content):
    """A file that holds no key, or that others can read, is refused, and is not written over."""
    path = tmp_path / "evidence.key"
    path.write_bytes(content)
    path.chmod(0o600)
    with pytest.raises(BadKey, match="no private key"):
        Signer.of(read_settings(evidence_key=path))
    path.chmod(0o644)
    with pytest.raises(BadKey, match="read by others"):
        Signer.of(read_settings(evidence_key=path))
    assert path.read_bytes() == content
    with pytest.raises(BadKey, match="RASD_EVIDENCE_KEY names"):
        Signer.of(read_settings(evidence_key=path / "below"))
    with pytest.raises(BadKey):
        PublicKey.read(content)

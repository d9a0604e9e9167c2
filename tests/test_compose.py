"""The Docker set-up, as far as it can be proved without a Docker engine: files, names, certificates and scripts."""

from __future__ import annotations

import importlib.util
import os
import re
import shutil
import stat
import subprocess
import sys
import tomllib
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import yaml
from conftest import CHECKOUT, missing
from tls_stub import make_certificates

from analyzers.names import Aliases
from engine.configuration import hardened_settings
from engine.jars import server_version
from settings import Settings, read_settings

DOCKER = CHECKOUT / "docker"
OPENSEARCH = DOCKER / "opensearch"
SCRIPTS = sorted(DOCKER.rglob("*.sh"))
IMAGE_HOME = "/usr/share/opensearch"
PASSWORDS = ["OPENSEARCH_INITIAL_ADMIN_PASSWORD", "OPENSEARCH_WRITER_PASSWORD", "OPENSEARCH_READER_PASSWORD"]


def read_yaml(path: Path) -> dict:
    """Read a YAML file."""
    return yaml.safe_load(path.read_text(encoding="utf-8"))


COMPOSE = read_yaml(CHECKOUT / "docker-compose.yml")
SERVICES = COMPOSE["services"]
NODE = read_yaml(OPENSEARCH / "opensearch.yml")
DOCKERFILE = (CHECKOUT / "Dockerfile").read_text(encoding="utf-8")


# The file itself


def check_schema(path: Path) -> subprocess.CompletedProcess[str]:
    """Check a file against the compose specification's schema, which check-jsonschema carries."""
    if importlib.util.find_spec("check_jsonschema") is None:
        missing("check-jsonschema is not installed")
    command = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", "vendor.compose-spec", str(path)]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def test_the_file_is_valid_by_the_specification():
    """docker-compose.yml is valid by the JSON schema of the compose specification."""
    checked = check_schema(CHECKOUT / "docker-compose.yml")
    assert checked.returncode == 0, checked.stdout


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        ("cap_drop:", "cap_dropp:"),
        ("condition: service_healthy", "condition: healthy"),
        ("[engine, front]", "engine"),
    ],
)
def test_a_mistake_is_found_by_the_schema(tmp_path, right, wrong):
    """A key, a condition or a shape that the specification does not have is refused: the check is one."""
    text = (CHECKOUT / "docker-compose.yml").read_text(encoding="utf-8")
    assert right in text
    (tmp_path / "docker-compose.yml").write_text(text.replace(right, wrong), encoding="utf-8")
    assert check_schema(tmp_path / "docker-compose.yml").returncode == 1


def test_services_start_in_order():
    """Certificates, the node, its users, the load, the API: each waits until the one before has done its part."""
    order = ["certificates", "opensearch", "users", "indexer", "api"]
    waits = {name: service.get("depends_on", {}) for name, service in SERVICES.items()}
    done = {"condition": "service_completed_successfully"}
    assert list(SERVICES) == order
    assert waits == {
        "certificates": {},
        "opensearch": {"certificates": done},
        "users": {"opensearch": {"condition": "service_healthy"}},
        "indexer": {"users": done},
        "api": {"indexer": done},
    }


def test_every_volume_and_network_is_declared_and_every_file_is_there():
    """What a service mounts is a declared volume or a file of the checkout; what it joins is a declared network."""
    for service in SERVICES.values():
        assert set(service.get("networks", [])) <= set(COMPOSE["networks"])
        for volume in service.get("volumes", []):
            source = volume.split(":")[0]
            assert source in COMPOSE["volumes"] or (source.startswith("./docker/") and (CHECKOUT / source).exists())


# What is open, and to whom


def test_nothing_is_published_beyond_loopback():
    """The API's port is on 127.0.0.1, and no other service has one; the node's network has no way out."""
    published = {name: service["ports"] for name, service in SERVICES.items() if "ports" in service}
    assert published == {"api": ["127.0.0.1:8000:8000"]}
    assert COMPOSE["networks"]["engine"] == {"internal": True}
    assert SERVICES["opensearch"]["networks"] == SERVICES["users"]["networks"] == ["engine"]
    assert all("network_mode" not in service for name, service in SERVICES.items() if name != "certificates")
    assert SERVICES["certificates"]["network_mode"] == "none"


@pytest.mark.parametrize("name", SERVICES)
def test_services_have_no_more_than_they_need(name):
    """Each runs as a user that is not root, without capabilities, and can gain none; ours cannot write their own files."""
    service = SERVICES[name]
    assert service["user"] == "1000:1000"
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert not {"cap_add", "privileged", "pid", "ipc", "devices"} & set(service)
    assert service.get("read_only", False) is (service["image"] == "rasd")


def test_each_container_sees_no_key_but_its_own():
    """The node's key is mounted in the node, the admin key where users are written, and neither in ours that serve."""
    mounts = {
        name: {volume.split(":")[0] for volume in service.get("volumes", [])} & {"authority", "node", "admin"}
        for name, service in SERVICES.items()
    }
    assert mounts == {
        "certificates": {"authority", "node", "admin"},
        "opensearch": {"node"},
        "users": {"admin"},
        "indexer": {"authority"},
        "api": {"authority"},
    }
    for name in set(mounts) - {"certificates"}:
        assert all(
            volume.rsplit(":", 1)[-1] in {"ro", "ro,z"}
            for volume in SERVICES[name]["volumes"]
            if "index:" not in volume
        )


def test_each_container_knows_no_password_but_its_own():
    """All three are known where users are written; the load knows the writer's, the API the reader's, the node none."""
    known = {
        name: set(re.findall(r"\w+_PASSWORD", str(service.get("environment", ""))))
        for name, service in SERVICES.items()
    }
    assert known == {
        "certificates": set(),
        "opensearch": set(),
        "users": set(PASSWORDS),
        "indexer": {"OPENSEARCH_WRITER_PASSWORD"},
        "api": {"OPENSEARCH_READER_PASSWORD"},
    }


def test_a_missing_password_is_said():
    """Every mention of a password is `${NAME:?message}`: unset or empty, compose stops with the message."""
    text = (CHECKOUT / "docker-compose.yml").read_text(encoding="utf-8")
    mentions = re.findall(r"\$\{?(\w+_PASSWORD)(.?.?)", text)
    assert {name for name, _ in mentions} == set(PASSWORDS)
    assert {operator for _, operator in mentions} == {":?"}
    assert not re.search(r"\$\{?\w+_PASSWORD(?!:\?set it in \.env, see docs/docker\.md\})", text)


# Names that two places must agree on


def environment_of_ours() -> dict[str, str]:
    """Every RASD_ variable that the compose file or the Dockerfile sets."""
    compose = {key: value for service in SERVICES.values() for key, value in service.get("environment", {}).items()}
    return {**compose, **dict(re.findall(r"(\w+)=(\S+)", DOCKERFILE))}


def filled(value: str) -> str:
    """Return a value with a password in the place of each variable."""
    return re.sub(r"\$\{[^}]*\}", "secret", value)


def test_every_setting_of_ours_is_one():
    """Each RASD_ variable is a setting, and its value is taken."""
    told = {key: value for key, value in environment_of_ours().items() if key.startswith("RASD_")}
    assert set(told) == {"RASD_HOST", "RASD_PORT", "RASD_OPENSEARCH_URL", "RASD_OPENSEARCH_CA"}
    values = {key.removeprefix("RASD_").lower(): filled(value) for key, value in told.items()}
    assert set(values) <= set(Settings.model_fields)
    assert read_settings(**values).port == 8000


def test_versions_are_those_of_the_local_node():
    """The image of OpenSearch has the version that the tests run against; every image is pinned by its tag."""
    images = {service["image"] for service in SERVICES.values()}
    assert images == {"rasd", f"opensearchproject/opensearch:{server_version()}"}
    assert {service["pull_policy"] for service in SERVICES.values() if "build" in service} == {"build"}
    assert re.findall(r"^ARG PYTHON_IMAGE=(.*)$", DOCKERFILE, re.MULTILINE) == ["python:3.13-slim"]
    assert set(re.findall(r"^FROM (\S+)", DOCKERFILE, re.MULTILINE)) == {"${PYTHON_IMAGE}"}


# Common settings that the local node of every test run has too, and bootstrap.memory_lock:
# docs.opensearch.org, install-and-configure/install-opensearch/docker and .../important-settings.
PLACE = {"cluster.name", "node.name", "discovery.type", "network.host", "bootstrap.memory_lock"}
# docs.opensearch.org/latest/install-and-configure/configuring-opensearch/security-settings, read for 3.6.
SECURITY = {
    "plugins.security.allow_default_init_securityindex",
    "plugins.security.allow_unsafe_democertificates",
    "plugins.security.authcz.admin_dn",
    "plugins.security.nodes_dn",
    "plugins.security.ssl.http.clientauth_mode",
    "plugins.security.ssl.http.enabled",
    "plugins.security.ssl.http.pemcert_filepath",
    "plugins.security.ssl.http.pemkey_filepath",
    "plugins.security.ssl.http.pemtrustedcas_filepath",
    "plugins.security.ssl.transport.pemcert_filepath",
    "plugins.security.ssl.transport.pemkey_filepath",
    "plugins.security.ssl.transport.pemtrustedcas_filepath",
}
# docs.opensearch.org/latest/observing-your-data/query-insights/top-n-queries: on by default, and it keeps the queries.
INSIGHTS = {f"search.insights.top_queries.{metric}.enabled" for metric in ("latency", "cpu", "memory")}


def test_every_setting_of_the_node_is_one():
    """Each name stands in OpenSearch's documentation or is a hardened setting, and those have the values of the local node."""
    assert set(NODE) == PLACE | SECURITY | INSIGHTS | set(hardened_settings())
    assert {key: NODE[key] for key in hardened_settings()} == hardened_settings()
    assert [NODE[key] for key in INSIGHTS] == [False] * 3


def test_security_is_on():
    """TLS is on, the demo installer and its users and certificates are off, and only our certificates are trusted."""
    assert NODE["plugins.security.ssl.http.enabled"] is True
    assert NODE["plugins.security.allow_unsafe_democertificates"] is False
    assert NODE["plugins.security.allow_default_init_securityindex"] is False
    environment = SERVICES["opensearch"]["environment"]
    assert environment["DISABLE_INSTALL_DEMO_CONFIG"] == "true"
    assert not {"DISABLE_SECURITY_PLUGIN", "plugins.security.disabled"} & set(environment)


def test_java_has_the_limits_of_the_local_node():
    """The stack of 4 MB and the bound on depth, without which a few KB of JSON end the node, are given to Java."""
    options = SERVICES["opensearch"]["environment"]["OPENSEARCH_JAVA_OPTS"].split()
    assert {"-Xss4m", "-Dopensearch.xcontent.depth.max=100", "-Xms${OPENSEARCH_HEAP:-1g}"} <= set(options)


def test_the_health_check_verifies_the_node():
    """The node's health is asked over TLS with our authority, in the mode that needs no users; the API's at /health/live."""
    check = SERVICES["opensearch"]["healthcheck"]["test"]
    assert check[:2] == ["CMD", "curl"]
    assert check[check.index("--cacert") + 1] == f"{IMAGE_HOME}/config/certificates/ca.pem"
    assert check[-1] == "https://localhost:9200/_plugins/_security/health?mode=lenient"
    assert not {"-k", "--insecure"} & set(check)
    assert "'/health/live'" in re.search(r"HEALTHCHECK .*", DOCKERFILE)[0]
    assert [name for name, service in SERVICES.items() if service.get("healthcheck") == {"disable": True}] == [
        "certificates",
        "indexer",
    ]


# Users and roles


def test_roles_reach_our_indices_alone():
    """Reader and writer reach the aliases and indices of RASD_INDEX and nothing else; the reader may change the state alone."""
    roles = read_yaml(OPENSEARCH / "security" / "roles.yml")
    names = Aliases(Settings.model_fields["index"].default)
    for role in ("rasd_reader", "rasd_writer"):
        permission, *more = roles[role]["index_permissions"]
        assert permission["index_patterns"] == [names.paragraphs, f"{names.paragraphs}-*"]
        state = {"index_patterns": [names.state, f"{names.state}-*"], "allowed_actions": ["write"]}
        assert more == ([state] if role == "rasd_reader" else [])
    # What each group allows is on docs.opensearch.org/latest/security/access-control/default-action-groups
    reader = roles["rasd_reader"]
    assert reader["cluster_permissions"] == ["cluster_composite_ops_ro", "indices:data/write/bulk"]
    assert reader["index_permissions"][0]["allowed_actions"] == ["read", "indices:admin/get"]
    writer = roles["rasd_writer"]
    assert writer["cluster_permissions"] == ["cluster_composite_ops", "cluster_monitor"]
    assert writer["index_permissions"][0]["allowed_actions"] == ["crud", "manage"]


def test_everyone_has_one_role():
    """admin, the writer and the reader are mapped to one role each; nobody signs in without a name."""
    mapping = read_yaml(OPENSEARCH / "security" / "roles_mapping.yml")
    mapping.pop("_meta")
    assert {role: told["users"] for role, told in mapping.items()} == {
        "all_access": ["admin"],
        "rasd_writer": ["rasd-writer"],
        "rasd_reader": ["rasd-reader"],
    }
    http = read_yaml(OPENSEARCH / "security" / "config.yml")["config"]["dynamic"]["http"]
    assert http == {"anonymous_auth_enabled": False, "xff": {"enabled": False}}
    used = {
        name: urlsplit(filled(SERVICES[name]["environment"]["RASD_OPENSEARCH_URL"])).username
        for name in ("indexer", "api")
    }
    assert used == {"indexer": "rasd-writer", "api": "rasd-reader"}


HASH_TOOL = """#!/bin/sh
echo '** This tool will be deprecated **'
eval "value=\\$$2"
echo "$0 $@" >>"$OPENSEARCH_HOME/called"
echo '$2y$12$'"$(printf %s "$value" | cksum | cut -d' ' -f1)"
"""
ADMIN_TOOL = """#!/bin/sh
echo "$0 $@" >>"$OPENSEARCH_HOME/called"
cp -r "$2" "$OPENSEARCH_HOME/loaded"
exit "${STATUS:-0}"
"""
GOOD = dict(
    zip(PASSWORDS, ("canary-admin-0123456789", "canary.writer_0123456789", "canary~reader0123456789"), strict=True)
)


@pytest.fixture
def image(tmp_path):
    """A folder like the image's home, with stand-ins for its two tools."""
    tools = tmp_path / "plugins" / "opensearch-security" / "tools"
    stored = tmp_path / "config" / "opensearch-security"
    tools.mkdir(parents=True)
    stored.mkdir(parents=True)
    for name, text in {"hash.sh": HASH_TOOL, "securityadmin.sh": ADMIN_TOOL}.items():
        (tools / name).write_text(text)
        (tools / name).chmod(0o750)
    (stored / "internal_users.yml").write_text("admin: {hash: known}\nkibanaserver: {hash: known}\n")
    for name in ("roles.yml", "action_groups.yml", "tenants.yml"):
        (stored / name).write_text("demo: {}\n")
    return tmp_path


def write_users(image, **variables):
    """Run users.sh as the container does."""
    environment = {"PATH": os.environ["PATH"], "OPENSEARCH_HOME": str(image), **GOOD, **variables}
    command = ["sh", str(OPENSEARCH / "users.sh")]
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=False)


def test_users_are_written_with_hashes(image):
    """The files that are loaded hold three users with a hash each, our roles, and none of the image's known users."""
    assert write_users(image).returncode == 0
    loaded = image / "loaded"
    users = read_yaml(loaded / "internal_users.yml")
    assert users.pop("_meta") == {"type": "internalusers", "config_version": 2}
    assert set(users) == {"admin", "rasd-writer", "rasd-reader"}
    assert all(re.fullmatch(r"\$2y\$12\$\d+", user["hash"]) for user in users.values())
    assert len({user["hash"] for user in users.values()}) == 3
    for name in ("config.yml", "roles.yml", "roles_mapping.yml"):
        assert (loaded / name).read_bytes() == (OPENSEARCH / "security" / name).read_bytes()
    assert (loaded / "action_groups.yml").read_text() == "demo: {}\n"


def test_no_password_is_written_or_shown(image):
    """Passwords stay in the environment: neither in a file, nor in a command line, nor on the terminal."""
    ran = write_users(image)
    kept = [path.read_text() for path in image.rglob("*") if path.is_file()]
    assert "canary" not in "".join(kept) + ran.stdout + ran.stderr
    assert stat.S_IMODE((image / "loaded" / "internal_users.yml").stat().st_mode) == 0o600


def test_users_are_written_over_tls_to_the_node(image):
    """The tool securityadmin verifies the node's name, shows the admin certificate, and names the cluster of opensearch.yml."""
    write_users(image)
    called = (image / "called").read_text().splitlines()[-1].split()
    options = dict(zip(called[3::2], called[4::2], strict=True))
    at = f"{image}/config/certificates"
    assert options == {
        "-h": "opensearch",
        "-cn": NODE["cluster.name"],
        "-cacert": f"{at}/ca.pem",
        "-cert": f"{at}/admin.pem",
        "-key": f"{at}/admin-key.pem",
    }


BAD = [
    "",
    "short",
    "x" * 73,
    "with a space in it, long",
    "0123456789abcdef@host",
    "0123456789abcdef/",
    "كلمة-سر-طويلة-جدا",
]


@pytest.mark.parametrize("name", PASSWORDS)
@pytest.mark.parametrize("value", BAD)
def test_passwords_that_would_not_work_are_refused(image, name, value):
    """Too short, too long for bcrypt, or not fit for an address: refused by name, before anything is loaded."""
    ran = write_users(image, **{name: value})
    assert ran.returncode == 1
    assert name in ran.stderr
    assert not (image / "loaded").exists()


def test_a_failed_tool_fails_the_start(image):
    """When a hash cannot be made or the files are not taken, the service fails, and what waits for it does not start."""
    assert write_users(image, STATUS="3").returncode == 3
    (image / "plugins/opensearch-security/tools/hash.sh").write_text("#!/bin/sh\nexit 1\n")
    ran = write_users(image)
    assert (ran.returncode, ran.stderr) == (1, f"hash.sh gave no hash for {PASSWORDS[0]}\n")


# Certificates


@pytest.fixture(scope="module")
def certificates(tmp_path_factory):
    """What the one-shot service makes, for real."""
    root = tmp_path_factory.mktemp("certificates")
    make_certificates(root)
    return root


def openssl(*arguments: object) -> str:
    """Run openssl, which must succeed."""
    command = ["openssl", *map(str, arguments)]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def names_of(certificate: Path) -> set[str]:
    """Return the names that a certificate is good for."""
    return set(
        re.findall(
            r"(?:DNS|IP Address):([^,\s]+)", openssl("x509", "-in", certificate, "-noout", "-ext", "subjectAltName")
        )
    )


def test_every_host_in_an_address_is_a_service_in_the_certificate(certificates):
    """The hosts that are asked for over TLS are service names or the container itself, and the certificate names them."""
    texts = [value for service in SERVICES.values() for value in service.get("environment", {}).values()]
    texts += SERVICES["opensearch"]["healthcheck"]["test"]
    hosts = {urlsplit(filled(text)).hostname for text in texts if text.startswith("https://")}
    assert hosts == {"opensearch", "localhost"}
    assert hosts - {"localhost"} <= set(SERVICES)
    assert names_of(certificates / "node" / "node.pem") == {"opensearch", "localhost", "127.0.0.1"}


def test_the_node_knows_its_certificates_by_their_subjects(certificates):
    """The subjects of node and admin are those that opensearch.yml names, and they differ: a node is no admin."""
    subjects = {
        name: openssl("x509", "-in", certificates / name / f"{name}.pem", "-noout", "-subject", "-nameopt", "RFC2253")
        for name in ("node", "admin")
    }
    assert subjects == {
        "node": f"subject={NODE['plugins.security.nodes_dn'][0]}\n",
        "admin": f"subject={NODE['plugins.security.authcz.admin_dn'][0]}\n",
    }


def test_the_node_finds_its_certificates(certificates):
    """The paths in opensearch.yml, relative to config/, are files of the volume that is mounted there."""
    assert f"node:{IMAGE_HOME}/config/certificates:ro" in SERVICES["opensearch"]["volumes"]
    for key, value in NODE.items():
        if key.endswith("_filepath"):
            folder, name = value.split("/")
            assert (folder, (certificates / "node" / name).is_file()) == ("certificates", True)
    # pragma: allowlist nextline secret
    assert (certificates / "node" / "node-key.pem").read_text().startswith("-----BEGIN PRIVATE KEY-----")  # PKCS#8


def test_the_chain_holds(certificates):
    """Each certificate is one of the authority, for its purpose; the authority's own key is nowhere."""
    for name, purpose in (("node", "sslserver"), ("node", "sslclient"), ("admin", "sslclient")):
        folder = certificates / name
        openssl("verify", "-x509_strict", "-purpose", purpose, "-CAfile", folder / "ca.pem", folder / f"{name}.pem")
    copies = {(certificates / name / "ca.pem").read_bytes() for name in ("authority", "node", "admin")}
    assert len(copies) == 1
    assert sorted(path.name for path in certificates.rglob("*.*")) == sorted(
        ["ca.pem", "ca.pem", "node.pem", "node-key.pem", "ca.pem", "admin.pem", "admin-key.pem"]
    )


def test_keys_are_for_their_owner_alone(certificates):
    """Keys have the mode 0600; certificates can be read by all."""
    modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in certificates.rglob("*.pem")}
    assert {name: oct(mode) for name, mode in modes.items()} == {
        "ca.pem": "0o644",
        "node.pem": "0o644",
        "admin.pem": "0o644",
        "node-key.pem": "0o600",
        "admin-key.pem": "0o600",
    }


def contents(root: Path) -> dict[str, bytes]:
    """Return every file below a folder."""
    return {str(path.relative_to(root)): path.read_bytes() for path in root.rglob("*") if path.is_file()}


def test_good_certificates_are_left_alone(certificates, tmp_path):
    """A second run changes no file; `renew` changes every one."""
    shutil.copytree(certificates, tmp_path / "x")
    before = contents(tmp_path / "x")
    make_certificates(tmp_path / "x")
    assert contents(tmp_path / "x") == before
    make_certificates(tmp_path / "x", "renew", BITS="1024")
    after = contents(tmp_path / "x")
    assert after.keys() == before.keys()
    assert all(after[name] != before[name] for name in before)


@pytest.mark.parametrize("gone", ["authority/ca.pem", "node/node.pem", "node/node-key.pem", "admin/admin-key.pem"])
def test_what_is_not_whole_is_made_anew(certificates, tmp_path, gone):
    """A file that is missing, as after a run that was cut off, or does not belong to the others: all are made anew."""
    for damage in (Path.unlink, lambda path: path.write_bytes((certificates / "admin/admin.pem").read_bytes())):
        root = tmp_path / damage.__name__.strip("<>")
        shutil.copytree(certificates, root)
        damage(root / gone)
        make_certificates(root, BITS="1024")
        assert contents(root).keys() == contents(certificates).keys()
        assert not set(contents(root).values()) & set(contents(certificates).values())


def test_expiry_is_said_in_time(tmp_path):
    """Within 30 days of expiry each start says so and changes nothing; expired certificates are made anew."""
    make_certificates(tmp_path, BITS="1024", DAYS="20")
    before = contents(tmp_path)
    assert "renew" in make_certificates(tmp_path).stderr
    assert contents(tmp_path) == before
    make_certificates(tmp_path, "renew", BITS="1024", DAYS="-1")
    assert "New certificates" in make_certificates(tmp_path, BITS="1024").stdout


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: path.name)
def test_scripts_are_sound(script):
    """Each script is accepted by sh, stops at the first error, and may be executed."""
    subprocess.run(["sh", "-n", str(script)], check=True)
    assert "\nset -eu\n" in script.read_text(encoding="utf-8")
    assert os.access(script, os.X_OK)


# The image


def test_the_image_takes_what_it_copies_and_nothing_else():
    """Everything is kept out of the build but what a COPY names; neither .env nor data can get in."""
    lines = [line for line in (CHECKOUT / ".dockerignore").read_text().splitlines() if not line.startswith("#")]
    allowed = {line.removeprefix("!") for line in lines if line.startswith("!")}
    copies = [
        re.sub(r"--\S+ ", "", line).split()[1:-1]
        for line in re.findall(r"^COPY (?!--from).*", DOCKERFILE, re.MULTILINE)
    ]
    assert lines[0] == "*"
    assert {"**/.env", "**/__pycache__"} <= set(lines)
    assert {source for sources in copies for source in sources} == allowed
    assert all((CHECKOUT / source).exists() for source in allowed)


def test_the_image_runs_as_nobody_in_particular():
    """The last stage ends as the user that compose names too, serves by default, and holds no secret."""
    last = DOCKERFILE.rpartition("\nFROM ")[2]
    assert re.findall(r"^USER (.*)$", last, re.MULTILINE) == ["1000:1000"]
    assert last.rstrip().splitlines()[-1] == 'CMD ["python", "-m", "api"]'
    assert "pip" not in last
    assert "apt" not in DOCKERFILE
    assert not re.search(r"PASSWORD|SECRET|TOKEN|^ADD ", DOCKERFILE, re.MULTILINE)


def locked(name: str) -> dict[str, list[str]]:
    """Return the packages of a lock file with their hashes."""
    packages: dict[str, list[str]] = {}
    for line in (CHECKOUT / "requirements" / name).read_text().splitlines():
        if re.match(r"[a-z]", line):
            packages[line.split(" ;")[0].rstrip(" \\")] = []
        elif "--hash=" in line:
            packages[next(reversed(packages))].append(line)
    return packages


def test_the_image_installs_the_tested_packages_by_hash():
    """Each package of the image is one of run.lock in the same version, with hashes; those of the local node stay out."""
    tested = locked("run.lock")
    assert len(re.findall(r"pip .*install(?:[^&]|\\\n)*?--only-binary :all: --require-hashes", DOCKERFILE)) == 2
    for name in ("server.lock", "build.lock"):
        packages = locked(name)
        assert packages.items() <= tested.items()
        assert all(packages.values())
    names = {package.split("==")[0] for package in locked("server.lock")}
    project = tomllib.loads((CHECKOUT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    wanted = {re.match(r"[\w-]+", line)[0] for line in project["dependencies"]}
    assert wanted <= names
    assert not {re.match(r"[\w-]+", line)[0] for line in project["optional-dependencies"]["local"]} & names


def overrides():
    """Return the override files that the manual shows."""
    text = (CHECKOUT / "docs" / "docker.md").read_text(encoding="utf-8")
    return [yaml.safe_load(found) for found in re.findall(r"^ {4}services:\n(?: {6}.*\n)+", text, re.MULTILINE)]


def test_what_the_manual_overrides_is_there(tmp_path):
    """Each override of the manual is valid, and names no password, network, volume or service that there is not."""
    shown = overrides()
    assert len(shown) == 3
    path = tmp_path / "docker-compose.override.yml"
    for override in shown:
        path.write_text(yaml.safe_dump(override), encoding="utf-8")
        checked = check_schema(path)
        assert checked.returncode == 0, checked.stdout
        assert set(re.findall(r"\$\{(\w+)", path.read_text(encoding="utf-8"))) <= set(PASSWORDS)
        for name, service in override["services"].items():
            assert name in SERVICES or service["image"] == "rasd"
            assert set(service.get("networks", [])) <= set(COMPOSE["networks"])
            assert set(service.get("depends_on", [])) <= set(SERVICES)
            named = {volume.partition(":")[0] for volume in service.get("volumes", []) if volume[0] not in "./"}
            assert named <= set(COMPOSE["volumes"])
    (feeds,) = [override["services"]["feeds"] for override in shown if "feeds" in override["services"]]
    # No less guarded than those that stand in the file itself.
    for key in ("user", "read_only", "tmpfs", "cap_drop", "security_opt", "logging"):
        assert feeds[key] == SERVICES["indexer"][key]
    assert feeds["pull_policy"] == "never"


def test_the_manual_names_what_there_is():
    """docs/docker.md names every variable that is to be set, the host's setting, and says what was never run."""
    text = (CHECKOUT / "docs" / "docker.md").read_text(encoding="utf-8")
    for needed in [
        *PASSWORDS,
        "OPENSEARCH_HEAP",
        "vm.max_map_count=262144",
        "rasd-certificates renew",
        "No Docker engine",
    ]:
        assert needed in text

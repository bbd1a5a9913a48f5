"""What deploy/ and compose.yaml hold, where no engine runs them here."""

import ipaddress
import re
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from tests.start.processes import ROOT

UNITS = ["kb-web.service", "kb-worker.service"]
OURS = ["web", "web-2", "worker"]
COMPOSE = yaml.safe_load((ROOT / "compose.yaml").read_text())
SERVICES = COMPOSE["services"]
GRACE = 5 + 25  # seconds: KB_DRAIN_SECONDS here, and gunicorn's graceful_timeout


@pytest.fixture
def units(tmp_path, debian):
    """The units, with a Python that exists in place of the one they would find."""
    for name in UNITS:
        text = (ROOT / "deploy" / "systemd" / name).read_text()
        assert "/opt/kb/.venv/bin/python" in text
        (tmp_path / name).write_text(text.replace("/opt/kb/.venv/bin/python", sys.executable))
    return tmp_path


def test_systemd_finds_nothing_to_say_about_the_units(units):
    files = [str(units / name) for name in UNITS]
    done = subprocess.run(["systemd-analyze", "verify", *files], capture_output=True, text=True)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


@pytest.mark.parametrize("name", UNITS)
def test_systemd_calls_the_units_well_guarded(units, name):
    command = ["systemd-analyze", "security", "--offline=yes", "--threshold=25", str(units / name)]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout[-400:]


def seconds(text: str) -> int:
    number, unit = re.fullmatch(r"(\d+)(s|m|min|)", text).groups()
    return int(number) * (60 if unit.startswith("m") else 1)


def test_whoever_stops_the_site_waits_longer_than_it_takes():
    source = (ROOT / "gunicorn.conf.py").read_text()
    assert "graceful_timeout = 25\n" in source
    unit = (ROOT / "deploy" / "systemd" / "kb-web.service").read_text()
    assert "KB_DRAIN_SECONDS=5\n" in unit
    assert seconds(re.search("TimeoutStopSec=(.*)", unit)[1]) > GRACE
    for name in OURS:
        assert SERVICES[name]["environment"]["KB_DRAIN_SECONDS"] == "5"
        assert seconds(SERVICES[name]["stop_grace_period"]) > GRACE


@pytest.mark.parametrize("name", SERVICES)
def test_every_service_is_guarded_and_bounded(name):
    service = SERVICES[name]
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert service["restart"] == "unless-stopped"
    assert re.fullmatch(r"\d+[mg]", service["mem_limit"])
    assert 0 < service["pids_limit"] <= 200
    assert 0 < service["cpus"] <= 2
    assert service["logging"]["options"] == {"max-size": "10m", "max-file": "5"}
    assert "privileged" not in service
    assert not any("docker.sock" in str(volume) for volume in service["volumes"])


@pytest.mark.parametrize("name", OURS)
def test_ours_run_by_number_and_without_a_single_capability(name):
    assert SERVICES[name]["user"] == "10001:10001"
    assert "cap_add" not in SERVICES[name]
    assert "ports" not in SERVICES[name]


def test_only_the_proxy_is_reached_from_outside_and_the_database_reaches_nobody():
    assert [name for name in SERVICES if "ports" in SERVICES[name]] == ["proxy"]
    assert SERVICES["database"]["networks"] == ["inside"]
    assert COMPOSE["networks"]["inside"] == {"internal": True}


def test_the_nodes_believe_the_proxy_and_nobody_else():
    address = SERVICES["proxy"]["networks"]["outside"]["ipv4_address"]
    (pool,) = COMPOSE["networks"]["outside"]["ipam"]["config"]
    assert ipaddress.ip_address(address) in ipaddress.ip_network(pool["subnet"])
    assert ipaddress.ip_address(address) not in ipaddress.ip_network(pool["ip_range"])
    for name in OURS:
        assert SERVICES[name]["environment"]["KB_PROXY"] == f"${{KB_PROXY:-{address}}}"


def test_the_proxy_knows_every_node():
    nodes = SERVICES["proxy"]["environment"]["KB_NODES"].split()
    assert nodes == ["web:8000", "web-2:8000"]
    assert "./deploy/Caddyfile:/etc/caddy/Caddyfile:ro" in SERVICES["proxy"]["volumes"]


@pytest.mark.parametrize(
    ("hosts", "sites"),
    [
        ("kb.example.org", "kb.example.org"),
        ("kb.example.org,kb.example.com", "kb.example.org, kb.example.com"),
        ("a.example, b.example ,c.example:8443", "a.example, b.example, c.example:8443"),
    ],
)
def test_caddy_is_told_all_hosts_as_it_wants_them(tmp_path, hosts, sites):
    caddy = tmp_path / "caddy"
    caddy.write_text('#!/bin/sh\necho "$KB_SITE|$*"\n')
    caddy.chmod(0o755)
    command = [part.replace("$$", "$") for part in SERVICES["proxy"]["command"]]
    environment = {"PATH": f"{tmp_path}:/usr/bin:/bin", "KB_SITE": hosts}
    said = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    config = "--config /etc/caddy/Caddyfile --adapter caddyfile"
    assert said.stdout == f"{sites}|run {config}\n"


def test_what_takes_time_is_the_worker_s_alone():
    working = {name: SERVICES[name]["environment"]["KB_WORKER"] for name in OURS}
    assert working == {"web": "0", "web-2": "0", "worker": "1"}
    assert SERVICES["worker"]["command"] == ["python", "manage.py", "worker"]


def test_the_image_runs_by_number_and_is_probed_lightly():
    text = (ROOT / "Dockerfile").read_text()
    assert re.findall("^USER (.*)$", text, re.MULTILINE) == ["10001:10001"]
    probe = re.search("^HEALTHCHECK.*$", text, re.MULTILINE)[0]
    assert probe.endswith(' CMD ["scripts/image", "healthy"]')
    assert "GET /healthz " in (ROOT / "scripts" / "image").read_text()
    assert "--start-period=10m" in probe


@pytest.mark.parametrize("file", ["compose.yaml", "Dockerfile"])
def test_no_digest_is_made_up(file):
    assert "@sha256:" not in (ROOT / file).read_text()


def test_the_version_is_one():
    version = re.search('^version = "(.*)"', Path(ROOT / "pyproject.toml").read_text(), re.M)[1]
    assert SERVICES["web"]["image"] == f"kb:{version}"
    assert f"## {version}" in (ROOT / "CHANGELOG.md").read_text()


def test_each_fault_in_the_docs_is_a_test_or_says_why_not() -> None:
    text = (ROOT / "docs" / "operating.md").read_text()
    table = text.partition("| fault | what readers see | test |")[2].partition("\n\n")[0]
    rows = [line.split(" | ") for line in table.splitlines() if line.startswith("| ")][1:]
    assert len(rows) >= 24
    for row in rows:
        named = re.findall(r"`([\w/]+\.py)::(test_\w+)`", row[2])
        assert named, row[0]
        for file, name in named:
            assert f"def {name}(" in (ROOT / "tests" / file).read_text(), name

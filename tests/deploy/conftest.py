"""The shipped files of deploy/ with the programs they are for, as Debian packages them."""

import os
import shutil
import subprocess
import sys

import pytest

from tests.deploy.machines import HOST, Bouncer, Proxy, Server
from tests.start.processes import ROOT, environment
from tests.start.sites import Site

PACKAGES = {
    "nginx": "nginx",
    "caddy": "caddy",
    "pgbouncer": "pgbouncer",
    "openssl": "openssl",
    "curl": "curl",
}
PROGRAMS = {**PACKAGES, "systemd-analyze": "systemd"}
SETTINGS = {
    "KB_PRODUCTION": "1",
    "SECRET_KEY": "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOP",
    "ALLOWED_HOSTS": HOST,
    "KB_WORKER": "0",
}


@pytest.fixture(scope="session")
def debian() -> None:
    """Debian's packages of what deploy/ is for; without them these tests fail and say so."""
    path = f"{os.environ['PATH']}:/usr/sbin:/sbin"
    missing = {
        package for program, package in PROGRAMS.items() if not shutil.which(program, path=path)
    }
    if not missing:
        return
    names = " ".join(sorted(missing))
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        pytest.fail(
            f"tests/deploy needs {names}: run it as root on Debian, which installs them, or "
            f"install them yourself (apt-get install {names})."
        )
    subprocess.run(["apt-get", "update", "-qq"], check=True)
    install = ["apt-get", "install", "-y", "-qq", "--no-install-recommends", *sorted(missing)]
    subprocess.run(install, check=True, env={**os.environ, "DEBIAN_FRONTEND": "noninteractive"})


def manage(*arguments: str, **changes: str) -> str:
    done = subprocess.run(
        [sys.executable, "manage.py", *arguments],
        cwd=ROOT,
        env=environment(**changes),
        capture_output=True,
        text=True,
        timeout=180,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.fixture(scope="session")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("deploy")


@pytest.fixture(scope="session")
def server(folder):
    """A server with the database `kb`, migrated, with a few documents and an admin."""
    server = Server.made()
    try:
        server.sql("CREATE DATABASE kb", database="postgres")
        where = {"DATABASE_URL": server.url(), "KB_DATA_DIR": str(folder / "var")}
        manage("migrate", "--verbosity=0", **where)
        manage("import_content", "tests/samples", **where)
        password = {"DJANGO_SUPERUSER_PASSWORD": "correct horse"}
        who = ["--username=admin", "--email=admin@example.org"]
        manage("createsuperuser", "--noinput", *who, **where, **password)
        yield server
    finally:
        server.remove()


@pytest.fixture(scope="session")
def static(folder):
    """The static files, collected once for all sites."""
    root = folder / "static"
    changes = {"KB_STATIC_ROOT": str(root), "KB_DATA_DIR": str(folder / "var")}
    manage("collectstatic", "--noinput", "--verbosity=0", **changes)
    return root


@pytest.fixture(scope="session")
def start_site(static, folder):
    """Starts sites in production, and sees to it that none outlives the tests."""
    sites = []

    def start(url: str, **changes: str) -> Site:
        places = {"KB_STATIC_ROOT": str(static), "KB_DATA_DIR": str(folder / "var")}
        sites.append(Site("kb.wsgi", **{**SETTINGS, **places, "DATABASE_URL": url, **changes}))
        return sites[-1]

    yield start
    for site in sites:
        if site.process.poll() is None:
            site.stop()


@pytest.fixture(scope="session")
def certificate(folder, debian):
    """A certificate for the site, signed by itself, and its key."""
    files = folder / "site.pem", folder / "site.key"
    for place in (folder, *folder.parents[:2]):
        place.chmod(0o755)
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1"]
        + ["-nodes", "-days", "2", "-subj", f"/CN={HOST}", "-addext", f"subjectAltName=DNS:{HOST}"]
        + ["-out", str(files[0]), "-keyout", str(files[1])],
        check=True,
        capture_output=True,
    )
    return files


@pytest.fixture(scope="session")
def start_proxy(certificate):
    proxies = []

    def start(name: str, node: int) -> Proxy:
        proxies.append(Proxy(name, node, *certificate))
        return proxies[-1]

    yield start
    for proxy in proxies:
        proxy.remove()


@pytest.fixture
def bouncer(server, debian):
    """PgBouncer in front of the server, with fewer connections than the tests have clients."""
    bouncer = Bouncer(server, pool=3)
    yield bouncer
    bouncer.remove()

"""What stands around the site in the tests of deploying: PostgreSQL servers, PgBouncer, proxies."""

import http.client
import os
import re
import shutil
import socket
import ssl
import subprocess
import tempfile
from pathlib import Path
from typing import NamedTuple

from kb.database.server_account import program
from tests.start.processes import ROOT, wait_until
from tests.start.sites import free_port

HOST = "kb.example.org"
NOBODY = ["setpriv", "--reuid=nobody", "--regid=nogroup", "--clear-groups"]


def as_nobody() -> list[str]:
    """What goes before a command that refuses to run as root."""
    return NOBODY if os.geteuid() == 0 else []


def folder_of_nobody() -> Path:
    folder = Path(tempfile.mkdtemp(prefix="kb-deploy-", dir="/tmp"))
    if os.geteuid() == 0:
        shutil.chown(folder, "nobody", "nogroup")
    return folder


def answers(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), timeout=1).close()
        return True
    except OSError:
        return False


class Server:
    """A PostgreSQL server of its own, by the programs of the embedded one."""

    def __init__(self) -> None:
        self.folder = folder_of_nobody()
        self.port = free_port()

    @classmethod
    def made(cls) -> "Server":
        server = cls()
        how = ["--username=kb", "--auth=trust", "--encoding=UTF8", "--locale=C.UTF-8"]
        server.run("initdb", "-D", server.folder / "data", *how)
        server.start()
        return server

    def standby(self) -> "Server":
        """A stand-by that follows this server."""
        server = Server()
        where = ["--host=127.0.0.1", f"--port={self.port}", "--username=kb"]
        server.run("pg_basebackup", "-D", server.folder / "data", *where, "-R", "--checkpoint=fast")
        server.start()
        return server

    def run(self, name: str, *arguments: object) -> str:
        command = [*as_nobody(), str(program(name)), *map(str, arguments)]
        done = subprocess.run(command, capture_output=True, text=True, cwd="/")
        assert done.returncode == 0, done.stderr
        return done.stdout

    def start(self) -> None:
        options = f"-p {self.port} -c listen_addresses=127.0.0.1 -c unix_socket_directories="
        log = self.folder / "log"
        data = self.folder / "data"
        self.run("pg_ctl", "start", "-w", "-D", data, "-l", log, "-o", options)

    def stop(self, mode: str = "immediate") -> None:
        self.run("pg_ctl", "stop", "-m", mode, "-D", self.folder / "data")

    def promote(self) -> None:
        self.run("pg_ctl", "promote", "-w", "-D", self.folder / "data")

    def sql(self, statement: str, database: str = "kb") -> str:
        where = ["--host=127.0.0.1", f"--port={self.port}", "--username=kb", f"--dbname={database}"]
        return self.run("psql", *where, "-XAtc", statement).strip()

    def url(self, database: str = "kb") -> str:
        return f"postgres://kb@127.0.0.1:{self.port}/{database}"

    def remove(self) -> None:
        if (self.folder / "data" / "postmaster.pid").exists():
            self.stop()
        shutil.rmtree(self.folder, ignore_errors=True)


class Bouncer:
    """PgBouncer in transaction mode, with its default of parameters that it knows."""

    def __init__(self, server: Server, pool: int) -> None:
        self.folder = folder_of_nobody()
        self.port = free_port()
        ini = self.folder / "pgbouncer.ini"
        ini.write_text(
            f"[databases]\n* = host=127.0.0.1 port={server.port} user=kb\n[pgbouncer]\n"
            f"listen_addr=127.0.0.1\nlisten_port={self.port}\nunix_socket_dir=\nauth_type=any\n"
            f"pool_mode=transaction\ndefault_pool_size={pool}\nmax_client_conn=100\n"
        )
        self.process = subprocess.Popen(
            [*as_nobody(), program_of_debian("pgbouncer"), str(ini)],
            stderr=subprocess.DEVNULL,
            cwd="/",
        )
        wait_until(lambda: answers(self.port))

    def url(self, database: str = "kb") -> str:
        return f"postgres://kb@127.0.0.1:{self.port}/{database}"

    def remove(self) -> None:
        self.process.terminate()
        self.process.wait()
        shutil.rmtree(self.folder, ignore_errors=True)


def program_of_debian(name: str) -> str:
    """Where Debian puts it, be it on PATH or not."""
    path = shutil.which(name, path=f"{os.environ['PATH']}:/usr/sbin:/sbin")
    assert path, f"{name} is not installed"
    return path


class Answer(NamedTuple):
    status: int
    headers: http.client.HTTPMessage
    text: str

    @property
    def cookies(self) -> dict[str, str]:
        """Each cookie that is set, with its attributes."""
        set_now = (line.split("; ", 1) for line in self.headers.get_all("Set-Cookie", []))
        return {first.partition("=")[0]: f"{first}; {rest}" for first, rest in set_now}


class Proxy:
    """nginx or Caddy with the shipped file; only ports, the node and the certificate differ."""

    def __init__(self, name: str, node: int, certificate: Path, key: Path) -> None:
        self.http, self.https = free_port(), free_port()
        self.folder = Path(tempfile.mkdtemp(prefix="kb-proxy-"))
        self.trust = certificate
        command = {"nginx": self._nginx, "caddy": self._caddy}[name](node, certificate, key)
        self.log = (self.folder / "log").open("w+")
        environment = {
            "PATH": os.environ["PATH"],
            "HOME": str(self.folder),
            "KB_SITE": HOST,
            "KB_NODES": f"127.0.0.1:{node}",
        }
        self.process = subprocess.Popen(
            command, env=environment, stdout=self.log, stderr=subprocess.STDOUT
        )
        try:
            wait_until(lambda: answers(self.https) or self.process.poll() is not None)
            assert self.process.poll() is None
        except AssertionError:
            raise AssertionError((self.folder / "log").read_text()) from None

    def _nginx(self, node: int, certificate: Path, key: Path) -> list[str]:
        site = substituted(
            (ROOT / "deploy" / "nginx.conf").read_text(),
            [
                (r"listen 80;", f"listen 127.0.0.1:{self.http};"),
                (r"listen 443 ", f"listen 127.0.0.1:{self.https} "),
                (r"listen \[::\]:(80|443)[^;]*;", ""),
                (r"server 127\.0\.0\.1:8000;", f"server 127.0.0.1:{node};"),
                (r"/var/log/nginx/access\.log", str(self.folder / "access.log")),
                (r"/etc/ssl/kb/fullchain\.pem", str(certificate)),
                (r"/etc/ssl/kb/privkey\.pem", str(key)),
            ],
        )
        (self.folder / "site.conf").write_text(site)
        kinds = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
        scratch = "".join(f"{kind}_temp_path {self.folder}/{kind};" for kind in kinds)
        (self.folder / "nginx.conf").write_text(
            f"daemon off; pid {self.folder}/pid; error_log stderr;\nevents {{}}\n"
            f"http {{ access_log {self.folder}/debian-log; {scratch}"
            f" include {self.folder}/site.conf; }}\n"
        )
        self.folder.chmod(0o755)
        return [program_of_debian("nginx"), "-c", str(self.folder / "nginx.conf")]

    def _caddy(self, node: int, certificate: Path, key: Path) -> list[str]:
        here = f"http_port {self.http}\nhttps_port {self.https}\nadmin off\n"
        site = substituted(
            (ROOT / "deploy" / "Caddyfile").read_text(),
            [
                (r"^\{\n", f"{{\n{here}"),
                (r"^(\{\$KB_SITE:.*\} \{)\n", rf"\1\nbind 127.0.0.1\ntls {certificate} {key}\n"),
            ],
        )
        (self.folder / "Caddyfile").write_text(site)
        config = str(self.folder / "Caddyfile")
        return [program_of_debian("caddy"), "run", "--config", config, "--adapter", "caddyfile"]

    def ask(
        self,
        path: str,
        method: str = "GET",
        body: bytes = b"",
        client: str = "127.0.0.1",
        secure: bool = True,
        **headers: str,
    ) -> Answer:
        """One request from the address `client` of this machine; redirects are not followed."""
        port = self.https if secure else self.http
        plain = socket.create_connection(
            ("127.0.0.1", port), timeout=30, source_address=(client, 0)
        )
        connection = http.client.HTTPConnection(HOST)
        connection.sock = plain
        if secure:
            context = ssl.create_default_context(cafile=str(self.trust))
            connection.sock = context.wrap_socket(plain, server_hostname=HOST)
        sent = {"Connection": "close", "Accept-Encoding": "br"}
        sent |= {name.replace("_", "-"): value for name, value in headers.items()}
        try:
            connection.request(method, path, body or None, sent)
            answer = connection.getresponse()
            text = answer.read().decode(errors="replace")
            return Answer(answer.status, answer.headers, text)
        finally:
            connection.close()

    def remove(self) -> None:
        self.process.terminate()
        self.process.wait()
        self.log.close()
        shutil.rmtree(self.folder, ignore_errors=True)


def substituted(text: str, changes: list[tuple[str, str]]) -> str:
    """Each pattern must be found: a change of the shipped file must not go unnoticed."""
    for pattern, replacement in changes:
        text, count = re.subn(pattern, replacement, text, flags=re.MULTILINE)
        assert count, f"deploy/ has no longer {pattern}"
    return text

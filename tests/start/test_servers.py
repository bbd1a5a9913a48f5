"""Servers that will not do: what people are told who name one in DATABASE_URL."""

import contextlib
import socket
import struct
import threading
from collections.abc import Iterator

import pytest

from tests.start.sites import free_port, run


@contextlib.contextmanager
def fake_server(version: str, encoding: str) -> Iterator[int]:
    """Something that greets like PostgreSQL and then knows nothing; gives its port."""

    def message(kind: bytes, body: bytes) -> bytes:
        return kind + struct.pack("!i", len(body) + 4) + body

    def status(name: str, value: str) -> bytes:
        return message(b"S", f"{name}\0{value}\0".encode())

    greeting = message(b"R", struct.pack("!i", 0))
    greeting += status("server_version", version) + status("server_encoding", encoding)
    greeting += status("client_encoding", "UTF8") + message(b"Z", b"I")

    def greet(client: socket.socket) -> None:
        with client:
            while True:
                wish = client.recv(4096)
                if not wish:
                    return
                # A wish for encryption is eight bytes long, and is declined.
                client.sendall(b"N" if len(wish) == 8 else greeting)
                if len(wish) != 8:
                    client.recv(4096)
                    return

    def serve() -> None:
        with contextlib.suppress(OSError):
            while True:
                greet(listener.accept()[0])

    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=serve)
        thread.start()
        yield listener.getsockname()[1]
        listener.shutdown(socket.SHUT_RDWR)
    thread.join()


@pytest.mark.parametrize(
    ("version", "encoding", "said"),
    [
        ("14.19", "UTF8", "PostgreSQL 15 or later is required (found 14.19). Upgrade the server"),
        ("16.1", "LATIN1", 'The database "kb" has the encoding LATIN1'),
        ("16.1", "SQL_ASCII", "CREATE DATABASE … ENCODING 'UTF8' TEMPLATE template0"),
    ],
)
@pytest.mark.parametrize("command", [("manage.py", "migrate"), ("-m", "kb.serve")])
def test_a_server_that_will_not_do_is_named_in_one_line(tmp_path, command, version, encoding, said):
    with fake_server(version, encoding) as port:
        url = f"postgres://kb:secret@127.0.0.1:{port}/kb"
        place = {"KB_DATA_DIR": str(tmp_path), "PORT": str(free_port())}
        done = run(*command, DATABASE_URL=url, **place)
    assert done.returncode == 1
    assert done.stderr.startswith("error: ")
    assert said in done.stderr
    assert done.stderr.count("\n") == 1

"""Firefox has nothing to say of any kind of page. Where it is not installed, nothing is asked:
`apt-get install firefox-esr`.

Its Marionette protocol is spoken here, as only its own console holds what breaks the policy.
"""

import json
import shutil
import socket
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.browser.test_everybody import PAGES
from tests.start.processes import wait_until

FIREFOX = shutil.which("firefox-esr") or shutil.which("firefox")
PARTS = "/topics/parts/"
ADDRESSES = [*dict.fromkeys(PAGES.values()), PARTS, "/topics/handbook/cookies/"]
CONSOLE = """
const done = arguments[arguments.length - 1];
const said = Services.console.getMessageArray().filter(m => m instanceof Ci.nsIScriptError);
Services.console.reset();
done(said.map(m => [m.sourceName, m.errorMessage]));
"""
READ = """
dispatchEvent(new PointerEvent('pointermove'));
setTimeout(arguments[arguments.length - 1], 500);
"""


class Firefox:
    """A Firefox without a window, and one tab of it."""

    def __init__(self, folder: Path) -> None:
        with socket.create_server(("127.0.0.1", 0)) as listener:
            port = listener.getsockname()[1]
        (folder / "user.js").write_text(f'user_pref("marionette.port", {port});\n')
        flags = ["--headless", "--no-remote", "--marionette", "--remote-allow-system-access"]
        self.process = subprocess.Popen(
            [str(FIREFOX), *flags, "--profile", str(folder)],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        wait_until(lambda: self._connect(port), seconds=90)
        self.stream = self.socket.makefile("rb")
        self.asked = 0
        self._read()
        self.call("WebDriver:NewSession")

    def _connect(self, port: int) -> bool:
        try:
            self.socket = socket.create_connection(("127.0.0.1", port), timeout=90)
        except OSError:
            return False
        return True

    def _read(self) -> Any:
        size = b""
        while (sign := self.stream.read(1)) != b":":
            size += sign
        return json.loads(self.stream.read(int(size)))

    def call(self, name: str, **values: object) -> Any:
        self.asked += 1
        text = json.dumps([0, self.asked, name, values])
        self.socket.sendall(f"{len(text.encode())}:{text}".encode())
        _, _, error, result = self._read()
        assert error is None, error
        return result

    def script(self, code: str, context: str = "content") -> Any:
        self.call("Marionette:SetContext", value=context)
        said = self.call("WebDriver:ExecuteAsyncScript", script=code, args=[])["value"]
        self.call("Marionette:SetContext", value="content")
        return said

    def complaints(self, site: str) -> list[str]:
        """What its console says of the site since the last time."""
        said = self.script(CONSOLE, "chrome")
        return [message for source, message in said if (source or "").startswith(site)]

    def close(self) -> None:
        self.socket.close()
        self.process.terminate()
        self.process.wait(30)


@pytest.fixture(scope="module")
def firefox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Firefox]:
    browser = Firefox(tmp_path_factory.mktemp("firefox"))
    yield browser
    browser.close()


if FIREFOX:

    @pytest.mark.parametrize("address", ADDRESSES)
    def test_firefox_has_no_complaint(firefox: Firefox, site: str, address: str) -> None:
        firefox.complaints(site)
        firefox.call("WebDriver:Navigate", url=site + address)
        firefox.script(READ)
        assert firefox.complaints(site) == []

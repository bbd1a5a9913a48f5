"""A Firefox, where it is installed (`apt-get install firefox-esr`).

Its Marionette protocol is spoken here, as only its own console holds what breaks the policy, and
only it can be cut off from the server, its workers too.
"""

import json
import shutil
import socket
import subprocess
from pathlib import Path
from typing import Any

from tests.start.processes import wait_until

FIREFOX = shutil.which("firefox-esr") or shutil.which("firefox")
PREFERENCES = {  # the proxy is nowhere, and asked only once it is switched on
    "network.proxy.http": "127.0.0.1",
    "network.proxy.http_port": 1,
    "network.proxy.allow_hijacking_localhost": True,
    "network.proxy.type": 0,
}
ELEMENT = "element-6066-11e4-a52e-4f735466cecf"  # as WebDriver has it
CONSOLE = """
const done = arguments[arguments.length - 1];
const said = Services.console.getMessageArray().filter(m => m instanceof Ci.nsIScriptError);
Services.console.reset();
done(said.map(m => [m.sourceName, m.errorMessage]));
"""


class Firefox:
    """A Firefox without a window, and one tab of it."""

    def __init__(self, folder: Path) -> None:
        with socket.create_server(("127.0.0.1", 0)) as listener:
            port = listener.getsockname()[1]
        wanted = PREFERENCES | {"marionette.port": port}
        lines = [f"user_pref({json.dumps(k)}, {json.dumps(v)});\n" for k, v in wanted.items()]
        (folder / "user.js").write_text("".join(lines))
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
        self.call("WebDriver:SetTimeouts", implicit=30_000)

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

    def open(self, url: str) -> None:
        """Open a page, and wait for it."""
        self.call("WebDriver:Navigate", url=url)

    def find(self, css: str) -> str:
        """The element's id, once there is one; half a minute at most."""
        found = self.call("WebDriver:FindElement", using="css selector", value=css)["value"]
        return str(found[ELEMENT])

    def click(self, css: str) -> None:
        self.call("WebDriver:ElementClick", id=self.find(css))

    def fill(self, css: str, text: str) -> None:
        self.call("WebDriver:ElementSendKeys", id=self.find(css), text=text)

    def text(self, css: str) -> str:
        return str(self.call("WebDriver:GetElementText", id=self.find(css))["value"])

    def go_offline(self, *, is_offline: bool) -> None:
        """No page and no worker reaches anything, as when the server has ended."""
        proxy = int(is_offline)
        code = f"Services.prefs.setIntPref('network.proxy.type', {proxy}); arguments[0]();"
        self.script(code, "chrome")

    def complaints(self, site: str) -> list[str]:
        """What its console says of the site since the last time."""
        said = self.script(CONSOLE, "chrome")
        return [message for source, message in said if (source or "").startswith(site)]

    def close(self) -> None:
        self.socket.close()
        self.process.terminate()
        self.process.wait(30)

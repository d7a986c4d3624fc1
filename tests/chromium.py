"""A headless Chromium that a test can drive: its DevTools protocol over a pipe, and nothing else.

The pipe needs no network, no port and no library. A page of the report must come from the disk, ask
for nothing else, and say nothing to the console: `Page` notes both.
"""

from __future__ import annotations

import base64
import fcntl
import json
import os
import select
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

NAMES = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
_SECONDS = 60


def found() -> str:
    """Return the path of a Chromium of this machine; empty where it has none."""
    return next((path for name in NAMES if (path := shutil.which(name))), "")


@dataclass
class Browser:
    """A running Chromium."""

    to: int
    come: int
    said: bytes = b""
    number: int = 0
    events: list[dict[str, Any]] = field(default_factory=list)

    def ask(self, method: str, session: str = "", **values: Any) -> dict[str, Any]:
        """Send a command and return its result; events that come meanwhile are kept."""
        self.number += 1
        message: dict[str, Any] = {"id": self.number, "method": method, "params": values}
        if session:
            message["sessionId"] = session
        os.write(self.to, json.dumps(message).encode() + b"\0")
        while True:
            answer = self._message()
            if answer.get("id") == self.number:
                assert "error" not in answer, (method, answer["error"])
                return answer["result"]
            self.events.append(answer)

    def _message(self) -> dict[str, Any]:
        until = time.monotonic() + _SECONDS
        while b"\0" not in self.said:
            ready, _, _ = select.select([self.come], [], [], max(until - time.monotonic(), 0))
            assert ready, f"Chromium said nothing for {_SECONDS} s"
            piece = os.read(self.come, 1 << 20)
            assert piece, "Chromium ended"
            self.said += piece
        first, _, self.said = self.said.partition(b"\0")
        return json.loads(first)


@dataclass
class Page:
    """One page of a browser, from a disk."""

    browser: Browser
    session: str

    def ask(self, method: str, **values: Any) -> dict[str, Any]:
        return self.browser.ask(method, self.session, **values)

    def run(self, script: str) -> Any:
        """Return the value of a script, awaited; it must be plain data."""
        answer = self.ask(
            "Runtime.evaluate", expression=script, awaitPromise=True, returnByValue=True
        )
        assert "exceptionDetails" not in answer, (script, answer["exceptionDetails"])
        return answer["result"].get("value")

    def size(self, width: int, height: int) -> None:
        self.ask(
            "Emulation.setDeviceMetricsOverride",
            width=width,
            height=height,
            deviceScaleFactor=1,
            mobile=False,
        )

    def prefer(self, colours: str, medium: str = "") -> None:
        """Let the system prefer light or dark, and the medium be a screen or paper."""
        scheme = {"name": "prefers-color-scheme", "value": colours}
        self.ask("Emulation.setEmulatedMedia", media=medium, features=[scheme])

    def open(self, report: Path, view: str = "#/") -> None:
        """Load the report afresh with a view, and wait until that is drawn."""
        self.ask("Page.navigate", url="about:blank")
        self.ask("Page.navigate", url=f"{report.resolve().as_uri()}{view}")
        self._drawn(view)

    def go(self, view: str) -> None:
        """Go to another view of the report that is loaded."""
        self.run(f"location.hash = {json.dumps(view)}")
        self._drawn(view)

    def wait(self, condition: str) -> None:
        """Wait until a script says yes."""
        until = time.monotonic() + _SECONDS
        while not self.run(f"!!({condition})"):
            assert time.monotonic() < until, f"never true: {condition}"
            time.sleep(0.02)

    def _drawn(self, view: str) -> None:
        self.wait(f"document.documentElement?.dataset.drawn === {json.dumps(view)}")

    def press(self, key: str) -> None:
        """Press a key and let go."""
        text = {"Enter": "\r"}.get(key, key if len(key) == 1 else "")
        kept = {"windowsVirtualKeyCode": 13} if key == "Enter" else {}
        self.ask("Input.dispatchKeyEvent", type="keyDown", key=key, text=text, **kept)
        self.ask("Input.dispatchKeyEvent", type="keyUp", key=key, **kept)

    def write(self, text: str) -> None:
        self.ask("Input.insertText", text=text)

    def picture(self, path: Path, *, whole: bool = False) -> None:
        """Write a screenshot of what is seen, or of the whole page."""
        taken = self.ask("Page.captureScreenshot", format="png", captureBeyondViewport=whole)
        path.write_bytes(base64.b64decode(taken["data"]))

    def errors(self) -> list[str]:
        """Return what the page complained about."""
        return [json.dumps(each["params"]) for each in self._events() if _is_complaint(each)]

    def requests(self) -> list[str]:
        """Return every address the page asked for."""
        return [
            each["params"]["request"]["url"]
            for each in self._events()
            if each["method"] == "Network.requestWillBeSent"
        ]

    def _events(self) -> list[dict[str, Any]]:
        return [each for each in self.browser.events if each.get("sessionId") == self.session]


def _is_complaint(event: dict[str, Any]) -> bool:
    method, values = event["method"], event["params"]
    if method == "Runtime.consoleAPICalled":
        return values["type"] in {"error", "warning", "assert"}
    if method == "Log.entryAdded":
        return values["entry"]["level"] in {"error", "warning"}
    return method == "Runtime.exceptionThrown"


@contextmanager
def browser(program: str, folder: Path) -> Iterator[Browser]:
    """Run a Chromium with its profile in `folder`."""
    read, to = os.pipe()
    come, write = os.pipe()
    ends = [fcntl.fcntl(end, fcntl.F_DUPFD, 10) for end in (read, write)]

    def wired() -> None:
        os.dup2(ends[0], 3)
        os.dup2(ends[1], 4)

    arguments = [
        *("--headless", "--remote-debugging-pipe", f"--user-data-dir={folder}"),
        *("--no-first-run", "--disable-gpu", "--in-process-gpu", "--hide-scrollbars"),
        *(["--no-sandbox"] if os.geteuid() == 0 else []),
        "about:blank",
    ]
    process = subprocess.Popen(
        [program, *arguments],
        preexec_fn=wired,  # noqa: PLW1509  (no thread of the tests runs beside it)
        pass_fds=(3, 4),
        stderr=subprocess.DEVNULL,
    )
    for end in (read, write, *ends):
        os.close(end)
    running = Browser(to, come)
    try:
        yield running
        running.ask("Browser.close")
    finally:
        if process.poll() is None:
            process.wait(timeout=_SECONDS)
        os.close(to)
        os.close(come)


def page(browser: Browser) -> Page:
    """Return a new page of a browser."""
    target = browser.ask("Target.createTarget", url="about:blank")["targetId"]
    session = browser.ask("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
    new = Page(browser, session)
    for domain in ("Page", "Runtime", "Log", "Network"):
        new.ask(f"{domain}.enable")
    return new

# SPDX-License-Identifier: Apache-2.0
"""A headless Chromium, driven over a pipe by the DevTools protocol with Python's standard library alone."""

import base64
import json
import os
import select
import shutil
import subprocess
import tempfile
import time


class Stuck(Exception):
    """The browser did not answer in time, or ended."""


class Chromium:
    """One browser with one tab. Nothing it is asked takes longer than `patience` seconds."""

    def __init__(self, program, patience=30):
        self.patience = patience
        self.profile = tempfile.mkdtemp(prefix="numa-hints-browser-")
        self.errors = open(os.path.join(self.profile, "errors"), "wb")
        from_us, to_browser = os.pipe()
        from_browser, to_us = os.pipe()
        flags = [
            "--headless=new", "--remote-debugging-pipe", f"--user-data-dir={self.profile}", "--no-first-run",
            "--disable-gpu", "--disable-dev-shm-usage", "--disable-extensions", "--disable-background-networking",
            "--disable-component-update", "--disable-sync", "--hide-scrollbars", "--mute-audio",
            # No name leads anywhere, whatever a page asks for.
            "--host-resolver-rules=MAP * ~NOTFOUND",
        ]
        if os.geteuid() == 0:
            flags.append("--no-sandbox")
        # The protocol wants to be read from 3 and written to 4.
        shell = f'exec 3<&{from_us} 4>&{to_us}; exec "$@"'
        self.process = subprocess.Popen(
            ["bash", "-c", shell, "bash", program, *flags, "about:blank"], pass_fds=(from_us, to_us),
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=self.errors, start_new_session=True)
        os.close(from_us)
        os.close(to_us)
        self.to_browser, self.from_browser = to_browser, from_browser
        self.rest, self.number, self.session, self.events = b"", 0, None, []
        target = self.ask("Target.createTarget", url="about:blank")["targetId"]
        self.session = self.ask("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        for domain in ("Page", "Network", "Runtime", "Log"):
            self.ask(f"{domain}.enable")

    def close(self):
        try:
            self.session = None
            self.ask("Browser.close")
            self.process.wait(10)
        except (Stuck, OSError, subprocess.TimeoutExpired):
            self.process.kill()
            self.process.wait()
        self.errors.close()
        os.close(self.to_browser)
        os.close(self.from_browser)
        shutil.rmtree(self.profile, ignore_errors=True)

    def ask(self, method, **parameters):
        """Sends a command and returns its result; what happens meanwhile is kept in `events`."""
        self.number += 1
        message = {"id": self.number, "method": method, "params": parameters}
        if self.session:
            message["sessionId"] = self.session
        os.write(self.to_browser, json.dumps(message).encode() + b"\0")
        end = time.monotonic() + self.patience
        while True:
            answer = self.receive(end, method)
            if answer.get("id") != self.number:
                self.events.append(answer)
            elif "error" in answer:
                raise Stuck(f"{method}: {answer['error']['message']}")
            else:
                return answer["result"]

    def receive(self, end, what):
        while b"\0" not in self.rest:
            left = end - time.monotonic()
            if left <= 0 or not select.select([self.from_browser], [], [], left)[0]:
                raise Stuck(f"{what}: no answer within {self.patience} s")
            block = os.read(self.from_browser, 1 << 20)
            if not block:
                raise Stuck(f"{what}: the browser has ended:\n{self.complaint()}")
            self.rest += block
        text, _, self.rest = self.rest.partition(b"\0")
        return json.loads(text)

    def complaint(self):
        with open(os.path.join(self.profile, "errors"), "rb") as file:
            return file.read().decode(errors="replace")[-2000:]

    def await_event(self, name):
        end = time.monotonic() + self.patience
        while not any(event.get("method") == name for event in self.events):
            self.events.append(self.receive(end, name))

    def open(self, path, width, height=900, scheme="light", medium="screen"):
        """Shows a file; returns the addresses that were asked for."""
        self.ask("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=False)
        self.ask(
            "Emulation.setEmulatedMedia", media=medium,
            features=[{"name": "prefers-color-scheme", "value": scheme}])
        self.events = []
        self.ask("Page.navigate", url="file://" + path)
        self.await_event("Page.loadEventFired")
        return [
            event["params"]["request"]["url"] for event in self.events
            if event.get("method") == "Network.requestWillBeSent"
        ]

    def evaluate(self, script):
        answer = self.ask("Runtime.evaluate", expression=script, returnByValue=True)
        if "exceptionDetails" in answer:
            raise Stuck(f"the check itself failed: {answer['exceptionDetails']}")
        return answer["result"].get("value")

    def screenshot(self, scale=1.0, height=12000):
        """The page as PNG, as far down as said."""
        size = self.ask("Page.getLayoutMetrics")["cssContentSize"]
        clip = {"x": 0, "y": 0, "width": size["width"], "height": min(size["height"], height), "scale": scale}
        data = self.ask("Page.captureScreenshot", format="png", captureBeyondViewport=True, clip=clip)["data"]
        return base64.b64decode(data)

    def pdf(self):
        return base64.b64decode(self.ask("Page.printToPDF", printBackground=False)["data"])

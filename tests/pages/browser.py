"""Chromium without a window, driven through a pipe by the DevTools protocol: tabs of a size and
a theme, pointers, keys, touch, what was fetched and what was complained of."""
import base64
import json
import os
import select
import shutil
import subprocess
import tempfile
import time

SHIFT, CONTROL = 8, 2


def install():
    """Debian's package, when there is no chromium yet."""
    if shutil.which("chromium"):
        return
    tool = os.path.join(os.path.dirname(os.path.abspath(__file__)), "../../scripts/install-deps")
    subprocess.run([tool, "--these", "chromium", "fonts-dejavu-core"], check=True)


class Browser:
    def __init__(self):
        self.place = tempfile.mkdtemp(prefix="check-pages-")
        to_read, self.to_write = os.pipe()
        self.from_read, from_write = os.pipe()

        def hand_over():  # the browser reads its commands from 3 and answers on 4
            high = [os.dup2(to_read, 100), os.dup2(from_write, 101)]
            os.dup2(high[0], 3)
            os.dup2(high[1], 4)

        self.process = subprocess.Popen(
            ["chromium", "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run",
             "--hide-scrollbars", "--force-color-profile=srgb", "--disable-background-networking", "--remote-debugging-pipe",
             "--user-data-dir=" + self.place, "about:blank"],
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, preexec_fn=hand_over, close_fds=False)
        os.close(to_read)
        os.close(from_write)
        self.number, self.buffer, self.events = 0, b"", []

    def read(self, seconds):
        while b"\0" not in self.buffer:
            if not select.select([self.from_read], [], [], seconds)[0]:
                raise TimeoutError("the browser does not answer")
            got = os.read(self.from_read, 1 << 20)
            if not got:
                raise EOFError("the browser has ended")
            self.buffer += got
        line, self.buffer = self.buffer.split(b"\0", 1)
        return json.loads(line)

    def call(self, method, session=None, **parameters):
        self.number += 1
        message = {"id": self.number, "method": method, "params": parameters}
        if session:
            message["sessionId"] = session
        os.write(self.to_write, json.dumps(message).encode() + b"\0")
        while True:
            got = self.read(120)
            if got.get("id") == self.number:
                if "error" in got:
                    raise RuntimeError(f"{method}: {got['error']}")
                return got["result"]
            self.events.append(got)

    def close(self):
        try:
            self.call("Browser.close")
            self.process.wait(20)
        except (OSError, EOFError, TimeoutError, RuntimeError, subprocess.TimeoutExpired):
            self.process.kill()
            self.process.wait()
        shutil.rmtree(self.place, ignore_errors=True)


class Tab:
    """A page at a size, in a theme; scripts may be off. Complaints and fetches are collected."""

    def __init__(self, browser, path, size=(1440, 900), theme="light", touch=False, scripts=True):
        self.browser, self.size = browser, size
        self.target = browser.call("Target.createTarget", url="about:blank")["targetId"]
        self.session = browser.call("Target.attachToTarget", targetId=self.target, flatten=True)["sessionId"]
        for domain in ("Page", "Runtime", "Log", "Network", "Accessibility", "Performance"):
            self.call(domain + ".enable")
        self.call("Emulation.setDeviceMetricsOverride", width=size[0], height=size[1], deviceScaleFactor=1, mobile=touch)
        self.call("Emulation.setEmulatedMedia", media="", features=[{"name": "prefers-color-scheme", "value": theme}])
        if touch:
            self.call("Emulation.setTouchEmulationEnabled", enabled=True, maxTouchPoints=2)
        if not scripts:
            self.call("Emulation.setScriptExecutionDisabled", value=True)
        begun = time.monotonic()
        self.call("Page.navigate", url="file://" + path)
        while not any(event["method"] == "Page.loadEventFired" for event in self.mine()):
            self.browser.events.append(self.browser.read(120))
        if scripts:
            self.settle()
        self.took = time.monotonic() - begun

    def call(self, method, **parameters):
        return self.browser.call(method, self.session, **parameters)

    def mine(self):
        return [event for event in self.browser.events if event.get("sessionId") == self.session]

    def js(self, expression):
        got = self.call("Runtime.evaluate", expression=expression, awaitPromise=True, returnByValue=True)
        if "exceptionDetails" in got:
            raise RuntimeError(expression + ": " + str(got["exceptionDetails"].get("exception", {}).get("description")))
        return got["result"].get("value")

    def settle(self):
        """Until what was asked for is drawn."""
        self.js("new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => done())))")

    def complaints(self):
        found = []
        for event in self.mine():
            method, what = event["method"], event["params"]
            if method == "Runtime.exceptionThrown":
                details = what["exceptionDetails"]
                found.append(details.get("exception", {}).get("description", details["text"]))
            elif method == "Runtime.consoleAPICalled" and what["type"] in ("error", "warning", "assert"):
                found.append(str(what["args"]))
            elif method == "Log.entryAdded" and what["entry"]["level"] in ("error", "warning"):
                found.append(what["entry"]["text"])
        return found

    def fetched(self):
        return [event["params"]["request"]["url"] for event in self.mine() if event["method"] == "Network.requestWillBeSent"]

    def mouse(self, kind, x, y, buttons=0, **more):
        self.call("Input.dispatchMouseEvent", type=kind, x=x, y=y, buttons=buttons, button="left" if buttons or kind == "mouseReleased" else "none", **more)

    def move(self, x, y):
        self.mouse("mouseMoved", x, y)
        self.settle()

    def click(self, x, y, count=1):
        for n in range(1, count + 1):
            self.mouse("mousePressed", x, y, 1, clickCount=n)
            self.mouse("mouseReleased", x, y, 0, clickCount=n)
        self.settle()

    def click_on(self, selector):
        box = self.js(f"(({{x, y, width, height}}) => [x + width / 2, y + height / 2])(document.querySelector({json.dumps(selector)}).getBoundingClientRect())")
        self.click(*box)

    def drag(self, x0, y0, x1, y1, modifiers=0):
        self.mouse("mouseMoved", x0, y0)
        self.mouse("mousePressed", x0, y0, 1, clickCount=1, modifiers=modifiers)
        for k in range(1, 11):
            self.mouse("mouseMoved", x0 + (x1 - x0) * k / 10, y0 + (y1 - y0) * k / 10, 1, modifiers=modifiers)
        self.mouse("mouseReleased", x1, y1, 0, clickCount=1, modifiers=modifiers)
        self.settle()

    def wheel(self, x, y, dx=0, dy=0, modifiers=0):
        self.mouse("mouseWheel", x, y, deltaX=dx, deltaY=dy, modifiers=modifiers)
        self.settle()
        self.settle()

    def touch(self, *frames):
        """Each frame has the places of the fingers; all are lifted after the last."""
        for number, points in enumerate(frames):
            self.call("Input.dispatchTouchEvent", type="touchStart" if number == 0 else "touchMove",
                      touchPoints=[{"x": x, "y": y, "id": finger} for finger, (x, y) in enumerate(points)])
        self.call("Input.dispatchTouchEvent", type="touchEnd", touchPoints=[])
        self.settle()

    def key(self, key, modifiers=0):
        codes = {"Tab": 9, "Enter": 13, "Escape": 27, "ArrowLeft": 37, "ArrowUp": 38, "ArrowRight": 39, "ArrowDown": 40, "Home": 36, "End": 35, "PageDown": 34}
        more = {"windowsVirtualKeyCode": codes[key]} if key in codes else {"text": key}
        if key == "Enter":
            more["text"] = "\r"
        self.call("Input.dispatchKeyEvent", type="keyDown", key=key, modifiers=modifiers, **more)
        self.call("Input.dispatchKeyEvent", type="keyUp", key=key, modifiers=modifiers)
        self.settle()

    def write(self, text):
        self.call("Input.insertText", text=text)
        self.settle()

    def shot(self, path):
        self.settle()
        with open(path, "wb") as file:
            file.write(base64.b64decode(self.call("Page.captureScreenshot", format="png")["data"]))

    def tree(self):
        """(role, name, properties) of what assistive tools see."""
        nodes = self.call("Accessibility.getFullAXTree")["nodes"]
        return [(node.get("role", {}).get("value", ""), node.get("name", {}).get("value", ""),
                 {one["name"]: one["value"].get("value") for one in node.get("properties", [])}) for node in nodes if not node.get("ignored")]

    def close(self):
        self.browser.call("Target.closeTarget", targetId=self.target)
        self.browser.events = [event for event in self.browser.events if event.get("sessionId") != self.session]

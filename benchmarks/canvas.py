"""A gesture on the page Design in Chromium: from the key to the updated page, and the bytes it transfers.

Budgets: an edit of the imported ResNet-50 or of 500 nodes <= 300 ms to the updated page; a gesture transfers at most
10 kB beyond the change of the design, both ways, all frames of the page counted. In the stack and on the canvas.
The change of the design is what the stack or the canvas receives: the entries that differ.
"""

import json
import shutil
import statistics
import subprocess
import sys
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from benchmarks.report import Row, p95
from blockwright.design.parse import read_design
from blockwright.schema.design import Design

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

ROUNDS = 8
_QUIET_MS = 500
_TIMEOUT_MS = 60_000

# Records when a message arrived and when the second frame after it was drawn; a gesture ends with the last of them.
_RECORDER = """() => {
  window.recorder = { start: 0, message: 0, drawn: 0 }
  const begin = () => { window.recorder.start ||= performance.now() }
  window.addEventListener("keydown", begin, true)
  const received = () => {
    window.recorder.message = performance.now()
    requestAnimationFrame(() => requestAnimationFrame(() => (window.recorder.drawn = performance.now())))
  }
  const Original = window.WebSocket
  window.WebSocket = class extends Original {
    constructor(...parameters) {
      super(...parameters)
      this.addEventListener("message", received)
    }
  }
}"""
_RESET = "() => (window.recorder = { start: 0, message: 0, drawn: 0 })"
_ENDED = """(quiet) => {
  const { start, message, drawn } = window.recorder
  return start && message > start && drawn > message && performance.now() - drawn > quiet
}"""
_DURATION = "() => window.recorder.drawn - window.recorder.start"


@dataclass
class Traffic:
    """The bytes between the page and the server, both ways, and how many of them are the change of the design."""

    size: int = 0
    change: int = 0

    def reset(self) -> None:
        """Start counting at zero."""
        self.size = self.change = 0

    def follow(self, socket: Any) -> None:
        """Count the frames of one of the page's sockets."""
        for event in ("framereceived", "framesent"):
            socket.on(event, self._count)
        socket.on("framereceived", self._count_change)

    def _count(self, frame: bytes | str) -> None:
        self.size += len(frame if isinstance(frame, bytes) else frame.encode())

    def _count_change(self, frame: bytes | str) -> None:
        from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

        if isinstance(frame, bytes):
            element = ForwardMsg.FromString(frame).delta.new_element
            if element.bidi_component.component_name.endswith(("stack", "canvas")):
                self.change += len(element.bidi_component.json.encode())


@dataclass
class Measurements:
    """Milliseconds and bytes of each kind of gesture."""

    times: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    sizes: dict[str, list[int]] = field(default_factory=lambda: defaultdict(list))
    changes: dict[str, list[int]] = field(default_factory=lambda: defaultdict(list))

    def p95_ms(self, *, edits: bool) -> float:
        """The 95th percentile of the milliseconds, of edits or of selecting."""
        return p95(
            [time for kind, times in self.times.items() if (kind != "select") is edits for time in times]
        )

    def heaviest(self) -> float:
        """The most kilobytes beyond the design's change that a kind of gesture transfers, by its median."""
        return max(self._beyond(kind) for kind in self.sizes)

    def _beyond(self, kind: str) -> float:
        pairs = zip(self.sizes[kind], self.changes[kind], strict=True)
        return statistics.median(size - change for size, change in pairs) / 1000

    def report(self) -> str:
        """The medians of every kind: the time, all bytes, and those beyond the design's change."""
        return ", ".join(
            f"{kind} {statistics.median(times):.0f} ms {statistics.median(self.sizes[kind]) / 1000:.1f} kB "
            f"({self._beyond(kind):.1f})"
            for kind, times in self.times.items()
        )


def _open(page: "Page", url: str, design: Path, view: str) -> None:
    from tests.browser.driving import button, service_up, settle, visit

    visit(page, url)
    button(page, "blank").click()
    settle(page)
    button(page, "open").click()
    dialog = page.get_by_role("dialog")
    dialog.locator("input[type=file]").set_input_files(design)
    dialog.wait_for(state="detached", timeout=_TIMEOUT_MS)
    service_up(page)
    if view == "canvas":
        page.get_by_test_id("stMain").get_by_text("Canvas", exact=True).click()
    page.locator({"canvas": ".canvas .card", "stack": ".stack .row"}[view]).nth(1).click(timeout=_TIMEOUT_MS)
    settle(page)
    page.wait_for_timeout(2 * _QUIET_MS)


def _gestures(page: "Page", traffic: Traffic, view: str) -> Measurements:
    measurements = Measurements()

    def gesture(kind: str, act: Callable[[], object]) -> None:
        page.evaluate(_RESET)
        traffic.reset()
        act()
        page.wait_for_function(_ENDED, arg=_QUIET_MS, timeout=_TIMEOUT_MS)
        measurements.times[kind].append(page.evaluate(_DURATION))
        measurements.sizes[kind].append(traffic.size)
        measurements.changes[kind].append(traffic.change)

    def press(kind: str, key: str) -> None:
        gesture(kind, lambda: page.keyboard.press(key))

    board = page.locator({"canvas": ".board", "stack": ".row.selected"}[view])
    filters = page.locator("[class*=st-key-param] input[aria-label=filters]")
    for number in range(ROUNDS):
        press("select", "ArrowDown")
        while not filters.count():
            press("select", "ArrowDown")
        press("duplicate", "Control+d")
        filters.fill(str(20 + number))
        gesture("set", lambda: filters.press("Enter"))
        board.first.focus()
        if view == "canvas":
            press("off", "e")
            press("undo", "Control+z")
        press("remove", "Delete")
        press("undo", "Control+z")
    return measurements


def _measured(browser: "Browser", url: str, design: Path, view: str) -> Measurements:
    context = browser.new_context(viewport={"width": 1400, "height": 1000})
    context.add_init_script(f"({_RECORDER})()")
    page = context.new_page()
    page.set_default_timeout(_TIMEOUT_MS)
    traffic = Traffic()
    page.on("websocket", traffic.follow)
    _open(page, url, design, view)
    measurements = _gestures(page, traffic, view)
    context.close()
    return measurements


def _resnet() -> Design:
    """ResNet-50 as Keras builds it, imported; made in a process of its own, so that this one holds no TensorFlow."""
    code = (
        "from benchmarks.imports import ask_service, model_json; import json; "
        "print(json.dumps(ask_service('import_model', text=model_json('ResNet50'))['design']))"
    )
    answer = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return read_design(json.loads(answer.stdout.splitlines()[-1]))


def measure(home: Path) -> list[Row]:
    """The rows of the report; drives Debian's chromium."""
    from playwright.sync_api import sync_playwright

    from benchmarks.edits import long_design
    from benchmarks.server import running_server, stop_backend
    from blockwright.backend.client import backend

    rows = []
    with running_server(home) as (_, url), sync_playwright() as playwright:
        backend().wait_ready()
        flags = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=flags)
        for name, design in (("ResNet-50", _resnet()), ("500 nodes", long_design(500))):
            file = home / "opened.json"
            file.write_text(design.text())
            for view in ("canvas", "stack"):
                measurements = _measured(browser, url, file, view)
                print(f"{name}, {view}: {measurements.report()}", flush=True)
                rows += [
                    Row(
                        f"{name}, {view}: edit to the updated page, p95",
                        measurements.p95_ms(edits=True),
                        "ms",
                        300,
                    ),
                    Row(f"{name}, {view}: selecting, p95", measurements.p95_ms(edits=False), "ms", 300),
                    Row(
                        f"{name}, {view}: a gesture brings beyond its change at most",
                        measurements.heaviest(),
                        "kB",
                        10,
                    ),
                ]
        browser.close()
    stop_backend(home)
    return rows

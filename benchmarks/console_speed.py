"""How fast the console is, and what it keeps: `python -m benchmarks.console_speed [--lake LAKE]`.

The first load and its bytes, by browsers that have nothing of it yet: of a server that was just started, and
of one that others have asked. Clicks on bars of the first dashboard, from the click until every chart is
drawn: on each bar for the first time, and again. As many browsers at once as are asked for. And the server's
memory before and after pages were opened and closed.
"""

from __future__ import annotations

import argparse
import statistics
import time
from pathlib import Path

from benchmarks.console_pictures import browser_path, served, settled
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

# From within the page: what is measured is what a reader waits for, not the way from this process to there.
_CLICK = """async (number) => {
  const bars = document.querySelectorAll(".wh-kind-bar .wh-chart")[0];
  bars.focus();
  const key = (name) => bars.dispatchEvent(new KeyboardEvent("keydown", { key: name, bubbles: true }));
  for (let at = 0; at <= number; at++) key("ArrowRight");
  // All is drawn when nothing is awaited any more; the charts are then on the screen with the next frame.
  const told = wavehouse.busy;
  const done = new Promise((resolve) => {
    wavehouse.busy = function (by) {
      told.call(this, by);
      if (this.waiting === 0) resolve();
    };
  });
  const started = performance.now();
  key("Enter");
  await done;
  await new Promise(requestAnimationFrame);
  wavehouse.busy = told;
  return performance.now() - started;
}"""


# Seconds after which a server has forgotten who went.
_FORGOTTEN = 15


def _told(name: str, times: list[float]) -> None:
    ordered = sorted(times)
    p95 = ordered[min(len(ordered) - 1, round(0.95 * (len(ordered) - 1)))]
    print(f"{name}: p50 {statistics.median(ordered):.0f} ms, p95 {p95:.0f} ms, of {len(ordered)}")


def _first_load(browser: BrowserContext, address: str) -> Page:
    page = browser.new_page()
    page.set_viewport_size({"width": 1440, "height": 900})
    session = page.context.new_cdp_session(page)
    session.send("Network.enable")
    sizes: list[float] = []
    session.on("Network.loadingFinished", lambda event: sizes.append(event["encodedDataLength"]))
    started = time.perf_counter()
    page.goto(address)
    page.wait_for_selector(".wh-visual")
    settled(page)
    seconds = time.perf_counter() - started - 0.4
    print(f"first load: {seconds:.2f} s, {sum(sizes) / 1e6:.2f} MB")
    return page


def _memory(pid: str) -> float:
    """What a process has of the memory, in MB."""
    status = Path(f"/proc/{pid}/status").read_text()
    return next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmRSS:")) / 1000


def _opened(browser: Browser, address: str, times: int) -> None:
    for _ in range(times):
        context = browser.new_context()
        page = context.new_page()
        page.goto(address)
        page.wait_for_selector(".wh-visual")
        settled(page)
        context.close()


def main() -> None:
    """Measure."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--lake", type=Path)
    parser.add_argument("--scale", type=float, default=1.0)
    parser.add_argument("--clicks", type=int, default=30)
    parser.add_argument("--browsers", type=int, default=10)
    parser.add_argument("--pages", type=int, default=200, help="that are opened and closed")
    parser.add_argument("--wait", type=float, default=20, help="seconds for the copies of tables to be made")
    given = parser.parse_args()
    with served(given.lake, given.scale) as told, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=browser_path(), args=["--no-sandbox"])
        time.sleep(given.wait)
        for _ in range(5):
            context = browser.new_context()
            page = _first_load(context, told["console"])
            context.close()
        page = _first_load(browser.new_context(), told["console"])
        # A click on a bar that is chosen lets go of it: every other one asks what was not asked before.
        new = [page.evaluate(_CLICK, at % 10) for at in range(10)]
        again = [page.evaluate(_CLICK, at % 10) for at in range(given.clicks)]
        _told("click to all charts, new", new)
        _told("click to all charts, again", again)
        _told("click to all charts", [*new, *again])
        pages = [page]
        for _ in range(given.browsers - 1):
            other = browser.new_page()
            other.goto(told["console"])
            other.wait_for_selector(".wh-visual")
            settled(other)
            pages.append(other)
        # All begin at once: each notes its time, which is asked for afterwards.
        for at, one in enumerate(pages):
            one.evaluate(f"number => {{ globalThis.measured = ({_CLICK})(number) }}", at % 10)
        _told(f"{len(pages)} browsers at once", [one.evaluate("globalThis.measured") for one in pages])
        for one in pages:
            one.close()
        if given.pages:
            _opened(browser, told["console"], 20)
            time.sleep(_FORGOTTEN)
            before = _memory(told["pid"])
            _opened(browser, told["console"], given.pages)
            time.sleep(_FORGOTTEN)
            after = _memory(told["pid"])
            more = f"{after:.0f} MB ({after / before - 1:+.0%})"
            print(f"memory: {before:.0f} MB, after {given.pages} pages {more}")
        browser.close()


if __name__ == "__main__":
    main()

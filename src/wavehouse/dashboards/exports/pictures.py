"""Charts as SVG and PNG from a command line: an installed browser draws what an exported file has in it."""

from __future__ import annotations

import base64
import html
import json
import os
import re
import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import Literal

from wavehouse.core.errors import OutsideError

Kind = Literal["svg", "png"]
_BROWSERS = (
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
    "chrome",
    "microsoft-edge",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
)
_SECONDS = 60
_TOLD = re.compile(r'<pre id="pictures">(.*?)</pre>', re.DOTALL)


def pictures(page: str, kind: Kind) -> dict[str, bytes]:
    """The charts of an exported page (`html.page_of`) as pictures, by the id of their visual.

    Raises `OutsideError` where there is no Chromium or Chrome, or it does not answer.
    """
    browser = next((found for one in _BROWSERS if (found := shutil.which(one))), None)
    if browser is None:
        raise OutsideError(
            f"{kind} is drawn by Chromium or Chrome, and neither is installed",
            remedy="Install one (Debian: apt install chromium), or export html, which needs none",
        )
    with tempfile.TemporaryDirectory(prefix="wavehouse-") as folder:
        file = Path(folder) / "page.html"
        file.write_text(page, "utf-8")
        # (As root it starts in no other way; it is shown a page that may load nothing.)
        alone = ["--no-sandbox"] if os.geteuid() == 0 else []
        command = [
            browser, "--headless", *alone, "--disable-gpu", f"--user-data-dir={folder}/profile",
            "--window-size=1440,900", "--virtual-time-budget=20000", "--dump-dom", f"{file.as_uri()}#{kind}",
        ]  # fmt: skip
        try:
            done = subprocess.run(command, capture_output=True, timeout=_SECONDS, check=False, text=True)  # noqa: S603
        except (OSError, subprocess.TimeoutExpired) as error:
            raise OutsideError("the browser that draws the charts did not answer", where=browser) from error
    answer = _TOLD.search(done.stdout)
    if answer is None:
        said = done.stderr.strip().splitlines()
        raise OutsideError(f"the browser drew nothing{f' ({said[-1][:200]})' if said else ''}", where=browser)
    told: dict[str, str] = json.loads(html.unescape(answer[1]))
    return {id_: _bytes(text) for id_, text in told.items()}


def _bytes(text: str) -> bytes:
    head, comma, data = text.partition("base64,")
    return base64.b64decode(data) if comma and head.startswith("data:") else text.encode()

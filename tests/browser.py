"""Run JavaScript for the tests: in node, or in a headless Chromium, whichever is here."""

from __future__ import annotations

import html
import json
import math
import re
import shutil
import struct
import subprocess
import tempfile
from pathlib import Path
from typing import Any

import pytest

PLAYER = Path(__file__).with_name("player.js").read_text("utf-8")
NODE = shutil.which("node") or shutil.which("nodejs")
CHROMIUM = next(
    filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None
)
REMEDY = "neither node nor chromium is here: install one (Debian: nodejs)"

needs_javascript = pytest.mark.skipif(not (NODE or CHROMIUM), reason=REMEDY)


def answers(tasks: list[dict[str, Any]]) -> list[Any]:
    """What player.js makes of the tasks."""
    return json.loads(in_node(tasks) if NODE else in_chromium(tasks))


def in_node(tasks: list[dict[str, Any]]) -> str:
    read = "JSON.parse(require('fs').readFileSync(0, 'utf8'))"
    code = f"{PLAYER}\nprocess.stdout.write(answers({read}));"
    return output([NODE or "node", "-e", code], json.dumps(tasks))


def in_chromium(tasks: list[dict[str, Any]]) -> str:
    given = json.dumps(tasks).replace("<", "\\u003c")  # no </script> inside
    page = (
        f"<pre></pre><script>{PLAYER}\n"
        f"document.querySelector('pre').textContent = answers({given});</script>"
    )
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "page.html"
        file.write_text(page, "utf-8")
        options = [
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            f"--user-data-dir={folder}/profile",
        ]
        dumped = output([CHROMIUM or "chromium", *options, "--dump-dom", file.as_uri()])
    found = re.search(r"<pre>(.*?)</pre>", dumped, re.DOTALL)
    assert found, dumped[-2000:]
    return html.unescape(found[1])


def output(command: list[str], given: str = "") -> str:
    done = subprocess.run(command, input=given, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-2000:]
    return done.stdout


def bits(value: Any) -> bytes:
    """The bits of a number; NaN is one number, and 0 is not -0."""
    number = float(value)
    return b"nan" if math.isnan(number) else struct.pack("<d", number)

"""Take the pictures of the README from the page over the sample releases, and its first times.

    python -m benchmarks.pictures [--out docs/pictures]

Needs Chromium. The times are those of one cold start of the process, model included.
"""

import argparse
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import qa

QUESTION = "How much cash was seized in the week of action against county lines in October?"
REFUSED = "Which planet does the chief constable's grandmother teach ballet on?"
FLAGS = ("--no-sandbox", "--disable-gpu", "--disable-background-networking")


def main() -> None:
    """Build an index of the samples, serve it, and take the pictures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, default=Path("docs/pictures"))
    out = parser.parse_args().out
    out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as scratch:
        qa.build("seeds", scratch, qa.Settings())
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        command = [sys.executable, "app.py", "--index", scratch, "--releases", "seeds"]
        began = time.monotonic()
        with subprocess.Popen([*command, "--port", str(port)], stdout=subprocess.PIPE) as served:
            try:
                assert served.stdout is not None
                served.stdout.readline()
                take(f"http://127.0.0.1:{port}", out, began, time.monotonic())
            finally:
                served.terminate()


def take(address: str, out: Path, began: float, ready: float) -> None:
    """Take every picture; print the times, counted from the start of the process."""
    from playwright.sync_api import sync_playwright

    program = next(filter(None, map(shutil.which, ("chromium", "google-chrome"))), None)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=FLAGS)
        page = browser.new_page(viewport={"width": 1100, "height": 900})
        opened = time.monotonic()
        page.goto(address)
        page.get_by_label("Question").wait_for()
        usable = time.monotonic()
        ask(page, QUESTION)
        answered = time.monotonic()
        print(f"ready {ready - began:.1f} s after the start of the process")
        print(f"usable {usable - opened:.1f} s after the page is opened")
        print(f"first answer {answered - began:.1f} s after the start of the process")
        page.screenshot(path=out / "answer-light.png")
        page.get_by_text("Releases by month").first.click()
        page.wait_for_timeout(300)
        page.locator(".qa-when").first.screenshot(path=out / "timeline.png")
        page.get_by_role("button", name="Show in the release").first.click()
        page.get_by_role("dialog").wait_for()
        page.wait_for_timeout(500)
        page.screenshot(path=out / "panel.png")
        page.keyboard.press("Escape")
        ask(page, REFUSED)
        page.screenshot(path=out / "refusal.png")
        _pose(browser, address, out / "answer-dark.png", {"width": 1100, "height": 900}, "dark")
        _pose(browser, address, out / "phone.png", {"width": 390, "height": 844}, "light")
        browser.close()


def ask(page: Any, question: str) -> None:
    """Ask, and wait for the answer."""
    before = page.locator(".qa-answer").count()
    page.get_by_label("Question").fill(question)
    page.get_by_role("button", name="Ask", exact=True).click()
    page.locator(".qa-answer").nth(before).wait_for()
    page.wait_for_timeout(300)  # until it stands still


def _pose(browser: Any, address: str, file: Path, size: dict[str, int], scheme: str) -> None:
    page = browser.new_page(viewport=size, color_scheme=scheme)
    page.goto(address)
    page.locator(".qa-corpus", has_text="indexed").wait_for()
    ask(page, QUESTION)
    page.screenshot(path=file)


if __name__ == "__main__":
    main()

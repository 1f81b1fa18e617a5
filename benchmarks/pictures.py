"""Take the pictures of the README from the page over the sample releases, and its first times.

    python -m benchmarks.pictures [--out docs/pictures]

Needs Chromium, which runs before the server is started, as a visitor's does. The times are those
of one cold start of the process, model included: of the question that a page asks as soon as the
address answers, and of another page, opened once the server has said that it is ready.
"""

import argparse
import os
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
    from playwright.sync_api import sync_playwright

    program = next(filter(None, map(shutil.which, ("chromium", "google-chrome"))), None)
    with tempfile.TemporaryDirectory() as scratch, sync_playwright() as playwright:
        qa.build("seeds", scratch, qa.Settings())
        browser = playwright.chromium.launch(executable_path=program, args=FLAGS)
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        command = [sys.executable, "app.py", "--index", scratch, "--releases", "seeds"]
        began = time.monotonic()
        with subprocess.Popen([*command, "--port", str(port)], stdout=subprocess.PIPE) as served:
            try:
                take(browser, served, began, out)
            finally:
                served.terminate()
        browser.close()


def take(browser: Any, served: "subprocess.Popen[bytes]", began: float, out: Path) -> None:
    """Take every picture; print the times, counted from the start of the process."""
    assert served.stdout is not None
    address = served.stdout.readline().decode().split(" at ")[1].split()[0]
    loading = time.monotonic()
    page = browser.new_page(viewport={"width": 1100, "height": 900})
    page.goto(address)
    page.get_by_label("Question").wait_for()
    ask(page, QUESTION, settle=0)
    answered, worked = time.monotonic(), processor_seconds(served.pid)
    served.stdout.readline()
    page.wait_for_timeout(1000)
    opened = time.monotonic()
    other = browser.new_context().new_page()
    other.goto(address)
    other.get_by_label("Question").wait_for()
    usable = time.monotonic()
    other.close()
    print(f"address after {loading - began:.1f} s")
    print(f"first answer {answered - began:.1f} s after the start of the process")
    print(f"of which {worked:.1f} s of one core were the process's own work")
    print(f"usable {usable - opened:.1f} s after a page is opened on the ready server")
    _pictures(browser, page, address, out)


def processor_seconds(pid: int) -> float:
    """Give what a process has used of its cores by now."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _pictures(browser: Any, page: Any, address: str, out: Path) -> None:
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


def ask(page: Any, question: str, settle: int = 300) -> None:
    """Ask, and wait for the answer, and some milliseconds more until it stands still."""
    before = page.locator(".qa-answer").count()
    page.get_by_label("Question").fill(question)
    page.get_by_role("button", name="Ask", exact=True).click()
    page.locator(".qa-answer").nth(before).wait_for(timeout=120_000)
    page.wait_for_timeout(settle)


def _pose(browser: Any, address: str, file: Path, size: dict[str, int], scheme: str) -> None:
    page = browser.new_page(viewport=size, color_scheme=scheme)
    page.goto(address)
    page.locator(".qa-corpus", has_text="indexed").wait_for()
    ask(page, QUESTION)
    page.screenshot(path=file)


if __name__ == "__main__":
    main()

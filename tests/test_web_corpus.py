"""What the page says of the index: it follows the index, and keeps what a visitor chose."""

import subprocess
import sys
from dataclasses import replace
from datetime import date
from pathlib import Path

from qa.errors import IndexMissing
from qa.records import Period
from qa.web.desk import Opening
from qa.web.head import corpus_of
from tests.web_samples import SEARCHED, SampleDesk

ROOT = Path(__file__).resolve().parent.parent


def test_counts_dates_areas_and_years_follow_the_desk():
    desk = SampleDesk()
    opening = Opening(lambda: desk)
    first = corpus_of(opening)
    assert first == corpus_of(opening)

    desk.counts = replace(SEARCHED, releases=1)
    desk.span = Period(date(2021, 5, 6), date(2022, 1, 2))
    desk.areas = ("West",)
    second = corpus_of(opening)

    assert first.line == (
        "1,204 releases indexed, published from 2 March 2019 to 31 December 2021."
    )
    assert second.line == "1 release indexed, published from 6 May 2021 to 2 January 2022."
    assert (second.areas, second.years, second.fault) == (("West",), ("2021", "2022"), False)


def test_an_index_that_comes_late_is_shown_when_it_is_there():
    desks = []

    def open_desk():
        if not desks:
            raise IndexMissing("index")
        return desks[0]

    opening = Opening(open_desk)
    missing = corpus_of(opening)
    desks.append(SampleDesk())

    assert missing.fault
    assert "python -m qa build" in missing.line
    assert not corpus_of(opening).fault


# Gradio leaves sockets and loops behind in a process, so this one has its own.
_SCRIPT = """
from qa.web.chat import _describing
from qa.web.desk import Opening
from tests.web_samples import SampleDesk

desk = SampleDesk()
describe = _describing(Opening(lambda: desk))
shown, head, *_ = describe(None, [], "Any", "Any")
same = describe(shown, ["North Shore"], "2019", "Any")
desk.areas = ("South Shore",)
changed, _, areas, first, last = describe(shown, ["North Shore", "South Shore"], "2019", "1066")
print(all("value" not in part for part in same) and len(same))
print(areas["choices"], areas["value"], first["value"], last["value"], changed != shown)
"""


def test_only_a_change_touches_the_page_and_choices_that_are_gone_are_dropped():
    done = subprocess.run(
        [sys.executable, "-c", _SCRIPT], cwd=ROOT, capture_output=True, text=True, check=False
    )

    assert done.stdout.splitlines() == [
        "5",
        "['South Shore'] ['South Shore'] 2019 Any True",
    ], done.stderr

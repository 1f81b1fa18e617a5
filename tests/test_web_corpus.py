"""What the page says of the index: it follows the index, and keeps what a visitor chose."""

import subprocess
import sys
import time
from dataclasses import replace
from datetime import date
from pathlib import Path

from qa.errors import IndexMissing
from qa.index.facets import Facets
from qa.records import Period
from qa.web.conversation import Conversation
from qa.web.desk import Opening
from qa.web.head import corpus_of
from qa.web.showing import Showing
from qa.web.texts import ENGLISH, GERMAN
from tests.web_samples import SEARCHED, SampleDesk

ROOT = Path(__file__).resolve().parent.parent


def test_counts_dates_areas_and_years_follow_the_desk():
    desk = SampleDesk()
    opening = Opening(lambda: desk)
    first = corpus_of(opening)
    assert first == corpus_of(opening)

    desk.counts = replace(SEARCHED, releases=1)
    desk.span = Period(date(2021, 5, 6), date(2022, 1, 2))
    desk.facets = lambda areas=(): Facets({"West": 1}, {"2021-05": 1, "2022-01": 2}, 0)
    second = corpus_of(opening)

    assert first.line == (
        "1,204 releases indexed, published from 2 March 2019 to 31 December 2021."
    )
    assert second.line == "1 release indexed, published from 6 May 2021 to 2 January 2022."
    assert second.areas == (("West (1)", "West"),)
    assert second.times == (
        ("2021 (1)", "2021"),
        ("May 2021 (1)", "2021-05"),
        ("2022 (2)", "2022"),
        ("January 2022 (2)", "2022-01"),
    )
    assert not second.fault


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
import time

from qa.index.facets import Facets
from qa.web.conversation import Conversation
from qa.web.desk import Opening
from qa.web.showing import Showing
from tests.web_samples import SampleDesk

desk = SampleDesk()
showing = Showing(Opening(lambda: desk))
describe = lambda shown, areas, first: showing.describe(shown, Conversation(), areas, first, "")
describe(None, [], "")
while not showing._examples._found:
    time.sleep(0.01)
shown, head, *_ = describe(None, [], "")
same = describe(shown, ["North Shore"], "2020")
desk.facets = lambda areas=(): Facets({"South Shore": 3}, {"2020-10": 3}, 0)
changed, _, _, areas, first, last = describe(shown, ["North Shore", "South Shore"], "2020-12")
print(all("value" not in part for part in same) and len(same))
print(areas["choices"], areas["value"], repr(first["value"]), changed != shown)
"""


def test_only_a_change_touches_the_page_and_choices_that_are_gone_are_dropped():
    done = subprocess.run(
        [sys.executable, "-c", _SCRIPT], cwd=ROOT, capture_output=True, text=True, check=False
    )

    assert done.stdout.splitlines() == [
        "6",
        "[('South Shore (3)', 'South Shore')] ['South Shore'] '' True",
    ], done.stderr


def test_examples_are_found_once_for_an_index_in_whatever_languages_it_is_shown():
    desk, looked = SampleDesk(), []
    desk.titles = lambda most: looked.append(most) or ["Driver jailed after pursuit"]
    showing = Showing(Opening(lambda: desk))

    def invited(texts):
        return showing.describe(None, Conversation(texts), [], "", "")[0][1]

    deadline = time.monotonic() + 10
    while not invited(GERMAN) and time.monotonic() < deadline:
        time.sleep(0.01)
    for texts in (ENGLISH, GERMAN) * 3:
        assert invited(texts) == ("Who was jailed after pursuit?",)
    assert len(looked) == 1

    desk.generation_name = "g2"  # of just as many releases, and other ones
    while len(looked) == 1 and time.monotonic() < deadline:
        invited(ENGLISH)
    assert len(looked) == 2

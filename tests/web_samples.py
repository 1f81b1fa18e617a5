"""Prepared answers and a desk that gives them, for the tests of the chat."""

import hashlib
from datetime import date
from html.parser import HTMLParser

from qa.index.facets import Facets
from qa.records import (
    Answer,
    Hit,
    Period,
    Quote,
    ReadAs,
    Refusal,
    Release,
    Searched,
    Sentence,
    Speaker,
)

BEFORE = "**Officers** stopped 12 vans &amp; a coach. "
SENTENCE = "They found **&#163;4,200** in cash \\- and a parrot."
AFTER = " 2*3*4 $$x$$ <b>b</b> ${alert(1)}  two  spaces <img src=//evil.example/a.png>"
# The same three without what `qa.language.markup` takes off.
PLAIN_BEFORE = "Officers stopped 12 vans & a coach. "
PLAIN_SENTENCE = "They found £4,200 in cash - and a parrot."
PLAIN_AFTER = AFTER
# The release that the sample quote is of.
SOURCE = "x" * 98 + "\n\n" + BEFORE + SENTENCE + AFTER + "\n\nThe end.\n"
SHA = hashlib.sha256(SOURCE.encode()).hexdigest()
SEARCHED = Searched(releases=1204, paragraphs=9000)
JO = Speaker("Jo Bloggs", "Superintendent", "Roads Unit")


def quote(rank=1, **changes):
    return Quote(**(_fields(rank) | changes))


def hit(**changes):
    return Hit(**(_fields(1) | changes))


def answered(question, *quotes, read_as=None, searched=SEARCHED):
    read_as = read_as or ReadAs(question)
    return Answer(question, True, None, read_as, quotes or (quote(),), searched, "g1")


def refused(question, nearest=None):
    message = "None of the 1,204 releases searched answers this."
    refusal = Refusal("nothing_fits", message, nearest)
    return Answer(question, False, refusal, ReadAs(question), (), SEARCHED, "g1")


class SampleDesk:
    """Answers every question with the sample quote, and notes what it was asked with."""

    areas = ("North Shore", "South Shore")
    counts = SEARCHED
    span = Period(date(2019, 3, 2), date(2021, 12, 31))

    generation_name = "g1"

    def __init__(self):
        self.asked = []
        self.understood = []

    def facets(self, areas=()):
        return Facets({"North Shore": 800, "South Shore": 404}, {"2020-10": 3, "2020-12": 9}, 2)

    def titles(self, most):
        return ["Driver jailed after pursuit", "Open day"]

    def release(self, path):
        text = SOURCE
        return Release(path, "Vans", ("North Shore",), None, None, None, text, "utf-8", 1, SHA, ())

    def ask(
        self,
        question,
        *,
        history=(),
        areas=(),
        published_from=None,
        published_to=None,
        understand=True,
    ):
        self.asked.append((question, history, tuple(areas), published_from, published_to))
        self.understood.append(understand)
        if "fault" in question:
            raise ZeroDivisionError("/a/private/path")
        days = [day.isoformat() if day else None for day in (published_from, published_to)]
        read_as = ReadAs(question, *days, tuple(areas))
        if "moon" in question:
            return refused(question, hit())
        return answered(question, read_as=read_as)


class _Texts(HTMLParser):
    def __init__(self):
        super().__init__(convert_charrefs=True)
        self.open, self.texts, self.attributes = [], {}, {}

    def handle_starttag(self, tag, attrs):
        if tag != "img":  # it is never closed
            self.open.append(tag)
        self.texts.setdefault(tag, []).append("")
        self.attributes.setdefault(tag, []).append(dict(attrs))

    def handle_endtag(self, tag):
        assert self.open.pop() == tag, f"{tag} closed out of turn"

    def handle_data(self, data):
        for tag in set(self.open):
            self.texts[tag][-1] += data


def read_html(html):
    """Give the texts by tag and the attributes by tag, in order of opening."""
    parser = _Texts()
    parser.feed(html)
    parser.close()
    assert not parser.open, f"never closed: {parser.open}"
    return parser.texts, parser.attributes


def _fields(rank):
    text, start = BEFORE + SENTENCE + AFTER, 100
    place = start + len(BEFORE)
    return {
        "rank": rank,
        "score": 0.5,
        "release": f"north/{rank}.md",
        "title": "Vans & <i>parrots</i>",
        "area": "North Shore",
        "published": "2020-12-07",
        "url": "https://www.example.org/news/vans?a=1&b=2",
        "paragraph": 3,
        "start": start,
        "end": start + len(text),
        "text": text,
        "sentence": Sentence(place, place + len(SENTENCE), SENTENCE),
        "speaker": None,
        "sha256": SHA,
    }

"""The reader that comes with the project, over a tiny real BERT and an adapter made for it."""

import itertools
import threading

import numpy as np
import pytest
import torch
from hypothesis import example, given, settings
from hypothesis import strategies as st

from qa.adapter import apply_adapter
from qa.reading import Page
from qa.reading.network import as_tensors, make_network
from qa.reading.page_reader import NOTHING, PageReader
from qa.reading.sheets import lay_out
from qa.reading.spans import best_span
from tests.reader_samples import PAGES, QUESTION, tiny_base, tokens_of, write_reader
from tests.tiny_models import UGLY, WINDOW

LONG = Page("Stalls", tuple(f"Stall {number} sold pears. It was shut." for number in range(12)))


@pytest.fixture(scope="module")
def base(tmp_path_factory):
    return tiny_base(tmp_path_factory.mktemp("base"))


@pytest.fixture(scope="module")
def adapter(base, tmp_path_factory):
    """The folder of a reader trained from the base."""
    return write_reader(base, tmp_path_factory.mktemp("reader") / "tiny-reader")


@pytest.fixture(scope="module")
def reader(base, adapter):
    return PageReader(base, "float32", adapter)


# Readings


def test_every_paragraph_gets_a_reading_of_its_own(reader):
    found = reader.read(QUESTION, [*PAGES, LONG])

    assert [len(page.readings) for page in found] == [3, 1, 2, 12]
    readings = [reading for page in found for reading in page.readings]
    assert len({reading.score for reading in readings}) == len(readings)
    assert len({reading.span_score for reading in readings}) == len(readings)
    assert len({page.answers for page in found}) == len(found)
    for page in found:
        assert type(page.answers) is float
        for reading in page.readings:
            assert (type(reading.score), type(reading.span_score)) == (float, float)


def test_nothing_to_read_gives_nothing(reader):
    assert reader.read(QUESTION, []) == []


def test_readings_are_what_the_logits_say(base, adapter, reader):
    """One page that fits on a sheet, computed from the network's outputs by the definitions."""
    page = Page("the fair", ("Visitors came. Who?", "The bridge closed."))
    network = make_network(base)
    apply_adapter(network, adapter)
    (sheet,) = lay_out(reader._loaded()[1], QUESTION, [page], WINDOW)
    with torch.inference_mode():
        logits = network.eval()(*as_tensors([sheet], 0))
    starts, ends, worth = logits.tokens[0].numpy().T

    (found,) = reader.read(QUESTION, [page])

    assert found.answers == pytest.approx(logits.answers.item(), abs=1e-5)
    for number, (text, reading) in enumerate(zip(page.paragraphs, found.readings, strict=True)):
        places = np.flatnonzero(sheet.paragraph == number)
        means = [
            worth[places[sheet.sentence[places] == sentence]].mean()
            for sentence in range(sheet.sentence[places].max() + 1)
        ]
        assert len(means) == 2 - number
        assert reading.score == pytest.approx(np.log(np.exp(means).sum()), abs=1e-4)
        first, last, score = best_span(starts[places], ends[places])
        assert reading.span_score == pytest.approx(score, abs=1e-4)
        assert reading.span == (sheet.start[places[first]], sheet.end[places[last]])
        assert text[slice(*reading.span)]


def test_pages_read_together_or_one_by_one_are_read_alike(reader):
    pages = [*PAGES, LONG]

    together = reader.read(QUESTION, pages)

    apart = [reader.read(QUESTION, [page])[0] for page in pages]
    for other in (apart, reader.read(QUESTION, pages[::-1])[::-1]):
        # Sums of floats in another order differ in their last digits.
        assert [page.answers for page in other] == pytest.approx([p.answers for p in together])
        for page, whole in zip(other, together, strict=True):
            assert [one.span for one in page.readings] == [one.span for one in whole.readings]
            assert [one.score for one in page.readings] == pytest.approx(
                [one.score for one in whole.readings], abs=1e-4
            )


def test_the_same_question_twice_is_read_alike_and_another_is_not(reader):
    assert reader.read(QUESTION, PAGES) == reader.read(QUESTION, PAGES)
    assert reader.read("Who closed the bridge?", PAGES) != reader.read(QUESTION, PAGES)


def test_paragraphs_are_read_in_their_page(reader):
    (alone,) = reader.read(QUESTION, [Page("Fair", ("It rained.",))])
    (beside,) = reader.read(QUESTION, [Page("Fair", ("It rained.", "Bees came."))])
    (titled,) = reader.read(QUESTION, [Page("Bridge", ("It rained.",))])

    assert len({page.readings[0].score for page in (alone, beside, titled)}) == 3


def test_a_page_longer_than_the_window_answers_as_its_best_sheet(reader):
    tokenizer = reader._loaded()[1]
    sheets = lay_out(tokenizer, QUESTION, [LONG], WINDOW)
    assert len(sheets) > 3
    parts = [
        Page(LONG.title, tuple(LONG.paragraphs[i] for i in sorted(set(sheet.paragraph) - {-1})))
        for sheet in sheets
    ]

    (whole,) = reader.read(QUESTION, [LONG])

    read = reader.read(QUESTION, parts)
    assert list(itertools.chain(*(page.readings for page in read))) == list(whole.readings)
    assert whole.answers == max(page.answers for page in read)


def test_of_a_paragraph_that_is_cut_the_best_part_counts(base, adapter, reader):
    text = "fair " * 60 + "visitors"
    network = make_network(base).eval()
    apply_adapter(network, adapter)
    tokenizer = reader._loaded()[1]
    sheets = lay_out(tokenizer, QUESTION, [Page("", (text,))], WINDOW)
    assert len(sheets) == 2

    (reading,) = reader.read(QUESTION, [Page("", (text,))])[0].readings

    assert reading.span is not None
    best = max(
        part.score
        for sheet in sheets
        for _, part in reader._readings(Page("", (text,)), sheet, tokens_of(network, sheet))
    )
    assert reading.score == pytest.approx(best, abs=1e-4)


def test_a_paragraph_without_words_is_last_and_has_no_span(reader):
    (page,) = reader.read(QUESTION, [Page("Fair", ("", " \n", "It rained."))])

    assert [(one.score, one.span) for one in page.readings[:2]] == [(NOTHING, None)] * 2
    assert page.readings[2].score > NOTHING
    assert page.readings[2].span is not None


@settings(max_examples=60, deadline=None)
@given(texts=st.lists(UGLY, min_size=1, max_size=4).map(tuple), title=UGLY, question=UGLY)
@example(
    texts=("a\ud800b", "e\u0301\tx\n", "", "\u0301", " \u0301a"), title="\n", question="\udc00"
)
@example(texts=("ﬁ İİx \xadq", "각 🏳️‍🌈 नमस्ते", "x" * 200), title="", question="")
def test_a_span_is_an_exact_slice_whatever_the_text(reader, texts, title, question):
    (page,) = reader.read(question, [Page(title, texts)])

    assert len(page.readings) == len(texts)
    assert np.isfinite(page.answers)
    for text, reading in zip(texts, page.readings, strict=True):
        assert np.isfinite([reading.score, reading.span_score]).all()
        if reading.span is None:
            assert reading.span_score == 0
            continue
        start, end = reading.span
        assert 0 <= start < end <= len(text)
        assert text[start:end] == text[start:end].strip()


def test_many_threads_read_alike(base, adapter):
    reader = PageReader(base, "float32", adapter)  # which is loaded by them, too
    found = []
    threads = [
        threading.Thread(target=lambda: found.append(reader.read(QUESTION, PAGES)))
        for _ in range(6)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert found == [reader.read(QUESTION, PAGES)] * len(threads)


def test_bfloat16_is_near_to_float32(base, adapter, reader):
    half = PageReader(base, "bfloat16", adapter)

    pairs = [
        (one.score, other.score)
        for page, exact in zip(
            half.read(QUESTION, PAGES), reader.read(QUESTION, PAGES), strict=True
        )
        for one, other in zip(page.readings, exact.readings, strict=True)
    ]

    spread = np.ptp([exact for _, exact in pairs])
    assert [score for score, _ in pairs] == [
        pytest.approx(exact, abs=0.25 * spread) for _, exact in pairs
    ]
    assert len({score for score, _ in pairs}) == len(pairs), "the heads do not round"

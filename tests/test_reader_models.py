"""Readers of other people's models: tiny real ones, made on the spot, behind the one protocol."""

import json
import shutil
import threading

import numpy as np
import pytest
import torch
from transformers import (
    AutoModelForQuestionAnswering,
    AutoModelForSequenceClassification,
    AutoTokenizer,
)

from qa.reading import Page, cross_encoder, extractive, open_reader
from qa.settings import Settings

QUESTION = "How many visitors came?"
PAGES = [
    Page(
        "Harvest fair draws crowd",
        ("Some 4,200 visitors came to the fair.", "Two stalls sold out by noon.", "Call 555."),
    ),
    Page("", ("The bridge is closed.",)),
    Page("Library open", ("Readers asked for it.", "“It’s £4.50,” said the baker — “a slice.”")),
]
LONG = " ".join(f"Stall {number} sold pears by noon." for number in range(60))

every_kind = pytest.mark.parametrize("kind", ["points", "bytes", "scores"])


def texts_and_readings(pages, found):
    for page, reading in zip(pages, found, strict=True):
        yield from zip(page.paragraphs, reading.readings, strict=True)


# Both kinds, from settings to readings


@every_kind
def test_every_paragraph_gets_a_reading_and_every_page_its_best_score(opened, kind):
    reader = opened(kind)

    found = reader.read(QUESTION, PAGES)

    assert [len(page.readings) for page in found] == [len(page.paragraphs) for page in PAGES]
    for page in found:
        assert page.answers == max(reading.score for reading in page.readings)
    scores = [reading.score for _, reading in texts_and_readings(PAGES, found)]
    assert len(set(scores)) == len(scores), "different texts, different scores"
    assert {type(score) for score in scores} == {float}


@every_kind
def test_nothing_to_read_gives_nothing(opened, kind):
    assert opened(kind).read(QUESTION, []) == []


@every_kind
def test_a_reading_does_not_depend_on_what_is_read_beside_it(opened, kind):
    long = Page("Stalls", (LONG, *(f"Stall {number} is shut." for number in range(90))))
    together = opened(kind).read(QUESTION, [*PAGES, long])

    alone = [opened(kind).read(QUESTION, [page])[0] for page in PAGES]

    for one, other in zip(alone, together[:3], strict=True):
        for reading, again in zip(one.readings, other.readings, strict=True):
            assert reading.score == pytest.approx(again.score, abs=1e-4)
            assert reading.span == again.span


@every_kind
def test_bfloat16_is_near_to_float32(reader_models, opened, kind):
    half = open_reader(Settings(reader=str(reader_models / kind), dtype="bfloat16"))
    exact = opened(kind)

    pairs = zip(half.read(QUESTION, PAGES), exact.read(QUESTION, PAGES), strict=True)

    near = [
        (reading.score, again.score)
        for one, other in pairs
        for reading, again in zip(one.readings, other.readings, strict=True)
    ]
    spread = np.ptp([score for _, score in near])
    for score, again in near:
        assert score == pytest.approx(again, abs=0.25 * spread)
    assert half.fingerprint != exact.fingerprint, "they decide differently"


def test_scores_are_not_rounded_where_the_rest_is(reader_models):
    half = open_reader(Settings(reader=str(reader_models / "scores"), dtype="bfloat16"))

    scores = [reading.score for page in half.read(QUESTION, PAGES) for reading in page.readings]

    rounded = torch.tensor(scores).bfloat16().tolist()
    assert sum(score != near for score, near in zip(scores, rounded, strict=True)) >= 4


@every_kind
def test_the_model_loads_at_the_first_reading_and_not_before(reader_models, kind, monkeypatch):
    loads = []
    for module in (cross_encoder, extractive):
        real = module._load
        monkeypatch.setattr(
            module, "_load", lambda *given, real=real: loads.append(1) or real(*given)
        )
    reader = open_reader(Settings(reader=str(reader_models / kind)))
    assert (reader.name, len(reader.fingerprint), loads) == (str(reader_models / kind), 64, [])

    reader.read(QUESTION, PAGES)
    reader.read(QUESTION, PAGES)

    assert loads == [1]


@every_kind
def test_many_threads_read_alike(opened, kind):
    reader = opened(kind)
    expected = reader.read(QUESTION, PAGES)
    found = []
    threads = [
        threading.Thread(target=lambda: found.append(reader.read(QUESTION, PAGES)))
        for _ in range(6)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(found) == len(threads)
    for pages in found:
        for one, other in zip(pages, expected, strict=True):
            assert one.answers == pytest.approx(other.answers, abs=1e-5)


# Agreement with the libraries


def test_a_score_is_the_logit_that_transformers_gives(reader_models, opened):
    tokenizer = AutoTokenizer.from_pretrained(reader_models / "scores")
    model = AutoModelForSequenceClassification.from_pretrained(reader_models / "scores").eval()

    found = opened("scores").read(QUESTION, PAGES)

    for page, reading in zip(PAGES, found, strict=True):
        for text, one in zip(page.paragraphs, reading.readings, strict=True):
            whole = f"{page.title}. {text}" if page.title else text
            given = tokenizer(QUESTION, whole, return_tensors="pt", truncation=True)
            with torch.inference_mode():
                logit = model(**given).logits.item()
            assert one.score == pytest.approx(logit, abs=1e-4)
            assert one.span is None


def test_a_cross_encoder_as_its_library_saves_it_reads_alike(reader_models, opened, tmp_path):
    from sentence_transformers import CrossEncoder

    CrossEncoder(str(reader_models / "scores"), device="cpu").save_pretrained(
        str(tmp_path / "saved")
    )

    saved = open_reader(Settings(reader=str(tmp_path / "saved"), dtype="float32"))

    assert json.loads((tmp_path / "saved" / "modules.json").read_text())
    for one, other in zip(
        saved.read(QUESTION, PAGES), opened("scores").read(QUESTION, PAGES), strict=True
    ):
        assert one.answers == pytest.approx(other.answers, abs=1e-5)


def test_a_model_published_in_half_precision_computes_in_full(reader_models, tmp_path):
    for kind, library in (
        ("points", AutoModelForQuestionAnswering),
        ("scores", AutoModelForSequenceClassification),
    ):
        shutil.copytree(reader_models / kind, tmp_path / kind)
        library.from_pretrained(reader_models / kind, dtype=torch.float16).save_pretrained(
            tmp_path / kind
        )
        reader = open_reader(Settings(reader=str(tmp_path / kind), dtype="float32"))

        reader.read(QUESTION, PAGES)

        made = reader._loaded()[0] if kind == "points" else reader._model()
        assert {weights.dtype for weights in made.parameters()} == {torch.float32}

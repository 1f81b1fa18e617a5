"""Readers of other people's models: tiny real ones, made on the spot, behind the one protocol."""

import itertools
import json
import shutil
import threading

import numpy as np
import pytest
import torch
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from transformers import (
    AutoModelForQuestionAnswering,
    AutoModelForSequenceClassification,
    AutoTokenizer,
)

import qa
from qa.errors import ModelError
from qa.model_files import find_reader_model
from qa.model_running import BATCH_PIECES, Once, batches_by_length, tokenizable
from qa.reading import Page, cross_encoder, extractive, open_reader
from qa.reading.spans import MAX_PIECES, best_span
from qa.settings import Settings
from tests import tiny_models
from tests.index_samples import RELEASES

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


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Where the tiny models are, each in a folder of its kind."""
    folder = tmp_path_factory.mktemp("models")
    tiny_models.question_answering(folder / "points")
    tiny_models.byte_question_answering(folder / "bytes")
    tiny_models.classifier(folder / "scores")
    return folder


@pytest.fixture(scope="module")
def opened(folder):
    """The reader of a kind, opened once: opened("points")."""
    readers = {}

    def open_once(kind):
        if kind not in readers:
            readers[kind] = open_reader(Settings(reader=str(folder / kind), dtype="float32"))
        return readers[kind]

    return open_once


pointing = pytest.mark.parametrize("kind", ["points", "bytes"])
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
def test_bfloat16_is_near_to_float32(folder, opened, kind):
    half = open_reader(Settings(reader=str(folder / kind), dtype="bfloat16"))
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
    assert len({score for score, _ in near}) == len(near), "the head does not round"
    assert half.fingerprint != exact.fingerprint, "they decide differently"


@every_kind
def test_the_model_loads_at_the_first_reading_and_not_before(folder, kind, monkeypatch):
    loads = []
    for module in (cross_encoder, extractive):
        real = module._load
        monkeypatch.setattr(
            module, "_load", lambda *given, real=real: loads.append(1) or real(*given)
        )
    reader = open_reader(Settings(reader=str(folder / kind)))
    assert (reader.name, len(reader.fingerprint), loads) == (str(folder / kind), 64, [])

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


def test_a_score_is_the_logit_that_transformers_gives(folder, opened):
    tokenizer = AutoTokenizer.from_pretrained(folder / "scores")
    model = AutoModelForSequenceClassification.from_pretrained(folder / "scores").eval()

    found = opened("scores").read(QUESTION, PAGES)

    for page, reading in zip(PAGES, found, strict=True):
        for text, one in zip(page.paragraphs, reading.readings, strict=True):
            whole = f"{page.title}. {text}" if page.title else text
            given = tokenizer(QUESTION, whole, return_tensors="pt", truncation=True)
            with torch.inference_mode():
                logit = model(**given).logits.item()
            assert one.score == pytest.approx(logit, abs=1e-4)
            assert one.span is None


@pointing
def test_a_span_is_the_best_by_the_logits_that_transformers_gives(folder, opened, kind):
    tokenizer = AutoTokenizer.from_pretrained(folder / kind)
    model = AutoModelForQuestionAnswering.from_pretrained(folder / kind).eval()
    pages = [Page("", ("visitors came", "the fair", "It is closed."))]

    found = opened(kind).read("Who?", pages)

    for text, reading in texts_and_readings(pages, found):
        given = tokenizer("Who?", text, return_tensors="pt", return_offsets_mapping=True)
        offsets = given.pop("offset_mapping")[0].tolist()
        with torch.inference_mode():
            output = model(**given)
        start, end = output.start_logits[0].tolist(), output.end_logits[0].tolist()
        inside = [
            place
            for place, part in enumerate(given.sequence_ids(0))
            if part == 1 and text[slice(*offsets[place])].strip()
        ]
        total, first, last = max(
            (start[i] + end[j], i, j) for i in inside for j in inside if i <= j < i + MAX_PIECES
        )
        assert reading.score == pytest.approx(total - (start[0] + end[0]), abs=1e-4)
        assert reading.span_score == reading.score
        slice_ = text[slice(*reading.span)]
        assert slice_ == text[offsets[first][0] : offsets[last][1]].strip()


def test_a_cross_encoder_as_its_library_saves_it_reads_alike(folder, opened, tmp_path):
    from sentence_transformers import CrossEncoder

    CrossEncoder(str(folder / "scores"), device="cpu").save_pretrained(str(tmp_path / "saved"))

    saved = open_reader(Settings(reader=str(tmp_path / "saved"), dtype="float32"))

    assert json.loads((tmp_path / "saved" / "modules.json").read_text())
    for one, other in zip(
        saved.read(QUESTION, PAGES), opened("scores").read(QUESTION, PAGES), strict=True
    ):
        assert one.answers == pytest.approx(other.answers, abs=1e-5)


def test_a_model_published_in_half_precision_computes_in_full(folder, tmp_path):
    for kind, library in (
        ("points", AutoModelForQuestionAnswering),
        ("scores", AutoModelForSequenceClassification),
    ):
        shutil.copytree(folder / kind, tmp_path / kind)
        library.from_pretrained(folder / kind, dtype=torch.float16).save_pretrained(tmp_path / kind)
        reader = open_reader(Settings(reader=str(tmp_path / kind), dtype="float32"))

        reader.read(QUESTION, PAGES)

        made = reader._loaded()[0] if kind == "points" else reader._model()
        assert {weights.dtype for weights in made.parameters()} == {torch.float32}


# Spans


UGLY = st.text(
    st.one_of(
        st.sampled_from("abc fair.\t\n\r\x0b\x1c\xa0\u2003\u200b\xad£“”\u0301\u0323\ufe0f\u200d"),
        st.characters(),
        st.characters(categories=["Cs", "Mn", "Me", "Zs", "Cc", "Lo", "So"]),
    ),
    max_size=120,
)


@pointing
@settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(texts=st.lists(UGLY, min_size=1, max_size=4), question=UGLY)
@example(texts=["a\ud800b", "e\u0301\tx\n", "", " \n\t", "\u0301", " \u0301a"], question="\udc00?")
@example(texts=["ﬁ İİx \xadq", "각 🏳️‍🌈 नमस्ते", "x" * 200], question="")
def test_a_span_is_an_exact_slice_whatever_the_text(opened, kind, texts, question):
    found = opened(kind).read(question, [Page("", tuple(texts))])

    for text, reading in texts_and_readings([Page("", tuple(texts))], found):
        assert np.isfinite(reading.score)
        if reading.span is None:
            assert reading.span_score == 0
            continue
        start, end = reading.span
        assert 0 <= start < end <= len(text)
        assert text[start:end] == text[start:end].strip()


@pointing
def test_a_text_of_blanks_has_no_span_and_the_lowest_score(opened, kind):
    blank, empty, worded = (
        opened(kind).read(QUESTION, [Page("", (" \n\t", "", "The fair."))])[0].readings
    )

    assert blank.span is empty.span is None
    assert blank.score == empty.score < worded.score


@pointing
def test_an_accent_of_its_own_stays_with_its_letter(opened, kind):
    accented = [letter + "\u0301" for letter in "aeiou"]

    (page,) = opened(kind).read("Who?", [Page("", tuple(accented))])

    assert [reading.span for reading in page.readings] == [(0, 2)] * 5


@pointing
def test_a_long_paragraph_is_read_in_windows_and_the_best_one_counts(folder, opened, kind):
    text = "Stall 7 sold plums. " * 8 + "Who came? £9!"
    room, _ = windows_of(opened(kind), "Who?", text)

    (reading,) = opened(kind).read("Who?", [Page("", (text,))])[0].readings

    scores = list(scores_by_hand(folder / kind, room, "Who?", text))
    assert len(scores) > 3
    assert reading.score == pytest.approx(max(scores), abs=1e-4)


def scores_by_hand(folder, room, question, text):
    """The score of each window, half of which is read again in the next."""
    tokenizer = AutoTokenizer.from_pretrained(folder)
    model = AutoModelForQuestionAnswering.from_pretrained(folder).eval()
    options = {"add_special_tokens": False, "return_offsets_mapping": True, "verbose": False}
    asked, given = tokenizer(question, **options), tokenizer(text, **options)
    close = [tokenizer.sep_token_id]
    twice = model.config.model_type == "roberta"  # it puts two between question and text
    head = [tokenizer.cls_token_id, *asked["input_ids"], *close * (2 if twice else 1)]
    size = room - len(head) - 1

    for first in range(0, len(given["input_ids"]), size - size // 2):
        part = given["input_ids"][first : first + size]
        ids = torch.tensor([[*head, *part, *close]])
        kinds = torch.tensor([[0] * len(head) + [1] * (len(part) + 1)])
        with torch.inference_mode():
            output = model(ids, token_type_ids=None if twice else kinds)
        start, end = (logits[0].numpy() for logits in (output.start_logits, output.end_logits))
        null = start[0] + end[0]
        for place, span in enumerate(given["offset_mapping"][first : first + size], len(head)):
            if text[slice(*span)].isspace():
                start[place] = end[place] = -np.inf
        inside = slice(len(head), len(head) + len(part))
        yield best_span(start[inside], end[inside])[2] - null
        if first + size >= len(given["input_ids"]):
            return


@pointing
def test_every_word_of_a_long_paragraph_is_read_and_windows_overlap(opened, kind):
    room, windows = windows_of(opened(kind), "Who?", LONG)

    assert len(windows) > 10
    read = {place for pieces in windows for span in pieces for place in range(*span)}
    assert read == {place for place, character in enumerate(LONG) if character != " "}
    for before, after in itertools.pairwise(windows):
        assert len(set(before) & set(after)) >= room // 4, "an answer is whole in one of them"


def windows_of(reader, question, text):
    """How many pieces a window has room for, and the characters of the pieces of each."""
    model, tokenizer = reader._loaded()
    room = extractive._room(model, tokenizer)
    _, windows = extractive._windows(tokenizer, room, question, [text])
    return room, [list(window.pieces.values()) for window in windows]


@pointing
def test_a_question_longer_than_the_window_leaves_room_for_the_text(opened, kind):
    (page,) = opened(kind).read("who came? " * 300, PAGES[:1])

    assert all(reading.span is not None for reading in page.readings)


@settings(max_examples=100)
@given(
    st.lists(
        st.tuples(st.floats(-9, 9, width=16), st.floats(-9, 9, width=16)), min_size=1, max_size=70
    )
)
def test_the_best_span_is_the_best_of_all_pairs(logits):
    starts, ends = np.array(logits, dtype=np.float32).T
    pairs = [
        (-(starts[i] + ends[j]), i, j)
        for i in range(len(starts))
        for j in range(i, min(i + MAX_PIECES, len(starts)))
    ]

    best, first, last = min(pairs)

    assert best_span(starts, ends) == (first, last, -best)


# Running


@given(st.lists(st.integers(1, 3000), max_size=60))
def test_batches_hold_every_row_once_and_not_too_much(lengths):
    made = list(batches_by_length(lengths))

    assert sorted(row for rows in made for row in rows) == list(range(len(lengths)))
    for rows in made:
        assert len(rows) == 1 or len(rows) * max(lengths[row] for row in rows) <= BATCH_PIECES


@given(UGLY)
def test_what_a_tokenizer_takes_keeps_every_place(text):
    taken = tokenizable(text)

    assert len(taken) == len(text)
    taken.encode()  # no half of a pair is left
    for here, there in zip(taken, text, strict=True):
        assert here == there or (here == " " and there.isspace()) or here == "\ufffd"


def test_what_could_not_be_made_is_tried_again():
    tries = iter([ModelError("not yet"), None])

    def make():
        if error := next(tries):
            raise error
        return "made"

    once = Once(make)
    with pytest.raises(ModelError):
        once()
    assert once() == once() == "made"


# Which reader


@pytest.mark.parametrize(
    "chosen",
    [
        Settings(reader="none"),
        Settings(reader="none", model="some/model"),
        Settings(reader="auto", model="some/model"),
    ],
    ids=["none", "none with another model", "auto with another model"],
)
def test_there_may_be_no_reader(chosen):
    assert open_reader(chosen) is None


def test_the_fingerprint_is_that_of_the_files(folder, tmp_path):
    shutil.copytree(folder / "points", tmp_path / "copy")
    read_from = [Settings(reader=str(place)) for place in (folder / "points", tmp_path / "copy")]
    one, other = (open_reader(chosen).fingerprint for chosen in read_from)
    assert one == other, "where it lies does not count"

    (tmp_path / "copy" / "tokenizer_config.json").write_text("{}")

    assert open_reader(read_from[1]).fingerprint != one


@pytest.mark.parametrize("name", ["nobody/no-such-reader", "no-such-folder", "x" * 300])
def test_a_reader_that_is_not_there_is_told(name):
    with pytest.raises(ModelError, match=r"the reader .* is neither a folder nor in the local"):
        open_reader(Settings(reader=name))


def test_a_folder_without_a_model_is_told_by_the_setting(tmp_path):
    with pytest.raises(ModelError, match=r"no config\.json.* as 'reader'"):
        open_reader(Settings(reader=str(tmp_path)))


def test_pickled_weights_are_refused(folder, tmp_path):
    shutil.copytree(folder / "points", tmp_path / "pickled")
    weights = tmp_path / "pickled" / "model.safetensors"
    weights.unlink()
    torch.save({}, tmp_path / "pickled" / "pytorch_model.bin")

    with pytest.raises(ModelError, match=r"the reader in .* has no \.safetensors weights"):
        open_reader(Settings(reader=str(tmp_path / "pickled")))


@pytest.mark.parametrize("n_labels", [2, 3])
def test_a_classifier_of_several_labels_is_refused(tmp_path, n_labels):
    tiny_models.classifier(tmp_path / "labels", n_labels)

    with pytest.raises(ModelError, match=rf"gives {n_labels} labels.*a single label"):
        open_reader(Settings(reader=str(tmp_path / "labels")))


def test_labels_that_only_the_loaded_model_shows_are_refused_too(tmp_path):
    tiny_models.classifier(tmp_path / "labels", 3)
    reader = cross_encoder.CrossEncoderReader(
        find_reader_model(Settings(reader=str(tmp_path / "labels")))
    )

    with pytest.raises(ModelError, match="gives 3 labels"):
        reader.read(QUESTION, PAGES)


def test_a_model_of_another_kind_is_refused(tmp_path):
    tiny_models.plain_bert(tmp_path / "bert")

    with pytest.raises(ModelError, match=r"is of the kind BertModel; it must be a cross-encoder"):
        open_reader(Settings(reader=str(tmp_path / "bert")))
    with pytest.raises(ModelError, match="of the kind BertModel"):
        open_reader(Settings(reader="all-MiniLM-L6-v2"))


@pytest.mark.parametrize(
    ("data", "told"),
    [
        ("[", "config.json of the reader"),
        ("7", "no JSON object"),
        ("{}", "of the kind unknown"),
        ('{"architectures": 5}', "of the kind unknown"),
    ],
)
def test_a_config_that_tells_nothing_is_an_error(folder, tmp_path, data, told):
    shutil.copytree(folder / "points", tmp_path / "odd")
    (tmp_path / "odd" / "config.json").write_text(data)

    with pytest.raises(ModelError, match=told):
        open_reader(Settings(reader=str(tmp_path / "odd")))


@pytest.mark.parametrize("kind", ["points", "scores"])
@pytest.mark.parametrize("file", ["model.safetensors", "tokenizer.json"])
def test_a_damaged_model_is_an_error_with_its_name(folder, tmp_path, kind, file):
    shutil.copytree(folder / kind, tmp_path / "spoilt")
    (tmp_path / "spoilt" / file).write_bytes(b"cut short")
    reader = open_reader(Settings(reader=str(tmp_path / "spoilt")))

    with pytest.raises(ModelError, match="cannot be loaded") as raised:
        reader.read(QUESTION, PAGES)

    assert str(tmp_path / "spoilt") in str(raised.value)


def test_a_model_without_the_head_that_points_is_refused(tmp_path):
    tiny_models.plain_bert(tmp_path / "bert")
    config = tmp_path / "bert" / "config.json"
    values = json.loads(config.read_text())
    config.write_text(json.dumps(values | {"architectures": ["BertForQuestionAnswering"]}))

    with pytest.raises(ModelError, match=r"lack 2 tensors, 'qa_outputs\.bias' first"):
        open_reader(Settings(reader=str(tmp_path / "bert"))).read(QUESTION, PAGES)


def test_a_tokenizer_that_cannot_pad_is_refused(folder, tmp_path):
    shutil.copytree(folder / "bytes", tmp_path / "unpadded")
    config = tmp_path / "unpadded" / "tokenizer_config.json"
    values = json.loads(config.read_text())
    del values["pad_token"]
    config.write_text(json.dumps(values))

    with pytest.raises(ModelError, match="has no padding token"):
        open_reader(Settings(reader=str(tmp_path / "unpadded"))).read(QUESTION, PAGES)


# An embedding model from elsewhere


@pytest.mark.parametrize("dtype", ["float32", "bfloat16"])
def test_another_embedding_model_builds_and_answers(write, tmp_path, dtype):
    model = tiny_models.embedding(tmp_path / "model")
    chosen = Settings(model=str(model), dtype=dtype)
    releases, index = write(RELEASES), tmp_path / "index"

    qa.build(releases, index, chosen)

    with qa.Assistant.open(index, chosen) as desk:
        hits = desk.retrieve("How many visitors came to the harvest fair?", k=3)
        assert "4,200 visitors" in hits[0].text
        answer = desk.ask("How many visitors came to the harvest fair?")
        for quote in answer.quotes:
            assert quote.text in "".join(RELEASES.values())
    with pytest.raises(qa.QAError, match="the index was built with"):
        qa.Assistant.open(index, Settings())

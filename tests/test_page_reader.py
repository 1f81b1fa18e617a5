"""The reader that comes with the project, over a tiny real BERT and an adapter made for it."""

import dataclasses
import itertools
import json
import shutil
import threading
from pathlib import Path

import numpy as np
import pytest
import torch
from hypothesis import example, given, settings
from hypothesis import strategies as st
from safetensors.torch import load_file, save_file

from qa.errors import ModelError
from qa.model_files import ModelFiles
from qa.reading import Chances, Page
from qa.reading.adapter import (
    CARD,
    WEIGHTS,
    ReaderCard,
    apply_adapter,
    read_card,
    write_adapter,
    write_card,
)
from qa.reading.network import as_tensors, make_network
from qa.reading.page_reader import NOTHING, PageReader
from qa.reading.sheets import MIN_ROOM, lay_out
from qa.reading.spans import best_span
from tests import tiny_models
from tests.tiny_models import UGLY, WINDOW

QUESTION = "How many visitors came?"
PAGES = [
    Page(
        "Harvest fair draws crowd",
        ("Some 4,200 visitors came to the fair.", "Two stalls sold out by noon.", "Call 555."),
    ),
    Page("", ("The bridge is closed.",)),
    Page("Library open", ("Readers asked for it.", "“It’s £4.50,” said the baker — “a slice.”")),
]
LONG = Page("Stalls", tuple(f"Stall {number} sold pears. It was shut." for number in range(12)))
CARD_1 = ReaderCard(
    name="tiny-reader",
    base_sha256="0" * 64,
    room=WINDOW,
    ranking={"reader": 1.5, "span": 0.5},
    chances=Chances({"bias": 0.5, "reader": 1.0}, 0.25),
)


@pytest.fixture(scope="module")
def base(tmp_path_factory):
    """A tiny BERT, as the embedding model is."""
    folder = tiny_models.plain_bert(tmp_path_factory.mktemp("base"))
    return ModelFiles("tiny", folder, "f" * 64)


def trained(base, seed=3):
    """The network of a base, trained: every parameter moved, the heads most."""
    network = make_network(base)
    torch.manual_seed(seed)
    with torch.no_grad():
        for name, parameter in network.named_parameters():
            parameter += torch.randn_like(parameter) * (1.0 if "head" in name else 0.05)
    return network


@pytest.fixture(scope="module")
def adapter(base, tmp_path_factory):
    """The folder of a reader trained from the base."""
    folder = tmp_path_factory.mktemp("reader") / "tiny-reader"
    write_adapter(trained(base), make_network(base), folder)
    write_card(CARD_1, folder)
    return folder


@pytest.fixture
def copy(adapter, tmp_path):
    """A copy of that folder, to be spoilt."""
    return Path(shutil.copytree(adapter, tmp_path / "copy"))


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

    assert [reader.read(QUESTION, [page])[0] for page in pages] == together
    assert reader.read(QUESTION, pages[::-1]) == together[::-1]


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


def test_of_a_paragraph_that_is_cut_the_best_part_counts(reader):
    text = "fair " * 60 + "visitors"
    tokenizer = reader._loaded()[1]
    sheets = lay_out(tokenizer, QUESTION, [Page("", (text,))], WINDOW)
    assert len(sheets) == 2

    (reading,) = reader.read(QUESTION, [Page("", (text,))])[0].readings

    assert reading.span is not None
    assert reading.score == max(
        part.score
        for sheet in sheets
        for _, part in reader._readings(
            Page("", (text,)), sheet, _tokens_of(reader._loaded()[0], sheet)
        )
    )


def _tokens_of(network, sheet):
    with torch.inference_mode():
        return network(*as_tensors([sheet], 0)).tokens[0].numpy()


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


# The adapter


def weights_of(network):
    return {name: value.detach().clone() for name, value in network.named_parameters()}


def test_what_was_trained_comes_back_up_to_a_step(base, adapter):
    before, after = weights_of(make_network(base)), weights_of(trained(base))
    network = make_network(base)

    apply_adapter(network, adapter)

    assert len(before) > 20
    for name, value in weights_of(network).items():
        change = after[name] - before[name]
        if "head" in name:
            error = torch.zeros_like(change)  # kept as it is
        elif change.dim() == 2:
            error = (change.abs().amax(dim=1) / 127 / 2)[:, None]  # half of a step of its row
        else:
            error = change.abs() / 2**11  # half precision has 11 bits
        assert ((value - after[name]).abs() <= error + 1e-6).all(), name
        assert not torch.equal(value, before[name]), name


def test_a_network_that_was_not_trained_leaves_nothing_to_write(base, tmp_path):
    write_adapter(make_network(base), make_network(base), tmp_path)

    network = make_network(base)
    apply_adapter(network, tmp_path)

    assert load_file(tmp_path / WEIGHTS) == {}
    for name, value in weights_of(make_network(base)).items():
        assert torch.equal(value, weights_of(network)[name]), name


def test_only_what_changed_is_written(base, tmp_path):
    network = make_network(base)
    with torch.no_grad():
        network.page_head.bias += 1
        network.encoder.embeddings.word_embeddings.weight[3] += 0.5

    write_adapter(network, make_network(base), tmp_path)

    table = "encoder.embeddings.word_embeddings.weight"
    changes = load_file(tmp_path / WEIGHTS)
    assert set(changes) == {"page_head.bias", table, f"{table}.step"}
    assert changes[table].dtype is torch.int8


def test_heads_say_nothing_before_they_are_trained(base):
    network = make_network(base)

    (sheet,) = lay_out(tiny_models.word_pieces(), QUESTION, PAGES[1:2], WINDOW)

    assert not _tokens_of(network, sheet).any()


def test_nothing_is_told_while_the_base_is_loaded(base, caplog, capfd):
    make_network(base)

    assert caplog.records == []
    assert capfd.readouterr() == ("", "")


def test_the_files_of_the_base_are_left_alone(base, adapter, reader):
    def contents():
        return {path.name: path.read_bytes() for path in base.folder.iterdir()}

    before = contents()
    PageReader(base, "float32", adapter).read(QUESTION, PAGES)

    assert contents() == before
    assert {"config.json", "model.safetensors"} <= set(before)


def test_the_model_loads_at_the_first_reading_and_not_before(base, copy):
    reader = PageReader(base, "float32", copy)
    (copy / WEIGHTS).unlink()

    with pytest.raises(ModelError, match="cannot be used"):
        reader.read(QUESTION, PAGES)


# The card


def test_a_card_comes_back_as_it_was_written(tmp_path):
    for card in (CARD_1, dataclasses.replace(CARD_1, chances=None, ranking={})):
        write_card(card, tmp_path)

        assert read_card(tmp_path) == card


def test_the_reader_is_as_its_card_says(base, copy, reader):
    assert reader.name == "tiny-reader"
    assert reader.ranking == CARD_1.ranking
    assert reader.chances == CARD_1.chances
    write_card(dataclasses.replace(CARD_1, chances=None, ranking={}), copy)

    plain = PageReader(base, "float32", copy)

    assert (plain.ranking, plain.chances) == (None, None)


@pytest.mark.parametrize("field", [field.name for field in dataclasses.fields(ReaderCard)])
def test_a_card_that_lacks_a_field_is_told(base, copy, field):
    values = json.loads((copy / CARD).read_bytes())
    del values[field]
    (copy / CARD).write_text(json.dumps(values))

    with pytest.raises(ModelError, match=rf"reader\.json.*{field}.*reader: none"):
        PageReader(base, "float32", copy)


@pytest.mark.parametrize(
    "change",
    [
        pytest.param({"surprise": 1}, id="a field that is none"),
        pytest.param({"room": "many"}, id="a room that is no number"),
        pytest.param({"room": MIN_ROOM - 1}, id="a room without room"),
        pytest.param({"chances": {"weights": {}}}, id="chances without a threshold"),
        pytest.param({"chances": 5}, id="chances that are a number"),
        pytest.param({"ranking": [1]}, id="a list for a mapping"),
        pytest.param({"ranking": {"reader": "much"}}, id="a weight that is a word"),
    ],
)
def test_a_card_that_misstates_something_is_told(base, copy, change):
    values = json.loads((copy / CARD).read_bytes())
    (copy / CARD).write_text(json.dumps(values | change))

    with pytest.raises(ModelError, match=r"reader\.json.*reader: none"):
        PageReader(base, "float32", copy)


@pytest.mark.parametrize(
    "data", [b"", b"\xff", b"[]", b"1", b"{}", b"[" * 100_000], ids=lambda data: repr(data[:4])
)
def test_a_card_that_is_none_is_told(base, copy, data):
    (copy / CARD).write_bytes(data)

    with pytest.raises(ModelError, match=r"reader\.json.*reader: none"):
        PageReader(base, "float32", copy)


@pytest.mark.parametrize("name", [WEIGHTS, CARD])
def test_a_file_that_is_missing_is_named(base, copy, name):
    (copy / name).unlink()

    with pytest.raises(ModelError, match=name.replace(".", r"\.")):
        PageReader(base, "float32", copy)


# Damage


@pytest.mark.parametrize(
    "spoil",
    [
        pytest.param(lambda data: b"", id="empty"),
        pytest.param(lambda data: data[:-1], id="cut"),
        pytest.param(lambda data: data[: len(data) // 2], id="cut in half"),
        pytest.param(lambda data: b"\xff" * 8 + data[8:], id="a wrong length"),
    ],
)
def test_damaged_weights_are_told_at_the_first_reading(base, copy, spoil):
    place = copy / WEIGHTS
    place.write_bytes(spoil(place.read_bytes()))

    with pytest.raises(ModelError, match=r"weights .* cannot be used.*reader: none"):
        PageReader(base, "float32", copy).read(QUESTION, PAGES)


def changed(folder, change):
    weights = load_file(folder / WEIGHTS)
    change(weights)
    save_file(weights, folder / WEIGHTS)


def test_an_adapter_of_another_network_is_told(base, copy):
    changed(copy, lambda weights: weights.update({"encoder.moon.weight": torch.ones(2)}))

    with pytest.raises(ModelError, match=r"encoder\.moon\.weight"):
        PageReader(base, "float32", copy).read(QUESTION, PAGES)


@pytest.mark.parametrize("shape", [(1,), (3, 1), (1, 16), (3, 17)])
def test_an_adapter_of_another_size_is_told(base, copy, shape):
    # The token head has the shape (3, 16); some of these could be spread over it unnoticed.
    changed(copy, lambda weights: weights.update({"token_head.weight": torch.ones(shape)}))

    with pytest.raises(ModelError, match=r"token_head\.weight"):
        PageReader(base, "float32", copy).read(QUESTION, PAGES)


def test_a_base_that_is_none_is_told(adapter, tmp_path):
    (tmp_path / "config.json").write_text("{}")

    with pytest.raises(ModelError, match="layers of 'none' cannot be loaded"):
        PageReader(ModelFiles("none", tmp_path, "0"), "float32", adapter).read(QUESTION, PAGES)


# The fingerprint


def test_the_fingerprint_tells_whatever_decides_the_readings(base, copy, reader):
    def fingerprint(dtype="float32", base=base):
        return PageReader(base, dtype, copy).fingerprint

    found = [fingerprint(), fingerprint("bfloat16")]
    found.append(fingerprint(base=dataclasses.replace(base, fingerprint="e" * 64)))
    write_card(dataclasses.replace(CARD_1, ranking={"reader": 2.0}), copy)
    found.append(fingerprint())
    changed(copy, lambda weights: weights["page_head.bias"].add_(1))
    found.append(fingerprint())

    assert found[0] == reader.fingerprint, "where it lies does not count"
    assert len(set(found)) == len(found) == 5
    assert {len(one) for one in found} == {64}

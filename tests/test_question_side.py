"""The trained side of the model that reads questions: what it changes, and what it leaves."""

import hashlib
import json
import re
from pathlib import Path

import numpy as np
import pytest
from safetensors.torch import load_file, save_file

import qa
from qa.adapter import WEIGHTS
from qa.assistant import Assistant
from qa.bert import load_bert
from qa.embedding import Fitted, Passage, SentenceTransformerEncoder
from qa.embedding.question_side import (
    CARD,
    FOLDER,
    QuestionSide,
    read_card,
    write_card,
)
from qa.errors import ModelError
from qa.index.terms import new_stemmer
from qa.reading.card import read_card as reader_card
from qa.reading.page_reader import FOLDER as READER
from qa.records import Query
from qa.retrieval.asked import make_ready
from qa.retrieval.paragraphs import WEIGHTS as PARAGRAPH_WEIGHTS
from qa.retrieval.releases import RELEASE_WEIGHTS
from qa.settings import Settings
from tests.tiny_models import embedding

QUESTION = "How many people came to the fair?"
PASSAGES = [Passage("Fair draws crowd", "Some 4,200 visitors came."), Passage("", "It rained.")]
FLOAT32 = Settings(dtype="float32")


@pytest.fixture(scope="module")
def published():
    return SentenceTransformerEncoder(FLOAT32, question_side=None)


@pytest.fixture(scope="module")
def shipped():
    return SentenceTransformerEncoder(FLOAT32)


@pytest.fixture
def copy(tmp_path):
    for name in (WEIGHTS, CARD):
        (tmp_path / name).write_bytes((FOLDER / name).read_bytes())
    return tmp_path


@pytest.mark.model
def test_questions_are_read_otherwise_and_passages_alike(published, shipped):
    before, after = published.encode_query(QUESTION), shipped.encode_query(QUESTION)

    assert before.ids.tolist() == after.ids.tolist()
    assert before.vector @ after.vector < 0.99
    assert np.linalg.norm(after.vector) == pytest.approx(1, abs=1e-5)
    assert np.linalg.norm(after.pieces, axis=1) == pytest.approx(1, abs=1e-5)
    for (_, was), (_, is_now) in zip(
        published.encode_passages(PASSAGES), shipped.encode_passages(PASSAGES), strict=True
    ):
        assert was.vector.tobytes() == is_now.vector.tobytes()
        assert was.pieces.tobytes() == is_now.pieces.tobytes()


@pytest.mark.model
def test_an_index_serves_with_and_without_it(published, shipped):
    assert published.fingerprint == shipped.fingerprint
    assert published.question_fingerprint != shipped.question_fingerprint
    assert (published.fitted, published.question_name) == (None, "all-MiniLM-L6-v2")
    assert shipped.fitted == read_card(FOLDER).fitted
    assert shipped.question_name == read_card(FOLDER).name


@pytest.mark.model
def test_only_what_was_trained_changes_and_the_file_is_left_alone(published):
    weights = published.files.folder / "model.safetensors"
    before = hashlib.sha256(weights.read_bytes()).hexdigest()
    base, trained = load_bert(published.files.folder), load_bert(published.files.folder)
    QuestionSide().apply(trained)

    changed, after = load_file(FOLDER / WEIGHTS), dict(trained.named_parameters())
    assert any(name in changed for name in after)
    for name, parameter in base.named_parameters():
        assert bool((parameter != after[name]).any()) == (name in changed), name
    assert hashlib.sha256(weights.read_bytes()).hexdigest() == before


def test_a_model_from_elsewhere_has_none(tmp_path):
    settings = Settings(str(embedding(tmp_path / "model")))

    encoder = SentenceTransformerEncoder(settings)

    assert (encoder.fitted, encoder.question_name) == (None, settings.model)
    assert encoder.question_fingerprint == encoder.fingerprint


def test_its_card_weighs_every_feature_of_retrieval():
    fitted = read_card(FOLDER).fitted

    assert set(fitted.releases) == set(RELEASE_WEIGHTS)
    assert set(fitted.paragraphs) == set(PARAGRAPH_WEIGHTS)


@pytest.mark.model
def test_its_weights_are_those_that_releases_are_ordered_by(tmp_path, monkeypatch):
    folder = tmp_path / "releases"
    folder.mkdir()
    (folder / "a.md").write_text("Fair\n\nVisitors came to the harvest fair in the rain.\n")
    (folder / "b.md").write_text("Bridge\n\nThe footbridge is shut.\n")
    qa.build(folder, tmp_path / "index", Settings(reader="none"))
    encoder = SentenceTransformerEncoder(FLOAT32)
    with Assistant.open(tmp_path / "index", encoder=encoder) as desk:
        asked = make_ready(Query("Who came to the fair?"), encoder, new_stemmer())
        assert asked.fitted == encoder.fitted
        first = desk.retrieve("Who came to the fair?")[0].release
        turned = Fitted(dict.fromkeys(RELEASE_WEIGHTS, -50.0), PARAGRAPH_WEIGHTS, -2.0)
        monkeypatch.setattr(SentenceTransformerEncoder, "fitted", turned)
        last = desk.retrieve("Who came to the fair?")[0].release

    assert (first, last) == ("a.md", "b.md")


def test_the_reader_that_ships_was_fitted_beside_it():
    assert reader_card(READER).fitted_beside == QuestionSide().fingerprint


# Damage


def test_a_card_comes_back_as_it_was_written(tmp_path):
    card = read_card(FOLDER)
    write_card(card, tmp_path)

    assert read_card(tmp_path) == card


@pytest.mark.parametrize(
    "spoil",
    [
        pytest.param(lambda values: values.pop("fitted"), id="no weights"),
        pytest.param(lambda values: values["fitted"].pop("near"), id="no nearness"),
        pytest.param(lambda values: values["fitted"]["releases"].update(bm25="7"), id="a text"),
        pytest.param(lambda values: values["fitted"].update(near=float("nan")), id="no number"),
        pytest.param(lambda values: values["fitted"].update(near=True), id="a yes"),
        pytest.param(lambda values: values.update(fitted=3), id="a number"),
    ],
)
def test_a_damaged_card_is_told_before_any_question(copy, spoil):
    values = json.loads((copy / CARD).read_bytes())
    spoil(values)
    (copy / CARD).write_text(json.dumps(values))

    with pytest.raises(ModelError, match=r"question_side\.json.*Reinstall"):
        SentenceTransformerEncoder(FLOAT32, question_side=copy)


@pytest.mark.parametrize("name", [WEIGHTS, CARD])
def test_a_file_that_is_missing_is_named(copy, name):
    (copy / name).unlink()

    with pytest.raises(ModelError, match=name.replace(".", r"\.")):
        SentenceTransformerEncoder(FLOAT32, question_side=copy)


def test_an_adapter_of_another_model_is_told(copy):
    values = json.loads((copy / CARD).read_bytes())
    (copy / CARD).write_text(json.dumps({**values, "base_sha256": "0" * 64}))

    with pytest.raises(ModelError, match="was trained on a model with SHA-256 0000"):
        SentenceTransformerEncoder(FLOAT32, question_side=copy)


@pytest.mark.model
@pytest.mark.parametrize("keep", [0, 8, 0.5])
def test_damaged_weights_are_told_at_the_first_question(copy, keep):
    data = (copy / WEIGHTS).read_bytes()
    kept = int(keep if keep > 1 else len(data) * keep)
    (copy / WEIGHTS).write_bytes(data[:kept])

    with pytest.raises(ModelError, match="cannot be used"):
        SentenceTransformerEncoder(FLOAT32, question_side=copy).encode_query(QUESTION)


@pytest.mark.model
def test_weights_for_another_network_are_told(copy):
    weights = load_file(copy / WEIGHTS)
    save_file({f"moon.{name}": values for name, values in weights.items()}, copy / WEIGHTS)

    with pytest.raises(ModelError, match=r"the network has no moon\."):
        SentenceTransformerEncoder(FLOAT32, question_side=copy).encode_query(QUESTION)


def test_it_is_small_and_has_its_model_card():
    size = sum(file.stat().st_size for file in Path(FOLDER).iterdir())
    card = (FOLDER / "README.md").read_text("utf-8")

    assert size < 8_000_000
    parts = re.findall(r"^\*\*([\w ]+)\.\*\*", card, re.MULTILINE)
    assert parts == ["What is here", "Data", "Recipe", "Scores", "Limits"]
    assert read_card(FOLDER).name in card

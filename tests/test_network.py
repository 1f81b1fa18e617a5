"""How passages flow through the model: chunk by chunk, batches side by side, by either backend."""

import subprocess
import sys

import numpy as np
import pytest

from qa.embedding import Passage, SentenceTransformerEncoder, sentence_transformer
from qa.embedding.network import building_network
from qa.errors import ModelError
from qa.settings import Settings
from tests import tiny_models
from tests.conftest import ROOT

PASSAGES = [
    Passage("Fair", "the fair came. " * (1 + place % 7) + f"{place} visitors")
    for place in range(60)
]
LONG = Passage("Fair", "who closed the bridge? " * 40)  # some windows of the tiny model


@pytest.fixture(scope="module")
def model(tmp_path_factory):
    return tiny_models.embedding(tmp_path_factory.mktemp("tiny"))


def encoder_of(model, **choices):
    return SentenceTransformerEncoder(Settings(model=str(model), dtype="float32", **choices))


def vectors_of(encoder, passages):
    found = dict(encoder.encode_passages(passages))
    assert sorted(found) == list(range(len(passages)))
    return np.array([found[place].vector for place in range(len(passages))])


def test_chunks_change_a_vector_by_rounding_alone(model, monkeypatch):
    passages = [*PASSAGES, LONG, *PASSAGES]
    whole = vectors_of(encoder_of(model), passages)

    monkeypatch.setattr(sentence_transformer, "CHUNK", 7)
    cut = vectors_of(encoder_of(model), passages)

    assert np.sum(whole * cut, axis=1).min() > 0.99999


def test_the_same_passages_give_the_same_bytes_in_the_same_order(model, monkeypatch):
    monkeypatch.setattr(sentence_transformer, "CHUNK", 16)

    first, second = (list(encoder_of(model).encode_passages(PASSAGES)) for _ in range(2))

    assert [place for place, _ in first] == [place for place, _ in second]
    for (_, one), (_, other) in zip(first, second, strict=True):
        assert one.vector.tobytes() == other.vector.tobytes()
        assert one.pieces.tobytes() == other.pieces.tobytes()


def test_no_more_is_tokenized_than_two_chunks_ahead(model, monkeypatch):
    monkeypatch.setattr(sentence_transformer, "CHUNK", 5)
    encoder, begun = encoder_of(model), []
    windows = encoder._windows
    monkeypatch.setattr(encoder, "_windows", lambda some, at: begun.append(at) or windows(some, at))

    stream = encoder.encode_passages(PASSAGES * 20)
    next(stream)
    stream.close()

    # Each chunk is a batch or more; twice as many batches as cores are begun, and a chunk beyond.
    assert 0 < len(begun) <= 2 * encoder._building().workers + 3


def test_a_backend_that_is_not_installed_is_told_with_its_cure(model, monkeypatch):
    monkeypatch.setitem(sys.modules, "openvino", None)  # as if it were not there
    with pytest.raises(ModelError, match=r"pip install 'release-qa\[openvino\]'"):
        list(encoder_of(model, backend="openvino").encode_passages(PASSAGES))


def test_openvino_gives_the_vectors_of_torch(model):
    torch, other = encoder_of(model), encoder_of(model, backend="openvino")
    passages = [*PASSAGES, LONG]

    found = dict(other.encode_passages(passages))

    for place, expected in torch.encode_passages(passages):
        assert expected.vector @ found[place].vector > 0.99999
        assert expected.ids.tolist() == found[place].ids.tolist()
        np.testing.assert_allclose(expected.pieces, found[place].pieces, atol=1e-4)
    assert torch.fingerprint == other.fingerprint, "either may use the other's vectors again"


def test_openvino_reports_to_no_one():
    script = (
        "from qa.embedding.network import _openvino\n"
        "import sys\n"
        "_openvino()\n"
        "assert not [n for n, m in sys.modules.items() if n.startswith('openvino_tel') and m]\n"
    )
    subprocess.run([sys.executable, "-c", script], check=True, cwd=ROOT)


def test_a_network_leaves_the_model_as_it_is(model):
    encoder = encoder_of(model)
    before = {name: value.dtype for name, value in encoder.model.named_parameters()}

    building_network(encoder.model, "bfloat16", "torch")

    assert {name: value.dtype for name, value in encoder.model.named_parameters()} == before

"""The bare layers: vectors and word pieces as by the libraries, none of which is loaded."""

import subprocess
import sys
from itertools import pairwise

import numpy as np
import pytest
import torch
from hypothesis import example, given, settings
from hypothesis import strategies as st
from transformers import AutoModel, AutoTokenizer

from qa.bert import WordPieces, hidden_of, load_bert
from qa.model_files import find_model
from qa.model_running import tokenizable
from qa.settings import Settings
from tests.conftest import ROOT
from tests.tiny_models import UGLY, plain_bert

TEXTS = [[2, 40, 41, 3], [2, 3], [2, 7, 8, 9, 10, 11, 3]]  # pieces of the tiny vocabulary


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return plain_bert(tmp_path_factory.mktemp("bert"))


def packed(texts):
    cuts = np.cumsum([0, *map(len, texts)]).tolist()
    ids = torch.tensor([piece for text in texts for piece in text])
    places = torch.tensor([place for text in texts for place in range(len(text))])
    types = (places > 1).long()
    return ids, types, places, list(pairwise(cuts))


def test_the_layers_give_what_transformers_gives(folder):
    library = AutoModel.from_pretrained(folder).eval()
    bert = load_bert(folder)

    with torch.inference_mode():
        found = hidden_of(bert, *packed(TEXTS))
        for text, (start, end) in zip(TEXTS, packed(TEXTS)[-1], strict=True):
            types = torch.tensor([[int(place > 1) for place in range(len(text))]])
            expected = library(input_ids=torch.tensor([text]), token_type_ids=types)
            torch.testing.assert_close(
                found[start:end], expected.last_hidden_state[0], atol=1e-5, rtol=1e-5
            )


def test_parameters_have_the_names_of_transformers(folder):
    library = AutoModel.from_pretrained(folder)
    library.pooler = None

    expected = {name: tuple(value.shape) for name, value in library.named_parameters()}
    found = {name: tuple(value.shape) for name, value in load_bert(folder).named_parameters()}
    assert found == expected


@pytest.fixture(scope="module")
def tokenizers():
    """The library's and our own, of the bundled model."""
    base = find_model(Settings()).folder
    return AutoTokenizer.from_pretrained(base), WordPieces(base)


@pytest.mark.model
@settings(max_examples=100, deadline=None)
@given(texts=st.lists(UGLY.map(tokenizable), max_size=4))
@example(texts=["How many people were arrested?", "", "a" * 300, "£4.50 café 北京 🏳️‍🌈"])
def test_word_pieces_are_those_of_transformers(tokenizers, texts):
    library, own = tokenizers

    found = own(texts)
    assert len(found["input_ids"]) == len(texts)
    if texts:
        expected = library(texts, add_special_tokens=False, return_offsets_mapping=True)
        assert found["input_ids"] == expected["input_ids"]
        assert found["offset_mapping"] == expected["offset_mapping"]


@pytest.mark.model
def test_the_vocabulary_is_that_of_transformers(tokenizers):
    library, own = tokenizers

    assert own.get_vocab() == library.get_vocab()
    for name in ("cls_token_id", "sep_token_id", "pad_token_id"):
        assert getattr(own, name) == getattr(library, name)


@pytest.mark.parametrize(
    "spoil",
    [
        pytest.param(lambda text: text.replace('"bert"', '"roberta"'), id="another kind"),
        pytest.param(lambda text: text.replace('"gelu"', '"relu"'), id="another function"),
        pytest.param(lambda text: text.replace(': 16', ': 32'), id="another size"),
        pytest.param(lambda text: text[:-9], id="cut"),
    ],
)  # fmt: skip
def test_files_of_another_model_are_refused(tmp_path, spoil):
    config = plain_bert(tmp_path) / "config.json"
    config.write_text(spoil(config.read_text()))

    with pytest.raises((ValueError, RuntimeError)):
        load_bert(tmp_path)


@pytest.mark.model
def test_a_question_is_answered_without_the_libraries_that_train(seed_index):
    heavy = ("transformers", "sentence_transformers", "sklearn", "pandas", "torch._dynamo")
    code = (
        f"import qa, sys\n"
        f"with qa.Assistant.open({str(seed_index)!r}) as desk:\n"
        f"    print(desk.ask('How many weapons were seized?').answered)\n"
        f"print([name for name in {heavy!r} if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT)

    assert done.stdout.split("\n")[:2] == ["True", "[]"], done.stderr

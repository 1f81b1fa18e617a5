"""Which reader the settings mean, and what is told where it cannot be used."""

import json
import shutil

import pytest
import torch

from qa.errors import ModelError
from qa.model_files import find_reader_model
from qa.reading import Page, cross_encoder, open_reader
from qa.settings import Settings
from tests import tiny_models

QUESTION = "How many visitors came?"
PAGES = [Page("Harvest fair", ("Some 4,200 visitors came to the fair.",))]


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


def test_the_fingerprint_is_that_of_the_files(reader_models, tmp_path):
    shutil.copytree(reader_models / "points", tmp_path / "copy")
    copied = Settings(reader=str(tmp_path / "copy"))
    before = open_reader(Settings(reader=str(reader_models / "points"))).fingerprint
    assert before == open_reader(copied).fingerprint, "where it lies does not count"

    (tmp_path / "copy" / "tokenizer_config.json").write_text("{}")

    assert open_reader(copied).fingerprint != before


@pytest.mark.parametrize("name", ["nobody/no-such-reader", "no-such-folder", "x" * 300])
def test_a_reader_that_is_not_there_is_told(name):
    with pytest.raises(ModelError, match=r"the reader .* is neither a folder nor in the local"):
        open_reader(Settings(reader=name))


def test_a_folder_without_a_model_is_told_by_the_setting(tmp_path):
    with pytest.raises(ModelError, match=r"no config\.json.* as 'reader'"):
        open_reader(Settings(reader=str(tmp_path)))


def test_pickled_weights_are_refused(reader_models, tmp_path):
    shutil.copytree(reader_models / "points", tmp_path / "pickled")
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
def test_a_config_that_tells_nothing_is_an_error(reader_models, tmp_path, data, told):
    shutil.copytree(reader_models / "points", tmp_path / "odd")
    (tmp_path / "odd" / "config.json").write_text(data)

    with pytest.raises(ModelError, match=told):
        open_reader(Settings(reader=str(tmp_path / "odd")))


@pytest.mark.parametrize("kind", ["points", "scores"])
@pytest.mark.parametrize("file", ["model.safetensors", "tokenizer.json"])
def test_a_damaged_model_is_an_error_with_its_name(reader_models, tmp_path, kind, file):
    shutil.copytree(reader_models / kind, tmp_path / "spoilt")
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


def test_a_tokenizer_that_cannot_pad_is_refused(reader_models, tmp_path):
    shutil.copytree(reader_models / "bytes", tmp_path / "unpadded")
    config = tmp_path / "unpadded" / "tokenizer_config.json"
    values = json.loads(config.read_text())
    del values["pad_token"]
    config.write_text(json.dumps(values))

    with pytest.raises(ModelError, match="has no padding token"):
        open_reader(Settings(reader=str(tmp_path / "unpadded"))).read(QUESTION, PAGES)

"""The files of the project's own reader: weights and card, whole, odd, damaged or missing."""

import dataclasses
import json
import shutil
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file, save_file

from qa.adapter import WEIGHTS, apply_adapter, write_adapter
from qa.errors import ModelError
from qa.model_files import ModelFiles
from qa.reading import card as files
from qa.reading.card import ReaderCard, read_card, write_card
from qa.reading.network import make_network
from qa.reading.page_reader import PageReader
from qa.reading.sheets import MIN_ROOM, lay_out
from tests import tiny_models
from tests.reader_samples import CARD, PAGES, QUESTION, tiny_base, tokens_of, trained, write_reader
from tests.tiny_models import WINDOW


@pytest.fixture(scope="module")
def base(tmp_path_factory):
    return tiny_base(tmp_path_factory.mktemp("base"))


@pytest.fixture(scope="module")
def adapter(base, tmp_path_factory):
    """The folder of a reader trained from the base."""
    return write_reader(base, tmp_path_factory.mktemp("reader") / "tiny-reader")


@pytest.fixture
def copy(adapter, tmp_path):
    """A copy of that folder, to be spoilt."""
    return Path(shutil.copytree(adapter, tmp_path / "copy"))


@pytest.fixture(scope="module")
def reader(base, adapter):
    return PageReader(base, "float32", adapter)


# The weights


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

    assert not tokens_of(network, sheet).any()


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
    for card in (CARD, dataclasses.replace(CARD, chances=None, ranking={})):
        write_card(card, tmp_path)

        assert read_card(tmp_path) == card


def test_the_reader_is_as_its_card_says(base, copy, reader):
    assert reader.name == "tiny-reader"
    assert reader.ranking == CARD.ranking
    assert reader.chances == CARD.chances
    write_card(dataclasses.replace(CARD, chances=None, ranking={}), copy)

    plain = PageReader(base, "float32", copy)

    assert (plain.ranking, plain.chances) == (None, None)


@pytest.mark.parametrize("field", [field.name for field in dataclasses.fields(ReaderCard)])
def test_a_card_that_lacks_a_field_is_told(base, copy, field):
    values = json.loads((copy / files.CARD).read_bytes())
    del values[field]
    (copy / files.CARD).write_text(json.dumps(values))

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
    values = json.loads((copy / files.CARD).read_bytes())
    (copy / files.CARD).write_text(json.dumps(values | change))

    with pytest.raises(ModelError, match=r"reader\.json.*reader: none"):
        PageReader(base, "float32", copy)


@pytest.mark.parametrize(
    "data", [b"", b"\xff", b"[]", b"1", b"{}", b"[" * 100_000], ids=lambda data: repr(data[:4])
)
def test_a_card_that_is_none_is_told(base, copy, data):
    (copy / files.CARD).write_bytes(data)

    with pytest.raises(ModelError, match=r"reader\.json.*reader: none"):
        PageReader(base, "float32", copy)


@pytest.mark.parametrize("name", [WEIGHTS, files.CARD])
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
    write_card(dataclasses.replace(CARD, ranking={"reader": 2.0}), copy)
    found.append(fingerprint())
    changed(copy, lambda weights: weights["page_head.bias"].add_(1))
    found.append(fingerprint())

    assert found[0] == reader.fingerprint, "where it lies does not count"
    assert len(set(found)) == len(found) == 5
    assert {len(one) for one in found} == {64}

"""The rows of a segment on a Milvus server: what is kept of them, what verifying sees, and which
servers and addresses are taken."""

import json
from contextlib import closing

import pytest

from qa.assistant import Assistant
from qa.engines import engine_of, publish, verify
from qa.engines.far.tables import FILES, PIECES, RELEASES
from qa.engines.milvus.collections import make_values
from qa.engines.milvus.server import Server
from qa.engines.milvus.values import PART, Values, key_of
from qa.engines.milvus.version import wanting
from qa.errors import EngineUnfit, IndexDamaged, UsageError
from qa.settings import Settings
from tests.index_samples import build
from tests.milvus_lite import address, client, index, segments
from tests.test_milvus import GOOSE
from tests.word_encoder import WordEncoder

__all__ = ["address", "client", "index"]


def test_what_is_longer_than_a_text_may_be_comes_back_whole(address):
    first, second = (bytes(range(256)) * n for n in (5 * PART // 256, 2))
    pairs = [(0, first, second), (1, b"", first), (2**39, b"", b"")]
    with closing(Server(address)) as server:
        assert make_values(server, "qa_long", {PIECES: iter(pairs)}) == 3
        values = Values(server, "qa_long")
        assert values.fetch(PIECES, [0, 1, 2, 2**39]) == pairs
        assert values.count(PIECES) == 3
        assert values.count(None) == 5 + 5 + 1


def test_a_release_longer_than_a_text_may_be_is_read(write, index, address):
    long = " ".join(f"{'Ély ' * 60}{number}." for number in range(250))
    build(write({"a.md": f"# Geese\n\n{long}\n"}), index, WordEncoder())
    publish(index, address)
    assert verify(address).faults == ()
    assert len(long) > PART
    with Assistant.open(address, encoder=WordEncoder()) as desk:
        assert desk.generation.catalogue.release(0).text == f"# Geese\n\n{long}\n"
        assert desk.generation.catalogue.bodies([0])[0].endswith(f"{long}\n")


def test_a_pair_has_a_key_of_its_own_and_comes_in_its_order(write, index, address, client):
    build(write(GOOSE), index, WordEncoder())
    publish(index, address)
    with closing(Server(address)) as server:
        values = Values(server, segments(client)[0])
        found = values.fetch(RELEASES, [0, 1])
        assert [number for number, _, _ in found] == [0]
        assert json.loads(found[0][1])[1] == "a.md"
        assert values.fetch(RELEASES, [0], second=False) == [(0, found[0][1], b"")]
        assert values.fetch(RELEASES, [0], first=False) == [(0, b"", found[0][2])]


def test_verify_tells_what_is_gone(write, index, address, client):
    build(write(GOOSE), index, WordEncoder())
    publish(index, address)
    assert verify(address).faults == ()
    values, vectors = segments(client)
    client.delete(values, ids=[key_of(RELEASES, 0)])
    assert "releases has 0 rows, not 1" in verify(address).faults[0]
    with pytest.raises(IndexDamaged, match="catalogue"):
        Assistant.open(address, encoder=WordEncoder())
    client.delete(vectors, ids=[0])
    assert "vectors.npy" in " ".join(verify(address).faults)
    for table, told in ((PIECES, "pieces-vectors.npy"), (FILES, "areas.json")):
        client.delete(values, ids=[key_of(table, 0)])
        assert told in " ".join(verify(address).faults)


def test_verify_tells_what_was_changed_or_added(write, index, address, client):
    build(write(GOOSE), index, WordEncoder())
    publish(index, address)
    _, vectors = segments(client)
    row = client.get(vectors, ids=[0], output_fields=["row", "vec"])[0]
    client.upsert(vectors, data=[{"row": 0, "vec": [-one for one in row["vec"]]}])
    assert "vectors.npy" in " ".join(verify(address).faults)
    client.upsert(vectors, data=[row, {**row, "row": 99}])
    assert "vectors has 3 rows, not 2" in " ".join(verify(address).faults)


@pytest.mark.parametrize(
    ("told", "needed"),
    [
        ("v2.5.0", None),
        ("2.6.11", None),
        ("v2.5.4-beta", None),
        ("v3.0.0", None),
        ("v2.10.1", None),
        ("milvus_lite-3.2.2", None),
        ("2.3.5", "it is Milvus 2.3.5, and 2.5 or later"),
        ("v2.4.23", "it is Milvus 2.4.23, and 2.5 or later"),
        ("milvus_lite-2.5.1", "it is Milvus Lite 2.5.1, and 3.0 or later"),
        ("master-20240101-abcdef", "tells its version as 'master-20240101-abcdef'"),
        ("", "tells its version as ''"),
    ],
)
def test_which_servers_are_new_enough(told, needed):
    found = wanting(told)
    assert found is None if needed is None else needed in found


def test_an_old_server_is_refused_at_once(write, index, address, monkeypatch):
    build(write(GOOSE), index, WordEncoder())
    monkeypatch.setattr("qa.engines.milvus.version.OLDEST_LITE", (99, 0))
    with pytest.raises(EngineUnfit, match=r"it is Milvus Lite 3\.\d.*99\.0 or later.*Upgrade it"):
        publish(index, address)
    with closing(engine_of(address)) as engine, pytest.raises(EngineUnfit):
        engine.current_name()


@pytest.mark.parametrize("wrong", ["http://", "https://host:port", "http://host/?a=b"])
def test_what_is_no_address_is_refused(wrong):
    with pytest.raises(UsageError, match="address"):
        engine_of(wrong)


def test_what_is_secret_is_told_to_the_server_alone(monkeypatch):
    settings = Settings(engine="https://qa:secret@host/releases")
    assert "secret" not in repr(settings)
    engine = engine_of(settings.engine)
    assert engine.place == "https://host:443/releases"
    assert "secret" not in str(engine.source._server.unavailable(ValueError("gone")))

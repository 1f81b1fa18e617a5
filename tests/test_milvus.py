"""An index on a Milvus server answers as the folder it was published from, to the last bit.

The server is Milvus Lite in a process of its own: the protocol and what is asked of it are those
of a cluster; how a cluster searches and keeps its rows is not.
"""

from contextlib import closing

import numpy as np
import pytest

from qa.assistant import Assistant
from qa.embedding import SentenceTransformerEncoder
from qa.engines import engine_of, publish, verify
from qa.engines.milvus import stored as stored_rows
from qa.engines.milvus.server import Server
from qa.errors import IndexMissing, IndexModelMismatch
from qa.reading import open_reader
from qa.settings import Settings
from tests.engine_samples import (
    FILTERS,
    QUESTIONS,
    assert_alike,
    assert_the_commands_take_an_engine,
)
from tests.index_samples import HashedWords, build
from tests.milvus_lite import address, client, index, segments
from tests.test_segments import text_of
from tests.word_encoder import WordEncoder

__all__ = ["address", "client", "index"]
GOOSE = {"a.md": "# A goose\n\nA goose was found at Ely.\n"}


@pytest.mark.model
def test_answers_and_top_ten_are_those_of_the_folder(seed_index, address):
    settings = Settings()
    models = {"encoder": SentenceTransformerEncoder(settings), "reader": open_reader(settings)}
    loaded = publish(seed_index, address)
    assert loaded.changed
    with Assistant.open(seed_index, **models) as here, Assistant.open(address, **models) as there:
        assert loaded.generation == here.generation_name == there.generation_name
        assert_alike(here, there, QUESTIONS[1:2], FILTERS[:1])
        path = here.retrieve(QUESTIONS[0], 1)[0].release
        assert here.timeline(path) == there.timeline(path)
        assert here.facets() == there.facets()
        assert here.source(path) == there.source(path)


def test_answers_are_alike_without_a_reader(seeds, index, address):
    encoder = WordEncoder()
    build(seeds, index, encoder)
    publish(index, address)
    models = {"encoder": encoder}
    with Assistant.open(index, **models) as here, Assistant.open(address, **models) as there:
        assert_alike(here, there, QUESTIONS[::2], FILTERS[1:])
        assert_alike(here, there, QUESTIONS[1::2], FILTERS[:1])


def test_an_update_loads_its_delta_alone(write, index, address, client):
    encoder = HashedWords()
    folder = write({f"{number:02}.md": text_of(number) for number in range(40)})
    build(folder, index, encoder)
    whole = publish(index, address)
    base = segments(client)
    (folder / "new.md").write_text("# A swan\n\nA swan was freed from a drain at Slough.\n")
    (folder / "07.md").unlink()
    assert build(folder, index, encoder, update_within=0.5).awaiting_purge == 1
    delta = publish(index, address)
    assert 0 < delta.rows < whole.rows / 4
    assert set(base) < set(segments(client))
    models = {"encoder": encoder}
    with Assistant.open(index, **models) as here, Assistant.open(address, **models) as there:
        assert_alike(here, there, ("What was freed from a drain?", text_of(7)))
        assert "swan" in there.ask("What was freed from a drain?").quotes[0].text
    assert verify(address).faults == ()


def test_who_is_open_reads_on_and_who_follows_takes_up_what_is_published(write, index, address):
    encoder = WordEncoder()
    folder = write(GOOSE)
    build(folder, index, encoder)
    publish(index, address)
    with Assistant.open(address, encoder=encoder) as desk:
        first = desk.generation_name
        (folder / "a.md").write_text("# A goose\n\nA goose was found at Windsor.\n")
        build(folder, index, encoder)
        publish(index, address)
        assert "Ely" in desk.ask("Where was a goose found?").quotes[0].text
        assert desk.refresh()
        assert desk.generation_name != first
        assert "Windsor" in desk.ask("Where was a goose found?").quotes[0].text


def test_publishing_again_changes_nothing_and_old_ones_go_in_time(write, index, address, client):
    encoder = WordEncoder()
    folder = write(GOOSE)
    names = []
    for place in ("Ely", "Windsor"):
        (folder / "a.md").write_text(f"# A goose\n\nA goose was found at {place}.\n")
        build(folder, index, encoder, fresh=True)
        names.append(publish(index, address).generation)
    again = publish(index, address)
    assert (again.changed, again.rows, again.removed) == (False, 0, ())
    assert len(segments(client)) == 2 * 2
    assert len(publish(index, address, grace=0).removed) == 1
    assert len(segments(client)) == 2
    with closing(engine_of(address)) as engine:
        assert engine.current_name() == names[-1]
    assert verify(address).faults == ()


@pytest.mark.parametrize("above", [0, 1_000])
def test_each_way_of_searching_finds_what_the_folder_finds(
    write, index, address, client, monkeypatch, above
):
    monkeypatch.setattr("qa.index.segment.EXACT_UP_TO", 0)  # 16 bits, as in a large archive
    words = "goose swan heron coot gull tern kite hawk wren lark rook crow dove duck".split()
    text = "\n\n".join(f"A {a} and a {b} were found at Ely." for a in words for b in words if a < b)
    encoder = WordEncoder()
    build(write({"a.md": f"# Birds\n\n{text}\n"}), index, encoder)
    monkeypatch.setattr("qa.engines.milvus.collections.LISTS_ABOVE", above)
    publish(index, address)
    kind = client.describe_index(segments(client)[1], "vec")["index_type"]
    assert kind == ("FLAT" if above else "IVF_FLAT")
    monkeypatch.setattr(Server, "search", recorded := Recorded(Server.search))
    monkeypatch.setattr("qa.engines.far.dense.SPARE", 2)
    models = {"encoder": encoder}
    with Assistant.open(index, **models) as here, Assistant.open(address, **models) as there:
        n, d = here.generation.dense.vectors.shape
        query = np.random.default_rng(1).normal(size=d).astype(np.float32)
        query /= np.linalg.norm(query)  # nearer to none than to any other
        parts = [desk.generation.dense for desk in (here, there)]

        def ways(allowed):
            recorded.filters.clear()
            near = [part.nearest(query, 5, allowed).tolist() for part in parts]
            assert near[0] == near[1]
            assert len(near[1]) == 5
            return [which.partition(" ")[0] for which in recorded.filters]

        narrow, wide = np.arange(n) % 11 == 0, np.arange(n) % 2 == 0
        assert ways(None) == [""]
        assert ways(narrow) == []  # by key
        monkeypatch.setattr(stored_rows, "BY_KEY", 0)
        assert ways(narrow) == ["row"]
        assert ways(wide) == [""]  # a longer list
        monkeypatch.setattr(stored_rows, "BY_DEPTH", 2)
        assert ways(wide) == ["row"]
        monkeypatch.setattr(stored_rows, "MOST", 1)  # more tie than Milvus gives at once
        assert ways(None) == ways(wide) == []


class Recorded:
    """A search that is made as ever, and whose filter is noted."""

    def __init__(self, search):
        self.search, self.filters = search, []

    def __get__(self, server, _):
        def search(collection, **named):
            self.filters.append(named["filter"])
            return self.search(server, collection, **named)

        return search


@pytest.mark.model
def test_the_commands_take_an_engine(write, index, address, client, without_reader, monkeypatch):
    monkeypatch.setenv("QA_ENGINE", "folder")  # put back when the test ends
    folder = write({"a.md": "# A goose\n\nA goose was found at Ely on Monday.\n"})
    place = r"http://127.0.0.1:\d+/qa\d+"
    assert_the_commands_take_an_engine(folder, index, address, place, "a.md")
    assert len(segments(client)) == 2


def test_a_database_without_an_index_says_so(address):
    told = pytest.raises(IndexMissing, match=r"http://127\.0\.0\.1")
    with closing(engine_of(address)) as engine, told:
        engine.current_name()


def test_another_model_is_refused(write, index, address):
    build(write(GOOSE), index, WordEncoder())
    publish(index, address)
    with pytest.raises(IndexModelMismatch):
        Assistant.open(address, encoder=WordEncoder("words-2"))

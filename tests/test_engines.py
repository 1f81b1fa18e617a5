"""An index on a PostgreSQL server answers as the folder it was published from, to the last bit."""

import json
import re
import sys
from contextlib import closing

import numpy as np
import psycopg
import pytest

from qa.assistant import Assistant
from qa.embedding import SentenceTransformerEncoder
from qa.engines import engine_of, publish, verify
from qa.engines.far.kept import Kept
from qa.engines.postgresql import stored
from qa.errors import IndexMissing, IndexModelMismatch, SettingsError, UsageError
from qa.index.build import build_index
from qa.reading import open_reader
from qa.settings import Settings, load_settings
from tests.engine_samples import (
    FILTERS,
    QUESTIONS,
    assert_alike,
    assert_the_commands_take_an_engine,
)
from tests.index_samples import HashedWords
from tests.postgres import Postgres
from tests.shell import called
from tests.test_segments import text_of
from tests.word_encoder import WordEncoder


@pytest.fixture(scope="module")
def server():
    server = Postgres()
    yield server
    server.close()


@pytest.fixture
def address(server):
    """The address of a database of its own."""
    name = f"qa{server.made}"
    server.made += 1
    with psycopg.connect(server.address, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
    return server.address.replace("/postgres", f"/{name}")


@pytest.fixture
def index(tmp_path):
    return tmp_path / "index"


def build(folder, index, encoder, **options):
    return build_index(folder, index, encoder, max_file_bytes=100_000, **options)


@pytest.mark.model
def test_answers_and_top_ten_are_those_of_the_folder(seed_index, address):
    settings = Settings()
    models = {"encoder": SentenceTransformerEncoder(settings), "reader": open_reader(settings)}
    loaded = publish(seed_index, address)
    assert loaded.changed
    assert loaded.rows > 0
    with Assistant.open(seed_index, **models) as here, Assistant.open(address, **models) as there:
        assert loaded.generation == here.generation_name == there.generation_name
        assert_alike(here, there, QUESTIONS[1:4], FILTERS[:2])
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
        assert_alike(here, there)


def test_an_update_loads_its_delta_alone(write, index, address):
    encoder = HashedWords()
    folder = write({f"{number:02}.md": text_of(number) for number in range(40)})
    build(folder, index, encoder)
    whole = publish(index, address)
    (folder / "new.md").write_text("# A swan\n\nA swan was freed from a drain at Slough.\n")
    (folder / "07.md").unlink()
    report = build(folder, index, encoder, update_within=0.5)
    assert report.awaiting_purge == 1
    delta = publish(index, address)
    assert 0 < delta.rows < whole.rows / 4
    models = {"encoder": encoder}
    with Assistant.open(index, **models) as here, Assistant.open(address, **models) as there:
        assert_alike(here, there, ("What was freed from a drain?", text_of(7), text_of(31)))
        assert "swan" in there.ask("What was freed from a drain?").quotes[0].text


def test_who_follows_takes_up_what_is_published(write, index, address):
    encoder = WordEncoder()
    folder = write({"a.md": "# A goose\n\nA goose was found at Ely.\n"})
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


def test_publishing_again_changes_nothing_and_old_ones_go_in_time(write, index, address):
    encoder = WordEncoder()
    folder = write({"a.md": "# A goose\n\nA goose was found at Ely.\n"})
    names = []
    for place in ("Ely", "Windsor", "Slough"):
        (folder / "a.md").write_text(f"# A goose\n\nA goose was found at {place}.\n")
        build_index(folder, index, encoder, max_file_bytes=10_000, fresh=True)
        names.append(publish(index, address).generation)
    again = publish(index, address)
    assert (again.changed, again.rows, again.removed) == (False, 0, ())
    assert schemas(address) == 3
    assert len(publish(index, address, grace=0).removed) == 2
    assert schemas(address) == 1
    with closing(engine_of(address)) as engine:
        assert engine.current_name() == names[-1]


def schemas(address):
    with psycopg.connect(address) as connection:
        statement = "SELECT count(*) FROM pg_namespace WHERE nspname LIKE 'qa!_gen!_%' ESCAPE '!'"
        return connection.execute(statement).fetchone()[0]


@pytest.mark.parametrize(
    ("statement", "told"),
    [
        ("UPDATE {s}.vectors SET vec = -1 * vec WHERE row = 0", "vectors.npy"),
        ("DELETE FROM {s}.pieces WHERE start = 0", "pieces-vectors.npy"),
        ("UPDATE {s}.paragraph_terms SET scores = rows WHERE term = 1", "paragraphs-scores.npy"),
        ("UPDATE {s}.files SET data = data || 'x' WHERE name = 'areas.json'", "areas.json"),
        ("UPDATE {s}.paragraphs SET text = 'A swan' WHERE row = 1", "a.md"),
    ],
)
def test_verify_tells_what_differs(write, index, address, statement, told):
    build(write({"a.md": "# A goose\n\nA goose was found at Ely.\n"}), index, WordEncoder())
    publish(index, address)
    found = verify(address)
    assert (found.faults, found.releases) == ((), 1)
    assert found.quotes >= 2
    with psycopg.connect(address) as connection:
        schema = connection.execute("SELECT base FROM qa.generation").fetchone()[0]
        if "-1 * vec" in statement:
            vector = connection.execute(f"SELECT vec::text FROM {schema}.vectors").fetchone()[0]
            turned = str([-one for one in json.loads(vector)])
            connection.execute(f"UPDATE {schema}.vectors SET vec = %s WHERE row = 0", [turned])
        else:
            connection.execute(statement.format(s=schema))
    faults = verify(address).faults
    assert faults
    assert told in " ".join(faults)


def test_a_large_segment_is_searched_by_its_index_and_a_narrow_filter_exactly(
    write, index, address, monkeypatch
):
    monkeypatch.setattr("qa.index.segment.EXACT_UP_TO", 0)  # 16 bits, as in a large archive
    monkeypatch.setattr(sys.modules["qa.engines.postgresql.publish"], "HNSW_ABOVE", 0)
    words = "goose swan heron coot gull tern kite hawk wren lark rook crow dove duck".split()
    text = "\n\n".join(
        f"A {a} and a {b} were found at Ely." for a in words for b in words if a != b
    )
    encoder = WordEncoder()
    build(write({"a.md": f"# Birds\n\n{text}\n"}), index, encoder)
    publish(index, address)
    models = {"encoder": encoder}
    with Assistant.open(index, **models) as here, Assistant.open(address, **models) as there:
        query = encoder.encode_query("goose and heron").vector
        allowed = np.arange(here.counts.paragraphs) % 3 == 0
        parts = [desk.generation.dense for desk in (here, there)]
        assert parts[0].nearest(query, 20).tolist() == parts[1].nearest(query, 20).tolist()
        monkeypatch.setattr(stored, "BY_ROW", 10)  # the filter goes as bits
        near = [part.nearest(query, 20, allowed).tolist() for part in parts]
        assert near[0] == near[1]
        assert allowed[near[1]].all()


def test_what_is_prepared_is_prepared_before_rows_come(write, index, address):
    with psycopg.connect(address) as connection:
        connection.execute("CREATE SCHEMA qa")
        connection.execute("CREATE TABLE qa.prepared (name text, rows bigint)")
        connection.execute(
            "CREATE FUNCTION qa.prepare(name text) RETURNS void LANGUAGE plpgsql AS $$ "
            "DECLARE n bigint; BEGIN EXECUTE format('SELECT count(*) FROM %I.vectors', name) "
            "INTO n; INSERT INTO qa.prepared VALUES (name, n); END $$"
        )
    build(write({"a.md": "# A goose\n\nA goose was found at Ely.\n"}), index, WordEncoder())
    publish(index, address)
    with psycopg.connect(address) as connection:
        ((name, rows),) = connection.execute("SELECT * FROM qa.prepared").fetchall()
        assert rows == 0
        assert name == connection.execute("SELECT base FROM qa.generation").fetchone()[0]


@pytest.mark.model
def test_the_commands_take_an_engine(write, index, address, without_reader, monkeypatch):
    monkeypatch.setenv("QA_ENGINE", "folder")  # put back when the test ends
    folder = write({"a.md": "# A goose\n\nA goose was found at Ely on Monday.\n"})
    place = r"postgresql://127.0.0.1:\d+/qa\d+"
    assert_the_commands_take_an_engine(folder, index, address, place, "b.md")
    doctor = called("doctor", "--releases", folder, "--index", index / "no", "--engine", address)
    assert re.search(r"^note +engine: .*nothing was built on this machine", doctor.stdout, re.M)
    assert "WRONG index" not in doctor.stdout
    assert schemas(address) == 1


def test_a_database_without_an_index_says_so(address):
    told = pytest.raises(IndexMissing, match=r"postgresql://127\.0\.0\.1")
    with closing(engine_of(address)) as engine, told:
        engine.current_name()


def test_another_model_is_refused(write, index, address):
    build(write({"a.md": "# A goose\n\nA goose.\n"}), index, WordEncoder())
    publish(index, address)
    with pytest.raises(IndexModelMismatch):
        Assistant.open(address, encoder=WordEncoder("words-2"))


def test_the_setting_is_a_folder_or_an_address(monkeypatch, tmp_path):
    with pytest.raises(SettingsError, match="mysql"):
        Settings(engine="mysql://qa:secret@host/db")
    file = tmp_path / "qa.yaml"
    file.write_text("engine: postgresql://qa:secret@one,two/db\n")
    monkeypatch.setenv("QA_SETTINGS", str(file))
    settings = load_settings()
    assert settings.served_from("index") == "postgresql://qa:secret@one,two/db"
    assert "secret" not in repr(settings)
    assert engine_of(settings.engine).place == "postgresql://one,two/db"
    monkeypatch.setenv("QA_ENGINE", "folder")
    assert load_settings().served_from("index") == "index"
    with pytest.raises(UsageError, match="address"):
        engine_of("postgresql://host/db?no_such_word=1")


@pytest.mark.parametrize("password", ["s%zzcret", "s%00cret"])
def test_a_wrong_address_is_told_without_any_part_of_its_password(password):
    with pytest.raises(UsageError, match="cannot be read; it must be like postgresql") as told:
        engine_of(f"postgresql://me:{password}@host/db")
    assert "cret" not in str(told.value)
    assert told.value.__suppress_context__


def test_what_is_kept_goes_by_age_and_size():
    brought = []

    def bring(numbers):
        brought.append(numbers)
        return [(number, bytes(4), bytes(4)) for number in numbers]

    kept = Kept(limit=16)  # two pairs of eight bytes
    assert set(kept.get([1, 2], bring)) == {1, 2}
    kept.get([1], bring)
    kept.get([3], bring)  # 2 was not asked for longest
    kept.get([1, 3], bring)
    kept.get([2], bring)
    assert brought == [[1, 2], [3], [2]]

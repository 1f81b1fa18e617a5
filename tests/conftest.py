"""What tests share: where real data is, sample folders, and a model a person can compute."""

import fcntl
import os
import tarfile
from pathlib import Path

import pytest

from tests.word_encoder import WordEncoder

ROOT = Path(__file__).parents[1]


def need(present, what):
    """Skip with a notice where something is absent; in CI everything must be there."""
    if present:
        return
    if os.environ.get("CI"):
        pytest.fail(f"{what} is needed here and is absent")
    pytest.skip(f"{what} is absent")


@pytest.fixture(autouse=True)
def _own_settings(monkeypatch):
    """Keep the settings and index of whoever runs the tests out of them."""
    for name in (
        "QA_SETTINGS",
        "QA_INDEX",
        "QA_ENGINE",
        "QA_MILVUS_TOKEN",
        "PORT",
        "QA_ADMIN_PASSWORD",
        "QA_ADMIN_PASSWORD_FILE",
    ):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")


@pytest.fixture
def without_reader(_own_settings, tmp_path, monkeypatch):
    """Settings without a reader, here and in processes begun here; where reading is no matter."""
    file = tmp_path / "without-reader.yaml"
    file.write_text("reader: none\n")
    monkeypatch.setenv("QA_SETTINGS", str(file))


@pytest.fixture(scope="session")
def milvus():
    """A Milvus Lite server; who kills it starts it again."""
    from tests.milvus_lite import Lite

    server = Lite()
    yield server
    server.close()


@pytest.fixture(scope="session")
def shared():
    """Real questions and releases, beside the project; not part of it."""
    folder = Path(os.environ.get("RELEASE_QA_DATA", ROOT.parent / "shared"))
    need((folder / "releases" / "dev.tar.xz").is_file(), f"the data folder {folder.name!r}")
    return folder


@pytest.fixture(scope="session")
def made_once(tmp_path_factory):
    """Make a folder that is only read, once for all workers: made_once("name", make) gives it."""
    common = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        common = common.parent

    def make_once(name, make):
        folder, whole = common / name, common / f"{name}.whole"
        with (common / f"{name}.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if not whole.exists():
                make(folder)
                whole.touch()
        return folder

    return make_once


@pytest.fixture(scope="session")
def real_releases(shared, made_once):
    """The folder of real releases, unpacked for this run."""

    def unpack(folder):
        with tarfile.open(shared / "releases" / "dev.tar.xz") as archive:
            archive.extractall(folder, filter="data")

    return made_once("real", unpack) / "dev"


@pytest.fixture(scope="session")
def seeds():
    """The sample releases of the project."""
    return ROOT / "seeds"


@pytest.fixture(scope="session")
def seed_index(seeds, made_once):
    """An index of the sample releases, built by the real model; for tests that only read it."""
    import qa

    return made_once("seed-index", lambda folder: qa.build(seeds, folder, qa.Settings()))


@pytest.fixture
def encoder():
    """A model that a person can compute by hand."""
    return WordEncoder()


@pytest.fixture(scope="session")
def desk_of(tmp_path_factory):
    """Open an assistant over sample releases, with the computable model, once: desk_of(CORPUS)."""
    from qa.assistant import Assistant
    from qa.index.build import build_index

    desks = {}

    def open_once(corpus):
        key = tuple(corpus.items())
        if key not in desks:
            folder = tmp_path_factory.mktemp("desk")
            write_below(folder / "releases", corpus)
            encoder = WordEncoder()
            build_index(folder / "releases", folder / "index", encoder, max_file_bytes=10_000)
            desks[key] = Assistant.open(folder / "index", encoder=encoder)
        return desks[key]

    yield open_once
    for desk in desks.values():
        desk.close()


@pytest.fixture(scope="module")
def desk(request, desk_of):
    """An assistant over the `CORPUS` of the test's module; for tests that only ask it."""
    return desk_of(request.module.CORPUS)


def write_below(folder, files):
    """Write files below a folder, by their paths."""
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())


@pytest.fixture
def write(tmp_path):
    """Write release files below a scratch folder: write({"a.md": "text"}) gives the folder."""

    def write_files(files):
        folder = tmp_path / "releases"
        write_below(folder, files)
        return folder

    return write_files


@pytest.fixture(scope="session")
def reader_models(tmp_path_factory):
    """Where the tiny models are, each in a folder of its kind."""
    folder = tmp_path_factory.mktemp("models")
    from tests import tiny_models

    tiny_models.question_answering(folder / "points")
    tiny_models.byte_question_answering(folder / "bytes")
    tiny_models.classifier(folder / "scores")
    return folder


@pytest.fixture(scope="session")
def opened(reader_models):
    """The reader of a kind, opened once: opened("points")."""
    from qa.reading import open_reader
    from qa.settings import Settings

    readers = {}

    def open_once(kind):
        if kind not in readers:
            readers[kind] = open_reader(Settings(reader=str(reader_models / kind), dtype="float32"))
        return readers[kind]

    return open_once

"""Settings: defaults that work, and mistakes that are told with the file and the cure."""

from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qa.errors import SettingsError
from qa.limits import Limits
from qa.settings import DEFAULT_MODEL, Settings, load_settings


@pytest.fixture
def here(tmp_path, monkeypatch):
    """An empty working directory."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_without_a_file_the_defaults_hold_and_stay_offline(here):
    assert load_settings() == Settings(DEFAULT_MODEL, False, "auto", 2048, "auto")


@pytest.mark.parametrize("text", ["", "# nothing set\n", "---\n"])
def test_an_empty_file_sets_nothing(here, text):
    (here / "qa.yaml").write_text(text)

    assert load_settings() == Settings()


def test_the_file_in_the_working_directory_is_read(here):
    (here / "qa.yaml").write_text(
        "model: some/model\nallow_download: true\ndtype: float32\nmax_file_kb: 10\n"
        "reader: other/model\n"
    )

    assert load_settings() == Settings("some/model", True, "float32", 10, "other/model")


def test_limits_are_a_section_and_those_left_out_keep_their_defaults(here):
    (here / "qa.yaml").write_text("limits:\n  per_minute: 5\n  body_kb: 128\n")

    limits = load_settings().limits

    assert limits == Limits(per_minute=5, body_kb=128)
    assert (limits.body_bytes, limits.waiting) == (128 * 1024, Limits().waiting)


def test_a_named_file_goes_before_the_environment_and_that_before_the_directory(here, monkeypatch):
    for name, size in (("qa.yaml", 1), ("other.yaml", 2), ("named.yaml", 3)):
        (here / name).write_text(f"max_file_kb: {size}\n")
    assert load_settings().max_file_kb == 1

    monkeypatch.setenv("QA_SETTINGS", "other.yaml")

    assert load_settings().max_file_kb == 2
    assert load_settings(here / "named.yaml").max_file_kb == 3


def test_a_file_that_is_named_must_be_there(here, monkeypatch):
    with pytest.raises(SettingsError, match=r"absent\.yaml: cannot be read: No such file"):
        load_settings("absent.yaml")

    monkeypatch.setenv("QA_SETTINGS", "gone.yaml")
    with pytest.raises(SettingsError, match=r"gone\.yaml: cannot be read"):
        load_settings()


@pytest.mark.parametrize(
    ("text", "told"),
    [
        pytest.param("modle: x", "unknown setting 'modle'; known ones are: allow_down", id="typo"),
        pytest.param("1: x", "unknown setting '1'", id="a number for a name"),
        pytest.param("model: 5", "'model' is 5; it must be a text", id="number for text"),
        pytest.param("model:", "'model' is None", id="no value"),
        pytest.param("model: '  '", "'model' is empty", id="blank"),
        pytest.param("reader: '  '", "'reader' is empty", id="a blank reader"),
        pytest.param("reader: no", "'reader' is False; it must be a text", id="no for none"),
        pytest.param("allow_download: 1", "it must be a true or false", id="1 for true"),
        pytest.param("allow_download: 'no'", "it must be a true or false", id="text for false"),
        pytest.param("max_file_kb: true", "it must be a whole number", id="true for a number"),
        pytest.param("max_file_kb: 1.5", "it must be a whole number", id="a fraction"),
        pytest.param("max_file_kb: 0", "it must be 1 or more", id="zero"),
        pytest.param("dtype: float16", "one of: auto, float32, bfloat16", id="another format"),
        pytest.param("- model: x", "must hold lines like 'model: ", id="a list"),
        pytest.param("just words", "must hold lines like 'model: ", id="words"),
        pytest.param("model: [", "not a YAML file", id="no YAML"),
        pytest.param("model: !!python/object:os.system x", "not a YAML file", id="code"),
        pytest.param("[" * 5000, "not a YAML file", id="nested too deep"),
        pytest.param(b"model: caf\xe9", "not a YAML file", id="no UTF-8"),
        pytest.param("max_file_kb: !!int ''", "not a YAML file", id="an empty number"),
        pytest.param("limits: 5", "'limits' must hold lines like", id="no section"),
        pytest.param("limits:", "'limits' must hold lines like", id="an empty section"),
        pytest.param("limits: {per_hour: 5}", "unknown limit 'per_hour'; known", id="no limit"),
        pytest.param("limits: {waiting: 31}", "from 1 to 30", id="too many waiting"),
        pytest.param("limits: {body_kb: 1.5}", "from 16 to 1,024", id="a fraction of a limit"),
        pytest.param("limits: {at_once: true}", "from 1 to 8", id="true for a limit"),
        pytest.param("allow_download: !!bool maybe", "not a YAML file", id="a doubtful truth"),
    ],
)
def test_a_mistake_is_told_with_the_file(here, text, told):
    (here / "qa.yaml").write_bytes(text if isinstance(text, bytes) else text.encode())

    with pytest.raises(SettingsError) as raised:
        load_settings()

    assert str(raised.value).startswith("qa.yaml: ")
    assert told in str(raised.value)
    assert raised.value.exit_code == 2


@settings(max_examples=200, deadline=None)
@given(st.text(st.sampled_from("model: dtype!#&*[]{}'\"|>-?\n0123.@%`,~"), max_size=40))
def test_whatever_a_file_holds_it_is_read_or_refused(tmp_path_factory, text):
    file = tmp_path_factory.getbasetemp() / "fuzzed.yaml"
    file.write_text(text)

    with suppress(SettingsError):  # and no other
        assert isinstance(load_settings(file), Settings)

"""Any bytes under any name: documents whose spans are exact, or a reason with its cure.

A share of `make proof-formats`, and the same property held by hypothesis.
"""

import os
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qa.releases.formats.known_formats import FORMATS, format_of
from tests.fuzzing import measure, prove, worker
from tests.fuzzing.inputs import READERS, Input, make, whole

FULL = os.environ.get("QA_PROOF") == "full"


def test_every_reader_is_given_inputs():
    made = {
        format_of(make(reader, number, "names").name) for reader in READERS for number in (0, 1)
    }

    assert made == set(FORMATS)


def test_an_input_is_the_same_in_every_run():
    for reader in READERS:
        assert make(reader, 7, "seed") == make(reader, 7, "seed") != make(reader, 8, "seed")


def test_a_share_of_the_inputs_is_exact_or_refused_within_a_second_and_256_mb(tmp_path):
    found = prove.given(READERS, 0, 25, "share", tmp_path)

    assert (found.inputs, found.failures) == (25 * len(READERS), [])
    assert found.read > found.inputs // 5  # else all would be refused at their first byte
    assert 0 < found.slowest <= measure.SECONDS
    assert 0 < found.largest <= measure.MEMORY


def _read_long(text):
    measure.SECONDS = 60
    return measure.read(Input("a.md", text.encode()))


def test_memory_and_time_are_measured():
    release = "Two men were held.\n\n" * 20_000

    # In a process of its own: one that held much before has room that no peak tells of.
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as fresh:
        small, large = fresh.map(_read_long, [release[:2000], release])

    # Its text alone, its paragraphs and the bytes have more than twice its size.
    assert large.memory > small.memory + 2 * len(release)
    assert large.seconds > 10 * small.seconds > 0


@pytest.mark.parametrize(
    ("limit", "told"), [("SECONDS", "s of the processor"), ("MEMORY", "MB of memory")]
)
def test_an_input_that_takes_too_much_is_left_in_the_file_that_is_named(
    tmp_path, monkeypatch, limit, told
):
    monkeypatch.setattr(measure, limit, -1)

    found = worker.run("table of CSV", range(3), "seed", tmp_path)

    assert found.inputs == len(found.failures) == 3
    for number, failure in enumerate(found.failures):
        one = make("table of CSV", number, "seed")
        place = tmp_path / f"table-of-CSV-{number}-{one.name}"
        assert failure.startswith("TookTooMuch: ")
        assert told in failure
        assert failure.endswith(f": {place}")
        assert place.read_bytes() == one.data


def test_an_input_that_keeps_its_process_is_left_and_told(tmp_path):
    found = prove.given(["pdf"], 0, 10**9, "seed", tmp_path, patience=0.0)

    [failure] = found.failures
    if "no input was read" not in failure:  # it may be ended before it has begun
        [place] = tmp_path.iterdir()
        assert failure == f"it kept the process over 0 s: {place}"


@st.composite
def changed(draw, data):
    """A file in which stretches are gone, doubled or other bytes; or bytes that never were one."""
    if draw(st.integers(0, 9)) == 0:
        return draw(st.binary(max_size=300))
    data = bytearray(data)
    for _ in range(draw(st.integers(1, 4))):
        start = draw(st.integers(0, len(data)))
        end = start + draw(st.integers(0, 40))
        data[start:end] = draw(st.one_of(st.binary(max_size=20), st.just(data[start:end] * 2)))
    return bytes(data)


@pytest.mark.parametrize("reader", READERS)
def test_whatever_is_in_a_file_is_exact_or_refused(reader):
    name, data = whole(reader)[0]

    @settings(max_examples=5000 if FULL else 25, deadline=None, database=None)
    @given(changed(data))
    def holds(data):
        measure.read(Input(name, data))

    holds()

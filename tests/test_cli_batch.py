"""`qa batch` as a shell runs it: the table that was given comes back, with its answers."""

import csv
import io

import pytest

from tests.shell import run


@pytest.mark.model
def test_a_table_comes_back_with_answers_beside_it_and_is_counted(seed_index, tmp_path):
    file = tmp_path / "questions.csv"
    file.write_text(
        "question,area\nWho was in charge of the operation on trains and roads?,\nWho?,Mars\n"
        "How many drones were seized?,\n"
    )
    done = run("batch", file, "--index", seed_index)
    head, *rows = csv.reader(io.StringIO(done.stdout.removeprefix("\ufeff")))

    assert done.returncode == 0
    assert (head[:2], head.count("area")) == (["question", "area"], 1)
    assert [row[1] for row in rows] == ["", "Mars", ""]
    area = head.index("answer_area")
    assert [row[area] for row in rows] == ["Thames Valley", "", ""]
    assert "'Mars'" in rows[1][head.index("error")]
    assert done.stderr == "1 of 3 answered, 1 could not be asked\n"


@pytest.mark.model
def test_a_table_of_a_spreadsheet_in_german_is_read(seed_index, tmp_path):
    file = tmp_path / "questions.csv"
    text = "\r\nNr;question;area\r\n1;How many drones were seized?;\r\n"
    file.write_bytes(text.encode("utf-8-sig"))
    done = run("batch", file, "--index", seed_index)
    (row,) = csv.DictReader(io.StringIO(done.stdout.removeprefix("\ufeff")))

    assert (row["Nr"], row["question"]) == ("1", "How many drones were seized?")
    assert "of 1 answered" in done.stderr

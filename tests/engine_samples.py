"""What tests of engines share: what is asked of a folder and of a server, and must be alike."""

import json
import re

from tests.shell import called

QUESTIONS = (
    "How many people were arrested?",
    "What did the detective say about the victim?",
    "Who was jailed for burglary, and for how long?",
    "List all releases about drugs",
    "What happened in Reading in October 2020?",
    "How much cash was seized last month?",
    "Who is the mayor of Atlantis?",
    "Where did the collision on the A40 happen?",
)
FILTERS = (
    {},
    {"published_from": "2020-10-01"},
    {"published_from": "2020-06-01", "published_to": "2020-11-30"},
)


def assert_alike(here, there, questions=QUESTIONS, filters=FILTERS):
    areas = here.areas
    assert areas == there.areas
    for question in questions:
        for filtered in (*filters, {"areas": areas[:1]}):
            answers = [desk.ask(question, **filtered).to_dict() for desk in (here, there)]
            assert answers[0] == answers[1], (question, filtered)
            hits = [desk.retrieve(question, 10, **filtered) for desk in (here, there)]
            assert hits[0] == hits[1], (question, filtered)
            assert hits[0] or filtered


def assert_the_commands_take_an_engine(folder, index, address, place, other):
    """Build, ask, verify, examine and purge there; `place` is how it is named, `other` a file."""
    where = ("--index", index)
    assert called("build", "--releases", folder, *where, "--engine", address).returncode == 0
    asked = ("ask", "Where was a goose found?", "--json")
    there = called(*asked, "--engine", address, "--index", index / "not there")
    here = called(*asked, "--engine", "folder", *where)
    assert there.returncode == 0, there.stderr
    assert json.loads(there.stdout) == json.loads(here.stdout)
    assert "0 faults" in called("verify", "--engine", address).stdout
    doctor = called("doctor", "--releases", folder, *where, "--engine", address).stdout
    assert re.search(rf"^well +engine: {place} has g0", doctor, re.M)
    (folder / other).write_text("# A swan\n\nA swan was freed.\n")
    assert called("build", "--releases", folder, *where, "--engine", "folder").returncode == 0
    doctor = called("doctor", "--releases", folder, *where, "--engine", address).stdout
    assert re.search(r"^WRONG +engine: .*was built here", doctor, re.M)
    purged = called("purge", "--wait", 0, *where, "--engine", address)
    assert "the server: g0" in purged.stderr

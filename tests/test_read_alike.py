"""A question typed in haste is read alike by whatever is done with it, over every face."""

import asyncio
import json

import pytest
from fastapi.testclient import TestClient

from qa.questions.understand import RULES
from qa.service.desk import Counter
from qa.service.fairness import Turnstile
from qa.service.tools import build_tools
from tests.index_samples import RELEASES
from tests.service.samples import OPEN, service_of
from tests.shell import called

CORPUS = {
    **RELEASES,
    "raid.md": "# Warrant in Merrow\n\n"
    "Officers arrested seven people after a burglary in Merrow.\n\n"
    "A sum of £4,100 in cash was seized.\n",
}
MEANT = "how much cash was seized"
IN_HASTE = {
    "misspelt": "how mcuh cash was siezed",
    "capitals": "HOW MUCH CASH WAS SEIZED",
    "misspelt capitals": "HOW MCUH CASH WAS SIEZED",
    "two at once": "how much cash was seized? who led the raid?",
}
SLIP = "how mcuh cash was siezed"
NOTE = "Read “mcuh” as “much”, “siezed” as “seized”."
WITHOUT = [rule for rule in RULES if rule != "spelling"]


def listed(listing):
    return [one.release for one in listing.entries]


@pytest.mark.parametrize("typed", IN_HASTE.values(), ids=IN_HASTE)
def test_everything_reads_it_alike(desk, typed):
    read, meant = desk.read_as(typed), desk.read_as(MEANT)

    assert read.text.rstrip("?") == meant.text
    assert desk.ask(typed).read_as == read
    assert desk.retrieve(typed, 9) == desk.retrieve(read.text, 9)
    assert desk.timeline(typed) == desk.timeline(read.text) != ()
    assert listed(desk.list_releases(typed)) == listed(desk.list_releases(read.text)) == ["raid.md"]


def test_a_telegram_needs_no_sentence(desk):
    assert desk.read_as("cash siezed merrow").text == "cash seized merrow"
    assert listed(desk.list_releases("cash siezed merrow")) == ["raid.md"]
    assert desk.timeline("cash siezed merrow")[0].release == "raid.md"
    assert desk.retrieve("CASH SIEZED MERROW", 1)[0].release == "raid.md"


def test_the_rule_switches_it_off_in_everything(desk):
    assert (desk.read_as(SLIP).notes, desk.read_as(SLIP, understand=WITHOUT).notes) == ((NOTE,), ())
    assert desk.retrieve(SLIP, 9, understand=WITHOUT) == desk.retrieve(SLIP, 9, understand=())
    assert desk.retrieve(SLIP, 9, understand=WITHOUT) != desk.retrieve(SLIP, 9)
    assert listed(desk.list_releases("siezed", understand=WITHOUT)) == []
    assert listed(desk.list_releases("siezed")) == ["raid.md"]
    assert desk.timeline("xiezed", understand=WITHOUT) == desk.timeline("xiezed", understand=False)


def test_programs_are_told(desk):
    with TestClient(service_of(desk)) as client:
        read = client.post("/api/read", json={"question": SLIP}).json()
        typed = client.post("/api/read", json={"question": SLIP, "understand": WITHOUT}).json()
        hits = client.post("/api/retrieve", json={"question": SLIP}).json()
        asked = client.post("/api/ask", json={"question": SLIP}).json()
        meant = client.post("/api/retrieve", json={"question": MEANT}).json()

    assert (read["text"], read["notes"]) == (MEANT, [NOTE])
    assert read == asked["read_as"]
    assert (typed["text"], typed["notes"]) == (SLIP, [])
    assert hits == meant


async def _by_tools(desk):
    from mcp import Client

    async with Client(build_tools(Counter(lambda: desk, Turnstile(OPEN)))) as client:
        read = await client.call_tool("read", {"question": SLIP})
        hits = await client.call_tool("retrieve", {"question": SLIP})
        meant = await client.call_tool("retrieve", {"question": MEANT})
    return read.structured_content, hits.structured_content, meant.structured_content


def test_tools_are_told(desk):
    read, hits, meant = asyncio.run(_by_tools(desk))

    assert read == json.loads(json.dumps(desk.read_as(SLIP).to_dict()))
    assert hits == meant


@pytest.mark.model
@pytest.mark.parametrize("command", ["retrieve", "list", "timeline"])
def test_the_shell_tells_and_finds_alike(seed_index, command):
    words, slip = "police on pedal bicycles", "police on pedal bicylces"
    told = called(command, slip, "--json", "--index", seed_index)
    meant = called(command, words, "--json", "--index", seed_index)
    typed = called(command, slip, "--json", "--as-typed", "--index", seed_index)

    assert json.loads(told.stdout) == json.loads(meant.stdout)
    assert json.loads(told.stdout)
    assert told.stderr == "Read “bicylces” as “bicycles”.\n"
    assert (meant.stderr, typed.stderr) == ("", "")


@pytest.mark.model
def test_a_timeline_of_nothing_says_so(seed_index):
    asked = ("timeline", "How many drones were seized?", "--index", seed_index)
    told, values = called(*asked), called(*asked, "--json")
    path = called("timeline", "marrowdale/nope.md", "--index", seed_index)

    for done in (told, values):
        assert done.returncode == 1
        assert "nothing was found: no release answers that" in done.stderr
    assert (told.stdout, json.loads(values.stdout)) == ("", [])
    assert (path.returncode, path.stdout) == (2, "")
    assert "there is no release 'marrowdale/nope.md'" in path.stderr

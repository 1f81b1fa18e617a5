"""From question to answer over small corpora, with a model that can be computed by hand."""

import json
import threading
from datetime import date

import pytest

from qa.assistant import Assistant
from qa.errors import QuestionError
from qa.index.build import build_index

HEAD = "---\narea: {area}\ndate: {date}\nurl: https://example.org/{name}\ntitle: {title}\n---\n\n"


def release(name, title, body, area="Eastshire", date="2021-03-01"):
    return HEAD.format(area=area, date=date, name=name, title=title) + body


CORPUS = {
    "barn.md": release(
        "barn",
        "Tractors found in barn",
        "Officers met farmers.\n\n"
        "Four tractors were found in a barn. The barn belongs to a miller.\n\nCall us on 101.\n",
    ),
    "fair.md": release(
        "fair",
        "Summer fair at station",
        "Visitors came to the fair.\n\nThe fair raised £740 for the hospice.\n\nCall us on 101.\n",
        "Westshire",
        "2020-07-09",
    ),
    "geese.md": release(
        "geese",
        "Geese on the bypass",
        "Drivers waited.\n\nGeese crossed the bypass at noon.\n\nCall us on 101.\n",
        "Westshire",
        "someday",
    ),
}


def test_the_answer_is_quoted_with_its_sentence_and_its_source(desk):
    answer = desk.ask("Where were the four tractors found?")
    quote = answer.quotes[0]

    assert (answer.answered, answer.refusal) == (True, None)
    assert quote.release == "barn.md"
    assert quote.sentence.text == "Four tractors were found in a barn."
    assert (quote.title, quote.area, quote.published) == (
        "Tractors found in barn",
        "Eastshire",
        "2021-03-01",
    )
    assert quote.url == "https://example.org/barn"
    assert (quote.rank, quote.paragraph) == (1, 2)


def test_every_quote_is_the_slice_of_its_file_that_it_says(desk):
    answer = desk.ask("Where were the four tractors found?")

    assert len(answer.quotes) > 1
    for quote in answer.quotes:
        file = CORPUS[quote.release]
        assert file[quote.start : quote.end] == quote.text
        assert file[quote.sentence.start : quote.sentence.end] == quote.sentence.text


def test_the_json_is_the_contract(desk):
    values = json.loads(json.dumps(desk.ask("Where were the four tractors found?").to_dict()))

    assert list(values) == [
        "question",
        "answered",
        "refusal",
        "read_as",
        "quotes",
        "searched",
        "generation",
        "probability",
        "listing",
        "later",
    ]
    assert list(values["read_as"]) == [
        "text",
        "published_from",
        "published_to",
        "areas",
        "speaker",
        "carried_over",
        "period",
        "places",
        "notes",
        "carried",
    ]
    assert {
        "rank",
        "score",
        "release",
        "title",
        "area",
        "published",
        "url",
        "paragraph",
        "start",
        "end",
        "text",
        "sentence",
        "speaker",
        "also_in",
        "sha256",
        "kind",
        "answer",
    } == set(values["quotes"][0])
    assert (values["quotes"][0]["answer"], values["probability"]) == (None, None), "no reader"
    assert set(values["quotes"][0]["sentence"]) == {"start", "end", "text"}
    assert values["searched"] == {"releases": 3, "paragraphs": 9, "undated_left_out": 0}


def test_the_same_paragraph_is_quoted_once_and_the_other_releases_are_named(desk):
    quotes = desk.ask("Call us on 101").quotes
    calls = [quote for quote in quotes if quote.text == "Call us on 101."]

    assert len(calls) == 1
    assert sorted([calls[0].release, *calls[0].also_in]) == sorted(CORPUS)


@pytest.mark.parametrize(
    ("filters", "releases", "undated"),
    [
        pytest.param({"areas": ["westshire"]}, {"fair.md", "geese.md"}, 0, id="an area"),
        pytest.param({"published_from": "2021-01-01"}, {"barn.md"}, 1, id="from a day"),
        pytest.param({"published_to": date(2020, 7, 9)}, {"fair.md"}, 1, id="up to that day"),
        pytest.param(
            {"areas": ["Westshire"], "published_to": "2020-12-31"}, {"fair.md"}, 1, id="both"
        ),
    ],
)
def test_filters_are_applied_before_the_best_are_taken(desk, filters, releases, undated):
    hits = desk.retrieve("Where were the four tractors found?", 100, **filters)
    answer = desk.ask("Where were the four tractors found?", **filters)

    assert {hit.release for hit in hits} == releases
    assert len(hits) == 3 * len(releases)
    assert (answer.searched.releases, answer.searched.undated_left_out) == (len(releases), undated)


def test_a_filter_that_leaves_nothing_says_so(desk):
    answer = desk.ask("Where were the tractors?", published_from="2030-01-01")

    assert (answer.answered, answer.refusal.reason) == (False, "nothing_in_scope")
    assert "1 without a known publish date was left out" in answer.refusal.message
    assert answer.refusal.notes == ("undated_left_out",)


def test_a_question_off_the_subject_is_refused_with_the_nearest_passage(desk):
    answer = desk.ask("Which volcano erupted beside the tractors?")

    assert (answer.answered, answer.quotes, answer.refusal.reason) == (False, (), "nothing_fits")
    assert "3 releases" in answer.refusal.message
    assert answer.refusal.nearest.release == "barn.md"


@pytest.mark.parametrize("question", ["???", "What is it?", "£ % &"])
def test_a_question_without_a_word_to_look_for_is_refused(desk, question):
    answer = desk.ask(question)

    assert (answer.answered, answer.refusal.reason) == (False, "no_words")


def test_what_scores_alike_is_ordered_by_row(write, encoder, tmp_path):
    twins = {f"{name}.md": release(name, "Twins", "Bees swarmed in the park.") for name in "cab"}
    build_index(write(twins), tmp_path / "index", encoder, max_file_bytes=10_000)
    with Assistant.open(tmp_path / "index", encoder=encoder) as desk:
        hits = desk.retrieve("bees in the park", 3)

    assert [hit.release for hit in hits] == ["a.md", "b.md", "c.md"]
    assert len({hit.score for hit in hits}) == 1


def test_a_follow_up_is_read_with_what_it_leans_on(desk):
    answer = desk.ask("And who owns it?", history=["Where were the four tractors found, a barn?"])

    assert answer.read_as.carried_over == ("Where were the four tractors found, a barn?",)
    assert answer.quotes[0].release == "barn.md"


@pytest.mark.parametrize("k", [0, -1, 101, 2.0, True, "5"])
def test_k_is_a_whole_number_in_range(desk, k):
    with pytest.raises(QuestionError, match="1 to 100"):
        desk.retrieve("tractors", k)


def test_threads_get_the_answers_that_one_caller_gets(desk):
    questions = ["Where were the tractors?", "What did the fair raise?", "When did geese cross?"]
    alone = {question: desk.ask(question) for question in questions}
    wrong = []

    def ask_all():
        wrong.extend(q for q in questions * 5 if desk.ask(q) != alone[q])

    threads = [threading.Thread(target=ask_all) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []


def test_it_tells_what_it_holds(desk):
    assert desk.areas == ("Eastshire", "Westshire")
    assert (desk.counts.releases, desk.counts.paragraphs) == (3, 9)
    assert (desk.span.first, desk.span.last) == (date(2020, 7, 9), date(2021, 3, 1))
    assert desk.source("fair.md") == CORPUS["fair.md"]
    assert desk.source("none.md") is None

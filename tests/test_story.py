"""The releases of one matter: linked by what hardly two matters share, and by nothing less."""

import pytest

import qa
from qa.errors import QuestionError
from qa.language.matters import days_in, marks_of, stage_of

HEAD = "---\narea: {}\ndate: {}\ntitle: {}\n---\n\n"
NUMBER = "Call 101, quoting reference 55190072863.\n"
CORPUS = {
    "appeal.md": HEAD.format("Kent", "2021-03-02", "Witness appeal after robbery in Ashby")
    + f"A shop in Ashby was robbed on 1 March.\n\n{NUMBER}",
    "arrest.md": HEAD.format("Kent", "2021-03-05", "Arrest after robbery in Ashby")
    + f"A man was arrested in Ashby.\n\n{NUMBER}",
    "copied.md": HEAD.format("Kent", "2021-03-06", "Witness appeal after a fight in Barton")
    + f"Two people fought in Barton on 4 March.\n\n{NUMBER}",
    "elsewhere.md": HEAD.format("Essex", "2021-03-06", "Arrest after robbery in Ashby")
    + f"A man was arrested in Ashby.\n\n{NUMBER}",
    "charge.md": HEAD.format("Kent", "2021-04-02", "Man charged with burglary")
    + "Jo Bloggs, 34, of Quill Mews, Corley, was charged with a burglary at Vellum Wharf on 3 April"
    + " 2020. Umber Ltd lost ochre.\n",
    "jailed.md": HEAD.format("Kent", "2021-09-02", "Burglar jailed")
    + "Jo Bloggs, aged 35, of Quill Mews, Corley, was jailed for the burglary at Vellum Wharf on 3"
    + " April 2020. Umber Ltd lost ochre.\n",
    "again.md": HEAD.format("Kent", "2021-10-02", "Burglar sentenced again")
    + "Jo Bloggs, aged 35, of Quill Mews, Corley, was jailed for another burglary, on 9 May.\n",
}


def told(desk, of):
    return [(step.release, step.stage) for step in desk.timeline(of)]


def test_a_number_links_within_one_force_where_place_or_day_agree(desk):
    assert told(desk, "appeal.md") == [("appeal.md", "appeal"), ("arrest.md", "arrest")]
    assert told(desk, "copied.md") == [("copied.md", "appeal")]
    assert told(desk, "elsewhere.md") == [("elsewhere.md", "arrest")]


def test_a_person_links_to_a_later_stage_of_the_same_day_only(desk):
    assert told(desk, "charge.md") == [("charge.md", "charge"), ("jailed.md", "sentence")]
    assert told(desk, "again.md") == [("again.md", "sentence")]


def test_every_step_is_verbatim_and_says_why(desk):
    steps = desk.timeline("appeal.md")

    for step in steps:
        assert CORPUS[step.release][step.quote.start : step.quote.end] == step.quote.text
    assert [step.why for step in steps] == ["", "both quote the number 55190072863 and name Ashby"]


def test_a_question_is_told_by_its_first_quote(desk):
    question = "Which shop in Ashby was robbed on 1 March?"

    assert desk.ask(question).quotes[0].release == "appeal.md"
    assert told(desk, question) == told(desk, "appeal.md")


@pytest.mark.parametrize(
    ("path", "hint"),
    [
        ("jaild.md", "did you mean 'jailed.md'?"),
        ("kent/arrest.html", "did you mean 'arrest.md'?"),
        ("kent/nope.md", "answers and 'qa list' name releases"),
    ],
)
def test_a_path_of_no_release_is_not_taken_for_a_question(desk, path, hint):
    with pytest.raises(QuestionError) as told:
        desk.timeline(path)

    assert str(told.value) == f"there is no release {path!r} in the index; {hint}"


def test_an_older_appeal_names_what_came_of_it(desk):
    later = desk.ask("Which shop in Ashby was robbed on 1 March?").later
    none = desk.ask("Who was jailed for another burglary on 9 May?")

    assert (later.release, later.stage) == ("arrest.md", "arrest")
    assert none.quotes[0].release == "again.md"
    assert none.later is None


@pytest.mark.parametrize(
    ("title", "opening", "stage"),
    [
        ("Man jailed for robbery", "", "sentence"),
        ("Two plead guilty to theft", "", "court"),
        ("Man charged after robbery", "He was arrested.", "charge"),
        ("Witness appeal after arrest", "", "appeal"),
        ("Three held in York", "Three men were arrested.", "arrest"),
        ("Station opens its doors", "Come and see.", "update"),
    ],
)
def test_stages(title, opening, stage):
    assert stage_of(title, opening) == stage


def test_what_is_no_mark():
    marks = marks_of(
        "On Monday, 12 officers rang 01622 690690 about incident 08/09 on 11/04/19, number 42."
    )

    assert (marks.numbers, marks.people) == (frozenset(), {})
    assert days_in("the 3rd of May and June 7") == {(3, "may"), (7, "june")}


@pytest.mark.model
def test_the_story_from_python_is_the_one_of_the_assistant(seed_index, seeds):
    question = "Who robbed the shop in Sallowbridge?"
    steps = qa.timeline(question, index=seed_index)

    with qa.Assistant.open(seed_index) as desk:
        assert steps == desk.timeline(question)
        assert steps == qa.timeline(desk.ask(question).quotes[0].release, index=seed_index)
    assert steps
    assert all(isinstance(step, qa.Step) for step in steps)
    assert [step.published for step in steps] == sorted(step.published for step in steps)
    for step in steps:
        text = (seeds / step.release).read_bytes().decode()
        assert text[step.quote.start : step.quote.end] == step.quote.text
    assert list(steps[0].to_dict()) == [
        *("release", "title", "area", "published", "url", "stage", "why", "paragraph", "quote"),
        "sha256",
    ]

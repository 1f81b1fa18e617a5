"""Whether what was found is shown or refused, and how sure that is."""

import math
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa.answers.chance import log_odds, logistic, signs_of
from qa.answers.decide import Decided, decide
from qa.answers.refuse import MAX_UNKNOWN, MIN_NEARNESS, fits
from qa.assistant import Assistant
from qa.embedding import Fitted
from qa.index.build import build_index
from qa.reading import Chances
from qa.records import Query
from qa.retrieval.paragraphs import WEIGHTS
from qa.retrieval.releases import RELEASE_WEIGHTS
from qa.retrieval.scope import scope_of
from qa.retrieval.search import search
from tests.counting_reader import CountingReader
from tests.index_samples import RELEASES

NEAR = "How many visitors came to the harvest fair on Saturday?"
FAR = "Which volcano erupted beside the visitors?"


@pytest.fixture
def index(write, encoder, tmp_path):
    build_index(write(RELEASES), tmp_path / "index", encoder, max_file_bytes=10_000)
    return tmp_path / "index"


@pytest.fixture
def asked_of(index, encoder):
    """Everything that `decide` is given, for a question and a reader."""
    desks = []

    def ask(question, reader):
        desk = Assistant.open(index, encoder=encoder, reader=reader)
        desks.append(desk)
        query = Query(question)
        asked = desk.serving.asked(query)
        scope = scope_of(query, desk.generation.columns)
        return asked, desk.generation, search(asked, desk.generation, scope, reader, 5)

    yield ask
    for desk in desks:
        desk.close()


# The chance


def test_a_chance_is_the_logistic_of_the_weighted_signs():
    # 0.5 + 2 * 1.5 - 1 * 3 = 0.5
    odds = log_odds(
        {"reader": 1.5, "lead": 3.0, "other": 9.0}, {"bias": 0.5, "reader": 2, "lead": -1}
    )
    found = logistic(odds)

    assert found == pytest.approx(1 / (1 + math.exp(-0.5)))


def test_even_odds_are_one_half():
    assert logistic(log_odds({"reader": -2.0}, {"bias": 2.0, "reader": 1.0})) == pytest.approx(
        1 / 2
    )


@given(st.floats(-1e6, 1e6), st.floats(-1e6, 1e6))
def test_a_chance_is_between_0_and_1_and_grows_with_the_odds(one, other):
    low, high = (logistic(odds) for odds in sorted([one, other]))

    assert 0 <= low <= high <= 1


def test_a_weight_of_an_unknown_sign_is_told():
    with pytest.raises(KeyError):
        log_odds({"reader": 1.0}, {"bias": 0.0, "moon": 1.0})


# The signs


def test_signs_are_what_was_found(asked_of):
    reader = CountingReader("visitors")
    asked, generation, found = asked_of(NEAR, reader)

    signs = signs_of(asked, generation, found)

    first = found.paragraphs[0]
    read = [one.score for one in found.paragraphs if one.read is not None]
    own = generation.columns.release_of[first.row]
    rest = [one.score for one in found.paragraphs if generation.columns.release_of[one.row] != own]
    assert signs["score"] == first.score
    assert signs["share"] == pytest.approx(
        math.exp(first.score) / sum(math.exp(score) for score in read)
    )
    assert signs["lead"] == pytest.approx(first.score - max(rest))
    assert (signs["reader"], signs["span"], signs["page_answers"]) == (1, 1, 1), "as it counts"
    assert signs["release_lead"] == 0, "stage one liked that release best"
    assert signs["unknown"] == 0
    assert 0.5 < signs["coverage"] <= 1 + 1e-6
    assert signs["figure_missing"] == 0, "4,200"


def test_a_figure_that_is_asked_for_and_absent_is_a_sign(asked_of):
    asked, generation, found = asked_of("How many footbridge weeks?", CountingReader("six"))

    assert (
        "six weeks"
        in generation.catalogue.paragraphs([found.paragraphs[0].row])[found.paragraphs[0].row].text
    )
    assert signs_of(asked, generation, found)["figure_missing"] == 1


def test_terms_that_no_release_holds_are_a_sign(asked_of):
    # volcano, erupted, beside are nowhere; visitors is: 3 of 4. "Which" is a stop word.
    signs = signs_of(*asked_of(FAR, CountingReader("visitors")))

    assert signs["unknown"] == pytest.approx(3 / 4)


@pytest.mark.parametrize(
    ("question", "missing"),
    [
        pytest.param("Who came to the harvest fair?", 0.0, id="no names"),
        pytest.param("Who came to the fair on Saturday?", 0.0, id="held by the release"),
        pytest.param("Who came to the harvest fair in Utopia?", 1.0, id="held by none"),
    ],
)
def test_names_that_the_release_lacks_are_a_sign(asked_of, question, missing):
    signs = signs_of(*asked_of(question, CountingReader("visitors")))

    assert signs["names_missing"] == pytest.approx(missing)


def test_signs_of_what_nobody_read_are_refused(asked_of):
    with pytest.raises(ValueError, match="not read"):
        signs_of(*asked_of(NEAR, None))


# The decision


def odds_of_one(bias):
    """Weights with which the chance is that of `bias` plus how often the word was counted."""
    return {"bias": bias, "reader": 1.0}


@pytest.mark.parametrize("refuse_below", [0.1, 0.49, 0.51, 0.9])
def test_with_chances_the_threshold_decides(asked_of, refuse_below):
    # The word is counted once, so the odds are exp(-1 + 1): the chance is one half.
    given = asked_of(NEAR, CountingReader("visitors"))

    decided = decide(*given, Chances(odds_of_one(-1.0), refuse_below))

    assert decided.chance == pytest.approx(1 / 2)
    assert decided.answers == (refuse_below < 1 / 2)


def test_the_probability_is_of_the_first_passage_the_decision_of_any(asked_of):
    # Counted once: log-odds 2 that anything answers; half of that, less 3, that the first does.
    chances = Chances(odds_of_one(1.0), 0.8, right={"bias": -3.0, "answerable": 0.5})

    decided = decide(*asked_of(NEAR, CountingReader("visitors")), chances)

    assert decided.answers, "1 / (1 + exp(-2)) is 0.88"
    assert decided.chance == pytest.approx(1 / (1 + math.exp(2.0)))


def test_at_the_threshold_itself_it_answers(asked_of):
    asked, generation, found = asked_of(NEAR, CountingReader("visitors"))
    sure = logistic(log_odds(signs_of(asked, generation, found), odds_of_one(0.3)))

    assert decide(asked, generation, found, Chances(odds_of_one(0.3), sure)).answers


def test_with_chances_a_question_off_the_subject_is_refused_all_the_same(asked_of):
    given = asked_of(FAR, CountingReader("visitors"))
    assert signs_of(*given)["unknown"] > MAX_UNKNOWN

    decided = decide(*given, Chances(odds_of_one(5.0), 0.5))

    assert not decided.answers
    assert decided.chance > 0.9, "what the reader believes is still told"


@pytest.mark.parametrize(("question", "answers"), [(NEAR, True), (FAR, False)])
def test_without_chances_the_two_signs_decide(asked_of, question, answers):
    asked, generation, found = asked_of(question, CountingReader("visitors"))

    assert decide(asked, generation, found, None) == Decided(answers)
    assert fits(asked, generation, found.paragraphs[0]) == answers
    assert (MAX_UNKNOWN, 0 < MIN_NEARNESS < 2) == (1 / 3, True)


@pytest.mark.parametrize(("near", "answers"), [(-2.1, True), (2.1, False)])
def test_a_fitted_model_brings_its_own_nearness(asked_of, near, answers):
    asked, generation, found = asked_of(NEAR, CountingReader("visitors"))
    fitted = Fitted(RELEASE_WEIGHTS, WEIGHTS, near)

    decided = decide(replace(asked, fitted=fitted), generation, found, None)

    assert decided == Decided(answers)


def test_chances_do_not_speak_of_what_was_not_read(asked_of):
    assert decide(*asked_of(NEAR, None), Chances(odds_of_one(0), 0.99)) == Decided(True)


# What the asker sees of it


@pytest.mark.parametrize(("refuse_below", "answered"), [(0.4, True), (0.6, False)])
def test_answers_and_refusals_tell_the_probability(index, encoder, refuse_below, answered):
    reader = CountingReader("visitors", chances=Chances(odds_of_one(-1.0), refuse_below))
    with Assistant.open(index, encoder=encoder, reader=reader) as desk:
        answer = desk.ask(NEAR)

    assert answer.answered == answered
    assert answer.probability == pytest.approx(1 / 2, abs=1e-4)
    assert answer.to_dict()["probability"] == answer.probability
    best = answer.quotes[0] if answered else answer.refusal.nearest
    assert best.release == "north/fair.md"


def test_without_chances_no_probability_is_made_up(index, encoder):
    with Assistant.open(index, encoder=encoder, reader=CountingReader("visitors")) as desk:
        assert desk.ask(NEAR).probability is None
    with Assistant.open(index, encoder=encoder) as desk:
        assert desk.ask(FAR).probability is None
        assert desk.ask("???").probability is None

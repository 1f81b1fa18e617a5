"""What the reader learns from: the split, the places of answers, labels, draws and losses."""

import hashlib
from collections import Counter
from dataclasses import replace

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from transformers import AutoTokenizer

from benchmarks.training_data import is_held_out, read_questions, read_squad, spans_of
from benchmarks.training_examples import Example, label, labelled, plan
from benchmarks.training_losses import as_batch, losses
from benchmarks.training_recipe import Recipe
from benchmarks.training_releases import ReleaseText, repeats
from qa.errors import QuestionSetError, UsageError
from qa.reading import Page
from qa.reading.network import Logits
from tests.tiny_models import WINDOW, plain_bert
from tests.training_samples import (
    ARTICLES,
    QUESTIONS,
    RECIPE,
    RELEASES,
    material,
    random_logits,
    write_training_files,
)


@pytest.fixture(scope="module")
def tokenizer(tmp_path_factory):
    return AutoTokenizer.from_pretrained(plain_bert(tmp_path_factory.mktemp("base")))


# The files, and the split


def test_the_files_are_read_as_they_are_written(tmp_path):
    folder = write_training_files(tmp_path / "training")

    questions, squad = read_questions(folder), read_squad(folder)

    assert [(q.id, q.release, q.question, [*q.answers]) for q in questions] == QUESTIONS
    assert [(n, p.title, p.text) for n, p in squad.paragraphs.items()] == ARTICLES
    assert [q.answers for q in squad.questions] == [("autumn", "in autumn"), ("40 years",), ()]


def test_neighbours_are_of_the_same_article_those_with_rare_words_first(tmp_path):
    squad = read_squad(write_training_files(tmp_path / "training"))

    # "pears" is in two paragraphs of four, "a" and "tree" and "bear" in fewer.
    assert squad.questions[0].neighbours == ("Pears#2", "Pears#1")
    assert set(squad.questions[1].neighbours) == {"Pears#0", "Pears#2"}
    assert squad.questions[2].neighbours == (), "the article has no other"


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        pytest.param("releases_qa.jsonl", "", "is empty", id="empty"),
        pytest.param("releases_qa.jsonl", "{", "line 1: ", id="no JSON"),
        pytest.param("releases_qa.jsonl", "7", "line 1: ", id="no object"),
        pytest.param(
            "squad2_dev_paragraphs.jsonl", '{"id": "a"}', "line 1 lacks title, text", id="fields"
        ),
        pytest.param(
            "squad2_dev.jsonl",
            '{"question": "?", "paragraph": "Tin#0", "answerable": false}',
            "lacks the paragraph 'Tin#0'",
            id="unknown paragraph",
        ),
    ],
)
def test_a_damaged_file_is_named_with_its_fault(tmp_path, name, text, message):
    folder = write_training_files(tmp_path / "training")
    (folder / name).write_text(text)

    with pytest.raises(QuestionSetError, match=message):
        (read_questions(folder), read_squad(folder))


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(QuestionSetError, match=r"releases_qa\.jsonl.*Name the folder"):
        read_questions(tmp_path)


def test_the_split_is_by_the_path_of_the_release_and_stays():
    paths = [f"north/{number}.md" for number in range(2000)]

    held = [path for path in paths if is_held_out(path)]

    digests = {path: int(hashlib.sha256(path.encode()).hexdigest(), 16) for path in paths}
    assert held == [path for path in paths if digests[path] % 100 < 15]
    assert 0.12 < len(held) / len(paths) < 0.18
    # Another split would let weights be fitted on questions that were trained on.
    assert held[:3] == ["north/2.md", "north/5.md", "north/7.md"]


# Places of answers


@pytest.mark.parametrize(
    ("text", "answer", "found"),
    [
        pytest.param("It cost £4.50.", "£4.50", ["£4.50"], id="once"),
        pytest.param("ten, then ten", "ten", ["ten", "ten"], id="several places"),
        pytest.param("ten of\n\t them", "ten of them", ["ten of\n\t them"], id="text is wrapped"),
        pytest.param("ten of them", " ten\n of  them ", ["ten of them"], id="answer is wrapped"),
        pytest.param("a\xa0pear", "a pear", ["a\xa0pear"], id="a blank that does not break"),
        pytest.param("10 in 2010, 10pm", "10", ["10"], id="whole words are preferred"),
        pytest.param("until 10pm", "10", ["10"], id="inside a word if nowhere else"),
        pytest.param("(555) 0100", "(555)", ["(555)"], id="signs are signs, not patterns"),
        pytest.param("a (b)c", "(b)", ["(b)"], id="no border is asked beside a sign"),
        pytest.param("Ten", "ten", [], id="letters count as they are"),
        pytest.param("ten", "", [], id="nothing is nowhere"),
        pytest.param("ten", " \n", [], id="blanks are nowhere"),
    ],
)
def test_places_of_an_answer(text, answer, found):
    assert [text[start:end] for start, end in spans_of(text, answer)] == found


def test_answers_lose_their_markup_as_the_paragraphs_do(tmp_path):
    folder = write_training_files(tmp_path / "training")
    line = (
        '{"id": "q", "release": "r", "question": "?", "answers": ["**two** &amp; a"], "kind": "k"}'
    )
    (folder / "releases_qa.jsonl").write_text(line)

    (question,) = read_questions(folder)

    assert question.answers == ("two & a",)
    assert spans_of("two & a van", *question.answers) == [(0, 7)]


def test_a_release_that_repeats_the_answering_paragraph_is_no_negative():
    questions = {question.id: question for question in material().questions}
    right = ReleaseText("Fair", ("Some 4,200 visitors came to the fair on Sunday.", "Call 555."))
    again = ReleaseText("Update", ("Now we know: some 4,200 visitors came to the fair, Sunday.",))
    other = ReleaseText("Fair", ("Two stalls at the fair sold pears.", "Call 555."))

    assert repeats(again, right, questions["q1"])
    assert not repeats(other, right, questions["q1"]), "short lines may be alike"
    assert repeats(again, right, questions["q2"]), "without answers the whole release counts"
    assert not repeats(other, right, questions["q2"])


# Draws


def test_every_question_comes_once_before_any_comes_again():
    recipe = replace(RECIPE, steps_squad=5, steps_mixed=30)

    draws = plan(recipe, n_questions=7, n_squad=11)

    assert len(draws) == 35 * recipe.batch
    assert all(draw.of_squad for draw in draws[: 5 * recipe.batch]), "phase A"
    for n, of_squad in ((7, False), (11, True)):
        counts = Counter(draw.row for draw in draws if draw.of_squad == of_squad)
        assert len(counts) == n
        assert max(counts.values()) - min(counts.values()) <= 1


def test_shares_are_kept():
    recipe = replace(RECIPE, steps_squad=1000, steps_mixed=2000)

    draws = plan(recipe, n_questions=7, n_squad=11)

    first, mixed = draws[: 1000 * recipe.batch], draws[1000 * recipe.batch :]
    own = [draw for draw in mixed if not draw.of_squad]
    squad = [draw for draw in mixed if draw.of_squad]
    # Three standard errors of the smallest group, 1,200 draws.
    assert len(squad) / len(mixed) == pytest.approx(0.15, abs=0.04)
    assert np.mean([draw.beside for draw in first]) == pytest.approx(0.2, abs=0.04)
    assert np.mean([draw.beside for draw in own]) == pytest.approx(0.55, abs=0.04)
    assert np.mean([draw.beside for draw in squad]) == pytest.approx(0.5, abs=0.045)


def test_the_seed_decides_every_draw():
    assert plan(RECIPE, 7, 11) == plan(RECIPE, 7, 11)
    assert plan(RECIPE, 7, 11) != plan(replace(RECIPE, seed=1), 7, 11)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"heads": "all"}, "heads is 'all'"),
        ({"context": "book"}, "context is 'book'"),
        ({"negatives": "some"}, "negatives is 'some'"),
        ({"steps_squad": -1}, "steps_squad is -1"),
        ({"steps_squad": 0, "steps_mixed": 0}, "steps is 0"),
        ({"micro_batch": 0}, "micro_batch is 0"),
    ],
)
def test_a_recipe_that_cannot_be_followed_is_refused(change, message):
    with pytest.raises(UsageError, match=message):
        Recipe(**change)


def test_the_rate_rises_then_falls_in_a_line():
    recipe = Recipe(steps_squad=40, steps_mixed=60, warm_up=0.1, last_rate=0.2)

    assert recipe.rate_at(0) == pytest.approx(1 / 10)  # the first of ten steps up
    assert recipe.rate_at(9) == pytest.approx(0.2 + 0.8 * (1 - 9 / 100))
    assert recipe.rate_at(50) == pytest.approx((1 + 0.2) / 2)


# Labels


def shown(one, texts, marks):
    """The characters of the marked tokens, one text a token."""
    return [
        texts[one.sheet.paragraph[place]][one.sheet.start[place] : one.sheet.end[place]]
        for place in np.flatnonzero(marks)
    ]


def test_labels_fall_on_the_tokens_of_the_answer_and_of_its_sentence(tokenizer):
    texts = ("The fair. Who came?", "The bridge closed. The fair came.")
    start = texts[1].index("The fair")
    example = Example("Who?", (Page("fair", texts),), (((), ((start, start + 8),)),))

    (one,) = label(example, tokenizer, WINDOW)

    assert shown(one, texts, one.begins) == ["The"]
    assert shown(one, texts, one.ends) == ["fair"]
    assert one.sheet.start[one.begins].tolist() == [start], "the second paragraph, not the first"
    assert "".join(shown(one, texts, one.holds)) == "Thefaircame."
    assert one.answers


@given(st.integers(0, 40), st.integers(1, 12))
def test_any_span_is_covered_by_its_labels(tokenizer, start, length):
    text = "Some 4,200 visitors came to the fair, who knows how."
    start = min(start, len(text) - 1)
    end = min(start + length, len(text))
    if not text[start:end].strip():
        return

    example = Example("?", (Page("", (text,)),), ((((start, end),),),))
    (one,) = label(example, tokenizer, WINDOW)

    assert (one.begins.sum(), one.ends.sum()) == (1, 1)
    first, last = int(np.argmax(one.begins)), int(np.argmax(one.ends))
    assert first <= last
    covered = text[one.sheet.start[first] : one.sheet.end[last]]
    assert text[start:end].strip() in covered
    assert one.holds[first : last + 1].all()


def test_of_a_long_page_a_sheet_with_the_answer_is_kept(tokenizer):
    recipe = replace(RECIPE, room=48, drop_paragraph=0.0, negatives="none")
    draws = [draw for draw in plan(recipe, 4, 3) if not draw.of_squad]
    answerable = [draw for draw in draws if material().questions[draw.row].answers]
    assert answerable

    for draw in answerable:
        (one,) = labelled(draw, material(), recipe, tokenizer)
        assert one.answers
        assert len(one.sheet.ids) <= recipe.room


@pytest.mark.parametrize(
    ("context", "has_title", "paragraphs"),
    [("page", True, 2), ("no-title", False, 2), ("paragraph", True, 1), ("alone", False, 1)],
)
def test_what_is_read_with_a_paragraph(tokenizer, context, has_title, paragraphs):
    recipe = replace(RECIPE, context=context, drop_paragraph=0.0, drop_title=0.0, room=2 * WINDOW)
    draw = next(draw for draw in plan(recipe, 4, 3) if not draw.of_squad and draw.row == 0)
    title = tokenizer.tokenize(RELEASES["north/fair.md"][0])

    found = labelled(replace(draw, beside=False), material(), recipe, tokenizer)

    assert found[0].answers
    for one in found:
        assert len(set(one.sheet.paragraph.tolist()) - {-1}) == paragraphs
        tokens = tokenizer.convert_ids_to_tokens(one.sheet.ids.tolist())
        lead = tokens[one.sheet.n_question : int(np.argmax(one.sheet.paragraph >= 0))]
        assert lead == [*title, "[SEP]"] if has_title else lead == ["[SEP]"]


def test_a_page_of_a_wrong_release_stands_beside_and_answers_nothing(tokenizer):
    recipe = replace(RECIPE, room=4 * WINDOW)
    draw = next(draw for draw in plan(recipe, 4, 3) if not draw.of_squad and draw.row == 3)

    right, wrong = labelled(replace(draw, beside=True), material(), recipe, tokenizer)

    assert "at ten" in RELEASES["south/library.md"][2]
    assert "at ten" in RELEASES["north/fair.md"][2], "the same words, of another matter"
    assert right.answers
    assert not (wrong.begins | wrong.ends | wrong.holds).any()


# Losses


def log_share(scores, right):
    """-log of the softmax's share of the right ones, by the formula."""
    odds = np.exp(np.float64(scores) - np.max(scores))
    return -np.log(odds[right].sum() / odds.sum())


def test_losses_are_those_of_one_softmax_over_all_pages_of_a_question(tokenizer):
    pages = (
        Page("fair", ("the fair came. who came", "how many")),
        Page("", ("the bridge. closed",)),
    )
    asked = [
        label(Example("Who?", pages, ((((4, 8),), ()), (((4, 10),),))), tokenizer, WINDOW),
        label(Example("How many?", pages[:1], (((), ()),)), tokenizer, WINDOW),
        label(Example("the?", pages[1:], ((((0, 3),),),)), tokenizer, WINDOW),
    ]
    assert [len(sheets) for sheets in asked] == [2, 1, 1]
    batch = as_batch(asked)
    tokens, answers = random_logits((*batch.inputs[0].shape, 3)), random_logits(4, seed=6)

    found = losses(Logits(torch.tensor(tokens), torch.tensor(answers)), batch)

    rows = iter(range(4))
    span, sentence = [], []
    for sheets in asked:
        said, begins, ends, worth, holds = [], [], [], [], []
        for one in sheets:
            own = tokens[next(rows), : len(one.sheet.ids)]
            body = one.sheet.paragraph >= 0
            said.append(own[body])
            begins.append(one.begins[body])
            ends.append(one.ends[body])
            for key in sorted({*zip(one.sheet.paragraph, one.sheet.sentence, strict=True)}):
                inside = (one.sheet.paragraph == key[0]) & (one.sheet.sentence == key[1])
                if key[0] >= 0:
                    worth.append(own[inside, 2].mean())
                    holds.append(one.holds[inside].any())
        said, begins, ends = map(np.concatenate, (said, begins, ends))
        if begins.any():
            span.append((log_share(said[:, 0], begins) + log_share(said[:, 1], ends)) / 2)
            sentence.append(log_share(np.array(worth), np.array(holds)))
    right = np.array([1, 1, 0, 1])
    page = np.mean(np.log1p(np.exp(-answers * (2 * right - 1))))

    assert len(span) == 2, "a question without answers has no share to gain"
    assert found.span.item() == pytest.approx(np.mean(span), rel=1e-4)
    assert found.sentence.item() == pytest.approx(np.mean(sentence), rel=1e-4)
    assert found.page.item() == pytest.approx(page, rel=1e-4)


def test_without_any_answer_only_the_page_is_judged(tokenizer):
    pages = (Page("", ("the bridge",)),)
    batch = as_batch([label(Example("?", pages, (((),),)), tokenizer, WINDOW)])
    shape = batch.inputs[0].shape

    found = losses(Logits(torch.zeros(*shape, 3), torch.zeros(shape[0])), batch)

    assert [loss.item() for loss in found] == [0, 0, pytest.approx(np.log(2))]

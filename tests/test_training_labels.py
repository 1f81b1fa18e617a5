"""Labels fall on the right tokens, and the losses are what their formulas say."""

from dataclasses import replace

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from transformers import AutoTokenizer

from benchmarks.training_examples import Example, label, labelled, plan
from benchmarks.training_losses import as_batch, losses
from qa.reading import Page
from qa.reading.network import Logits
from tests.tiny_models import WINDOW, plain_bert
from tests.training_samples import RECIPE, RELEASES, material, random_logits


@pytest.fixture(scope="module")
def tokenizer(tmp_path_factory):
    return AutoTokenizer.from_pretrained(plain_bert(tmp_path_factory.mktemp("base")))


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
    # Of a small sheet the title may have an eighth.
    title = tokenizer.tokenize(RELEASES["north/fair.md"][0])[: recipe.room // 8]

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

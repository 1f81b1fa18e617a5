"""Turn questions into what one training step learns from: labelled sheets, and their tensors.

    Draw            which question, and what chance decides of its pages
    Example         the question, its pages, and the places of the answers
    LabelledSheet   a page as tokens, each told whether it begins or ends an answer, or holds one

All that is random is decided by the draws, and those by the seed: a step can be made again at
any time, whatever was made before it.

Letters: t tokens of a sheet.
"""

import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks.training_data import ReleaseQuestion, Span, Squad, spans_of
from benchmarks.training_recipe import NO_PAGES, Recipe
from benchmarks.training_releases import ReleaseText
from qa.reading import Page
from qa.reading.sheets import Sheet, lay_out

Bools = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Material:
    """All that is learnt from.

    Attributes:
        questions: Over releases, none of them held out.
        releases: Texts by path: of those asked about, and of the negatives.
        negatives: Paths of wrong releases, by id of question.
        squad: Questions over articles.
    """

    questions: Sequence[ReleaseQuestion]
    releases: Mapping[str, ReleaseText]
    negatives: Mapping[str, Sequence[str]]
    squad: Squad


@dataclass(frozen=True, slots=True)
class Draw:
    """One question of one step.

    Attributes:
        of_squad: Whether it is of SQuAD.
        row: Which of its questions, from 0.
        beside: Whether a wrong page is read beside the right one.
        seed: Of everything else that is random about it.
    """

    of_squad: bool
    row: int
    beside: bool
    seed: int


@dataclass(frozen=True, slots=True)
class Example:
    """A question with pages, the right one first.

    Attributes:
        question: The words.
        pages: What is read.
        answers: Of each page, of each of its paragraphs: where answers stand in it.
    """

    question: str
    pages: tuple[Page, ...]
    answers: tuple[tuple[tuple[Span, ...], ...], ...]


@dataclass(frozen=True, slots=True)
class LabelledSheet:
    """A sheet with what is right about it; all labels have shape (t,).

    Attributes:
        sheet: The tokens.
        begins: Which of them begin an answer.
        ends: Which end one.
        holds: Which stand in a sentence that holds an answer.
    """

    sheet: Sheet
    begins: Bools
    ends: Bools
    holds: Bools

    @property
    def answers(self) -> bool:
        """Whether any answer stands on it."""
        return bool(self.begins.any())


def plan(recipe: Recipe, n_questions: int, n_squad: int) -> list[Draw]:
    """Draw the questions of all steps: each once before any comes again, in a new order.

    Args:
        recipe: Shares, steps and seed.
        n_questions: How many there are over releases.
        n_squad: How many of SQuAD.

    Returns:
        `recipe.batch` draws for each step, one step after the other.
    """
    rng = random.Random(f"{recipe.seed} draws")
    squad = _shuffled_forever(n_squad, random.Random(f"{recipe.seed} squad"))
    own = _shuffled_forever(n_questions, random.Random(f"{recipe.seed} releases"))
    draws = []
    for number in range(recipe.steps * recipe.batch):
        mixed = number >= recipe.steps_squad * recipe.batch
        of_squad = not mixed or rng.random() < recipe.squad_share
        row = next(squad if of_squad else own)
        beside = rng.random() < _share_beside(recipe, mixed, of_squad)
        draws.append(Draw(of_squad, row, beside, rng.getrandbits(32)))
    return draws


def _share_beside(recipe: Recipe, mixed: bool, of_squad: bool) -> float:
    if recipe.negatives == NO_PAGES:
        return 0.0
    if not of_squad:
        return recipe.negative_share
    return recipe.second_mixed if mixed else recipe.second_squad


def _shuffled_forever(n: int, rng: random.Random) -> Iterator[int]:
    order = list(range(n))
    while order:
        rng.shuffle(order)
        yield from order


def labelled(draw: Draw, material: Material, recipe: Recipe, tokenizer: Any) -> list[LabelledSheet]:
    """Make the labelled sheets of one question, at least one."""
    rng = random.Random(draw.seed)
    make = _squad_example if draw.of_squad else _release_example
    example = make(draw, material, recipe, rng)
    if not recipe.has_title:
        pages = tuple(replace(page, title="") for page in example.pages)
        example = replace(example, pages=pages)
    parts = _one_by_one(example) if recipe.one_by_one else [example]
    kept: list[LabelledSheet] = []
    for part in parts:
        sheets = label(part, tokenizer, recipe.room)
        kept += _fitting(sheets, recipe.room, rng) if recipe.one_by_one else _chosen(sheets, rng)
    mask = tokenizer.mask_token_id
    return [_blanked(one, mask, recipe, draw.seed + place) for place, one in enumerate(kept)]


def _squad_example(draw: Draw, material: Material, recipe: Recipe, rng: random.Random) -> Example:
    """Give the paragraph as a page; of several places of an answer the first."""
    question = material.squad.questions[draw.row]
    names = [question.paragraph]
    if draw.beside and question.neighbours:
        names.append(rng.choice(question.neighbours))
    paragraphs = [material.squad.paragraphs[name] for name in names]
    places = tuple(
        place for answer in question.answers for place in spans_of(paragraphs[0].text, answer)[:1]
    )
    pages = tuple(Page(paragraph.title, (paragraph.text,)) for paragraph in paragraphs)
    return Example(question.question, pages, ((places,), ((),))[: len(pages)])


def _release_example(draw: Draw, material: Material, recipe: Recipe, rng: random.Random) -> Example:
    """Give the page of the release, with every place of every answer, and maybe a wrong one."""
    question = material.questions[draw.row]
    names = [question.release]
    wrong = material.negatives[question.id]
    if draw.beside and wrong:
        names.append(rng.choice(wrong))
    pages, answers = [], []
    for name in names:
        text = material.releases[name]
        wanted = question.answers if name == question.release else ()
        places = [
            tuple(place for answer in wanted for place in spans_of(paragraph, answer))
            for paragraph in text.paragraphs
        ]
        kept = [
            row for row, some in enumerate(places) if some or rng.random() > recipe.drop_paragraph
        ]
        kept = kept or [0]
        title = text.title if rng.random() > recipe.drop_title else ""
        pages.append(Page(title, tuple(text.paragraphs[row] for row in kept)))
        answers.append(tuple(places[row] for row in kept))
    return Example(question.to_read, tuple(pages), tuple(answers))


def _one_by_one(example: Example) -> list[Example]:
    """Make a page of each paragraph; one example for each page there was."""
    return [
        Example(
            example.question,
            tuple(Page(page.title, (paragraph,)) for paragraph in page.paragraphs),
            tuple((places,) for places in answers),
        )
        for page, answers in zip(example.pages, example.answers, strict=True)
    ]


def label(example: Example, tokenizer: Any, room: int) -> list[LabelledSheet]:
    """Lay out the pages of an example, and label the tokens of every sheet."""
    sheets = lay_out(tokenizer, example.question, example.pages, room)
    return [_label(sheet, example.answers[sheet.page]) for sheet in sheets]


def _blanked(one: LabelledSheet, mask: int, recipe: Recipe, seed: int) -> LabelledSheet:
    """Put [MASK] in the place of some tokens of the question and of the paragraphs."""
    sheet = one.sheet
    place = np.arange(len(sheet.ids))
    # Neither the tokens that frame the question nor the title.
    asked = (place > 0) & (place < sheet.n_question - 1)
    chance = recipe.blank_question * asked + recipe.blank_page * (sheet.paragraph >= 0)
    blank = np.random.default_rng(seed).random(len(place)) < chance
    ids = np.where(blank, mask, sheet.ids).astype(np.int32)
    return replace(one, sheet=replace(sheet, ids=ids))


def _label(sheet: Sheet, answers: Sequence[Sequence[Span]]) -> LabelledSheet:
    begins, ends, holds = np.zeros((3, len(sheet.ids)), dtype=bool)
    for number, places in enumerate(answers):
        inside = sheet.paragraph == number
        for start, end in places:
            # Some tokens stand for no character.
            touched = inside & (sheet.end > start) & (sheet.start < end) & (sheet.end > sheet.start)
            tokens = np.flatnonzero(touched)
            if not len(tokens):
                continue  # on another sheet of the page
            begins[tokens[0]] = ends[tokens[-1]] = True
            holds |= inside & np.isin(sheet.sentence, sheet.sentence[tokens])
    return LabelledSheet(sheet, begins, ends, holds)


def _chosen(sheets: Sequence[LabelledSheet], rng: random.Random) -> list[LabelledSheet]:
    """Choose one sheet of each page, one with an answer if there is any."""
    chosen = []
    for page in sorted({one.sheet.page for one in sheets}):
        own = [one for one in sheets if one.sheet.page == page]
        answering = [one for one in own if one.answers]
        chosen.append(rng.choice(answering or own))
    return chosen


def _fitting(sheets: Sequence[LabelledSheet], room: int, rng: random.Random) -> list[LabelledSheet]:
    """Choose sheets of one paragraph each, until a whole page would be full; one at least."""
    order = rng.sample(sheets, len(sheets))
    order.sort(key=lambda one: not one.answers)
    chosen, used = order[:1], len(order[0].sheet.ids)
    for one in order[1:]:
        if used + len(one.sheet.ids) <= room:
            used += len(one.sheet.ids)
            chosen.append(one)
    return chosen

"""What tests of training share: invented questions and releases, and a tiny base."""

import json

import numpy as np

from benchmarks.training_data import ReleaseQuestion, Squad, SquadParagraph, SquadQuestion
from benchmarks.training_examples import Material
from benchmarks.training_recipe import Recipe
from benchmarks.training_releases import ReleaseText
from qa.model_files import ModelFiles
from tests.tiny_models import WINDOW

RELEASES = {
    "north/fair.md": (
        "Harvest fair draws crowd",
        "Some 4,200 visitors came to the fair.",
        "Two stalls sold out. The fair closed at ten.",
    ),
    "north/bridge.md": ("Footbridge shut", "The bridge is closed for six weeks.", "Call 555 0100."),
    "south/library.md": ("Library opens", "Readers asked for it.", "The doors open at ten."),
}
QUESTIONS = [
    ("q1", "north/fair.md", "How many visitors came?", ["4,200 visitors"]),
    ("q2", "north/fair.md", "Who closed the fair?", []),
    ("q3", "north/bridge.md", "How long is the bridge shut?", ["six weeks"]),
    ("q4", "south/library.md", "When do the doors open?", ["at ten"]),
]
# As the project's own questions are kept: (id, release, question, earlier ones, places).
OWN_QUESTIONS = [
    ("own-1", "north/fair.md", "And how many stalls?", ["Did the fair sell out?"], [[2, 0, 10]]),
    ("own-2", "north/bridge.md", "Who shut the bridge?", [], []),
]
ARTICLES = [
    ("Pears#0", "Pears", "Pears ripen in autumn. They keep until March."),
    ("Pears#1", "Pears", "A pear tree bears for 40 years, some until 100."),
    ("Pears#2", "Pears", "Perry is made of pears in autumn."),
    ("Clay#0", "Clay", "Clay is dug, then fired in autumn."),
]
ARTICLE_QUESTIONS = [
    ("When do pears ripen?", "Pears#0", ["autumn", "in autumn"]),
    ("How long does a tree bear?", "Pears#1", ["40 years"]),
    ("Who fires clay?", "Clay#0", []),
]

# The tiny base has two layers.
RECIPE = Recipe(
    trained_layers=1, steps_squad=2, steps_mixed=4, batch=4, micro_batch=2, room=WINDOW, rate=1e-2
)


def material():
    return Material(
        [ReleaseQuestion(*some, tuple(answers), "fact") for *some, answers in QUESTIONS],
        {path: ReleaseText(title, tuple(texts)) for path, (title, *texts) in RELEASES.items()},
        {"q1": ["north/bridge.md"], "q2": [], "q3": ["south/library.md"], "q4": ["north/fair.md"]},
        Squad(
            tuple(
                SquadQuestion(question, name, tuple(answers), ("Pears#2",))
                for question, name, answers in ARTICLE_QUESTIONS
            ),
            {name: SquadParagraph(title, text) for name, title, text in ARTICLES},
        ),
    )


def write_training_files(folder):
    """The same as files, as they are read."""
    folder.mkdir(parents=True)
    names = ("id", "release", "question", "answers")
    questions = [{**dict(zip(names, line, strict=True)), "kind": "fact"} for line in QUESTIONS]
    articles = [dict(zip(("id", "title", "text"), line, strict=True)) for line in ARTICLES]
    asked = [
        {"question": q, "paragraph": p, "answerable": bool(a), "answers": a}
        for q, p, a in ARTICLE_QUESTIONS
    ]
    _write(folder / "releases_qa.jsonl", questions)
    names = ("id", "release", "question", "history", "places")
    own = [{**dict(zip(names, line, strict=True)), "kind": "fact"} for line in OWN_QUESTIONS]
    _write(folder / "own.jsonl", own)
    _write(folder / "squad2_dev_paragraphs.jsonl", articles)
    _write(folder / "squad2_dev.jsonl", asked)
    return folder


def write_releases(folder):
    for path, (title, *texts) in RELEASES.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(f"# {title}\n\n" + "\n\n".join(texts) + "\n")
    return folder


def files(folder):
    return ModelFiles("tiny", folder, "0")


def random_logits(shape, seed=5):
    return np.random.default_rng(seed).normal(0, 3, shape).astype(np.float32)


def _write(file, lines):
    file.write_text("".join(json.dumps(line) + "\n" for line in lines))

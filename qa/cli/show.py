"""Answers and hits as lines of text for a terminal.

Control characters that a release might hold are made visible, since a terminal would obey
them; JSON output has every character as it is.
"""

from collections.abc import Iterator, Sequence

from qa.language.markup import plain
from qa.records import Answer, BuildReport, Hit, Quote
from qa.visible import visible
from qa.web.words import CLOSEST, counted, read_as_words, spoken_date

# Around the sentence that answers, inside its paragraph.
MARKS = ("»", "«")


def answer_lines(answer: Answer) -> Iterator[str]:
    """Give an answer as lines: quotes with sources, or the refusal."""
    if answer.read_as.carried_over:
        yield f"Read together with: {' '.join(answer.read_as.carried_over)}\n"
    if carried := answer.read_as.carried:
        told = ", ".join(f"{one.kind} “{one.words}”" for one in carried)
        yield f"Taken over from before: {visible(told)}\n"
    understood, notes = read_as_words(answer.read_as), answer.read_as.notes
    if said := understood[: len(understood) - len(notes)]:
        yield f"Read as: {visible(' '.join(said))}\n"
    if notes:
        yield f"{visible(' '.join(notes))}\n"
    for quote in answer.quotes:
        yield from hit_lines(quote)
    if answer.refusal is not None:
        yield answer.refusal.message
        if answer.refusal.nearest is not None:
            yield f"\n{CLOSEST}\n"
            yield from hit_lines(answer.refusal.nearest, marked=False)


def hit_lines(hit: Hit, *, marked: bool = True) -> Iterator[str]:
    """Give one hit: its paragraph with the sentence marked, then where it stands."""
    yield f"[{hit.rank}] {visible(_paragraph(hit, MARKS if marked else ('', '')))}"
    yield f"    — {visible(hit.title)}"
    date = spoken_date(hit.published) if hit.published else "undated"
    place = ", ".join(part for part in (visible(hit.area), date) if part)
    yield f"    {place}, paragraph {hit.paragraph}"
    if hit.speaker is not None:
        yield f"    said by {visible(str(hit.speaker))}"
    if hit.url:
        yield f"    {visible(hit.url)}"
    yield f"    {visible(hit.release)}, characters {hit.start} to {hit.end}"
    if isinstance(hit, Quote) and hit.also_in:
        others = visible(", ".join(hit.also_in[:3]))
        yield f"    also in {counted(len(hit.also_in), 'release')}: {others}"
    yield ""


def build_lines(report: BuildReport, skipped: Sequence[object]) -> Iterator[str]:
    """Give what a build did, and every file it left out."""
    for skip in skipped:
        yield f"skipped {visible(str(skip))}"
    state = "built" if report.changed else "nothing has changed in"
    yield (
        f"{state} {report.generation}: {counted(report.releases, 'release')}, "
        f"{counted(report.paragraphs, 'paragraph')}, {report.dated:,} with a date, "
        f"{len(report.skipped):,} skipped; {report.embedded:,} texts embedded, "
        f"{report.reused:,} reused, in {report.seconds:.1f} s"
    )
    if report.awaiting_purge:
        yield (
            f"{counted(report.awaiting_purge, 'release')}, removed or changed, "
            f"{'is' if report.awaiting_purge == 1 else 'are'} in no answer and still on disk: "
            f"'qa purge' leaves no byte of them"
        )


def _paragraph(hit: Hit, marks: tuple[str, str]) -> str:
    reading = plain(hit.text)
    start, end = reading.place(hit.sentence.start - hit.start, hit.sentence.end - hit.start)
    text = reading.text
    return f"{text[:start]}{marks[0]}{text[start:end]}{marks[1]}{text[end:]}".strip()

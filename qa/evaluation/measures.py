"""Judge one answer against its gold, in the words of retrieval research.

A quote *holds the answer* if its release is a gold release and its paragraph contains an
answer given for that release; runs of white space count as one blank on both sides. For a
list question any piece of the list will do here; `list_f1` asks for all of them.

Ranks count from 1, and None says "nowhere". Whoever refuses quotes nothing: no rank,
success 0, reciprocal rank 0. So a refusal never flatters a measure of the quotes.

Reads    quotes, best first, and the gold answers of one question
Gives    ranks, and the measures made of them
"""

from collections.abc import Callable, Iterable, Sequence, Set

from qa.evaluation.question_set import Gold
from qa.records import Answer, Hit, Quote, Span

Source = Callable[[str], str | None]


def success_at_k(rank: int | None, k: int) -> int:
    """Give 1 if the first right quote is among the first `k`, else 0.

    >>> success_at_k(2, 1), success_at_k(2, 5), success_at_k(None, 5)
    (0, 1, 0)
    """
    return int(rank is not None and rank <= k)


def reciprocal_rank(rank: int | None) -> float:
    """Give 1 / rank of the first right quote, 0 if there is none."""
    return 0.0 if rank is None else 1 / rank


def answer_rank(quotes: Sequence[Quote], gold: Sequence[Gold]) -> int | None:
    """Give the rank of the first quote that holds the answer."""
    return _first_rank(holds_answer(quote, gold) for quote in quotes)


def release_rank(quotes: Sequence[Quote], gold: Sequence[Gold]) -> int | None:
    """Give the rank of the first quote that is from a gold release, whatever it says."""
    releases = {answer.release for answer in gold}
    return _first_rank(quote.release in releases for quote in quotes)


def first_passage(answer: Answer) -> Hit | None:
    """Give the passage an answer stands or falls by: its first quote, or what was nearest.

    It is the one that `Answer.probability` speaks of.
    """
    if answer.quotes:
        return answer.quotes[0]
    return None if answer.refusal is None else answer.refusal.nearest


def holds_answer(passage: Hit, gold: Sequence[Gold]) -> bool:
    """Say whether the paragraph of a quote, or of any other hit, holds the answer."""
    return holds(passage.text, passage.release, gold)


def holds(words: str, release: str, gold: Sequence[Gold]) -> bool:
    """Say whether some words of a release hold an answer given for that release."""
    words = _folded(words)
    return any(answer.release == release and _folded(answer.answer) in words for answer in gold)


def sentence_hit(quotes: Sequence[Quote], gold: Sequence[Gold]) -> bool:
    """Say whether the marked sentence of the first quote holds the answer by itself."""
    return bool(quotes) and holds(quotes[0].sentence.text, quotes[0].release, gold)


def list_f1(quoted: Set[str], gold: Set[str]) -> float:
    """Give the F1 of two sets of releases: quoted, and to be quoted.

    It is the harmonic mean of precision and recall, 2 |quoted & gold| / (|quoted| + |gold|).

    >>> list_f1({"a", "b"}, {"b", "c", "d"})
    0.4
    """
    return 2 * len(quoted & gold) / (len(quoted) + len(gold)) if gold else 0.0


def exact_quotes(quotes: Sequence[Quote], source: Source) -> int:
    """Count the quotes that stand word for word where they say they do.

    Paragraph, marked sentence and, where there is one, the answer pointed at must all be
    slices of the release's text, and the answer must stand inside the sentence.

    Args:
        quotes: To be checked.
        source: Gives the text of a release, decoded with newlines untouched, by its path;
            None if there is no such release, and then a quote from it is not exact.
    """
    return sum(_is_exact(quote, source(quote.release)) for quote in quotes)


def _is_exact(quote: Quote, text: str | None) -> bool:
    if text is None or not _stands_inside(quote.answer, quote.sentence):
        return False
    parts = [quote.sentence] if quote.answer is None else [quote.sentence, quote.answer]
    return text[quote.start : quote.end] == quote.text and all(
        text[part.start : part.end] == part.text for part in parts
    )


def _stands_inside(words: Span | None, sentence: Span) -> bool:
    return words is None or (sentence.start <= words.start and words.end <= sentence.end)


def _folded(text: str) -> str:
    return " ".join(text.split())


def _first_rank(right: Iterable[bool]) -> int | None:
    return next((rank for rank, is_right in enumerate(right, start=1) if is_right), None)

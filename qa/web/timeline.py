"""A picture of how many releases there are of each month, with the quoted ones marked.

It is an SVG inside an `<img>`: whatever it held, it could neither run nor load anything. It
holds numbers and names of months only; what it shows is also its text.

Reads    counts by month, months that are quoted
Gives    HTML, or nothing where there is nothing to compare
"""

from base64 import b64encode
from collections import Counter
from collections.abc import Iterable, Mapping

from qa.records import Quote
from qa.web.escape import escaped
from qa.web.texts import Texts, say_date, say_number

_WIDTH, _HEIGHT, _FOOT, _TOP = 640, 96, 18, 12
_MOST_BARS = 240
_MONTH = len("2020-12")
_STYLE = (
    ".b{fill:#94a3b8}.q{fill:#1d4ed8}.l{fill:#475569;font:11px sans-serif}.a{stroke:#94a3b8}"
    "@media(prefers-color-scheme:dark){.b{fill:#64748b}.q{fill:#93c5fd}.l{fill:#cbd5e1}}"
)


def timeline_html(counts: Mapping[str, int], quotes: Iterable[Quote], texts: Texts) -> str:
    """Show the timeline; empty if less than two months have releases."""
    months = _all_months(counts)
    if len(months) < 2 or len(months) > _MOST_BARS:
        return ""
    quoted = Counter(quote.published[:_MONTH] for quote in quotes if quote.published)
    picture = b64encode(_svg(months, counts, set(quoted), texts).encode()).decode()
    alternative = escaped(_in_words(months, counts, quoted, texts))
    return (
        f'<details class="qa-when"><summary>{escaped(texts.timeline)}</summary>'
        f'<img class="qa-timeline" alt="{alternative}" src="data:image/svg+xml;base64,{picture}">'
        f"</details>"
    )


def _all_months(counts: Mapping[str, int]) -> list[str]:
    """Give every month from the first to the last, those without a release too."""
    if not counts:
        return []
    (year, month), (last_year, last_month) = (
        (int(iso[:4]), int(iso[5:_MONTH])) for iso in (min(counts), max(counts))
    )
    span = range(12 * year + month - 1, 12 * last_year + last_month)
    return [f"{n // 12:04}-{n % 12 + 1:02}" for n in span]


def _svg(months: list[str], counts: Mapping[str, int], quoted: set[str], texts: Texts) -> str:
    most, wide = max(counts.values()), _WIDTH / len(months)
    base, room = _HEIGHT - _FOOT, _HEIGHT - _FOOT - _TOP
    parts = []
    for place, month in enumerate(months):
        x, n = place * wide, counts.get(month, 0)
        tall = max(room * n / most, 1.5) if n else 0
        kind = "q" if month in quoted else "b"
        parts.append(
            f'<rect class="{kind}" x="{x + wide * 0.1:.1f}" y="{base - tall:.1f}" '
            f'width="{wide * 0.8:.1f}" height="{tall:.1f}"/>'
        )
        if month in quoted:  # a triangle too, since colour alone tells not everybody
            middle, tip = x + wide / 2, base - tall - 2
            parts.append(f'<path class="q" d="M{middle:.1f} {tip:.1f}l-4 -7h8z"/>')
    parts += _labels(months, wide, texts)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{_WIDTH}" height="{_HEIGHT}" '
        f'viewBox="0 0 {_WIDTH} {_HEIGHT}">'
        f"<style>{_STYLE}</style>"
        f'<line class="a" x1="0" y1="{base}" x2="{_WIDTH}" y2="{base}"/>{"".join(parts)}</svg>'
    )


def _labels(months: list[str], wide: float, texts: Texts) -> list[str]:
    every = max(1, -(-64 * len(months) // _WIDTH))  # 64 units for each, so that none overlap
    januaries = [place for place, month in enumerate(months) if month.endswith("-01")]
    by_year = len(januaries) >= 3
    places = januaries if by_year else range(0, len(months), every)
    shown = []
    for place in places:
        year, month = months[place].split("-")
        words = year if by_year else f"{texts.months_short[int(month) - 1]} {year}"
        shown.append(f'<text class="l" x="{place * wide:.1f}" y="{_HEIGHT - 5}">{words}</text>')
    return shown


def _in_words(
    months: list[str], counts: Mapping[str, int], quoted: Counter[str], texts: Texts
) -> str:
    peak = max(counts, key=lambda month: counts[month])
    said = texts.timeline_alt.format(
        first=say_date(texts, months[0]),
        last=say_date(texts, months[-1]),
        n=say_number(texts, counts[peak]),
        peak=say_date(texts, peak),
    )
    if quoted:
        named = ", ".join(say_date(texts, month) for month in sorted(quoted))
        said = f"{said} {texts.timeline_quoted.format(months=named)}"
    return said

"""The release beside the chat: all of it, the quote marked in its place, and a fresh check.

Reads    a `Hit`, the release as the index has it, what the check found
Gives    HTML, escaped
"""

import re

from qa.errors import QAError
from qa.language.markup import plain
from qa.records import Hit, Release
from qa.releases.head import read_head
from qa.web.escape import escaped
from qa.web.passage import button, citation, passage
from qa.web.render import small
from qa.web.source import Checked, Standing
from qa.web.texts import Texts, say_count, say_number

MAX_AROUND = 40_000  # characters shown before and after the quote
_BREAK = re.compile(r"(?:\r\n|\r|\n)[ \t]*(?:\r\n|\r|\n)")
_GOOD = (Standing.SAME, Standing.UNSEEN)


def panel_html(
    hit: Hit, release: Release | None, checked: Checked, place: str, texts: Texts
) -> str:
    """Show a release with a quote of it; only the quote if the release is no longer indexed."""
    head = (
        f'<div class="qa-panel-head"><h2 id="qa-panel-title" tabindex="-1">{escaped(texts.source)}'
        f"</h2>{button('qa-close', place, texts.close)}</div>"
        f'<p class="qa-panel-citation">{citation(hit, texts)}</p>'
        f"{_check(hit, checked, place, texts)}"
    )
    if checked.standing in (Standing.WITHDRAWN, Standing.WRONG) or release is None:
        body = f"<p>{passage(hit, texts)}</p>"
    else:
        body = _release(hit, release, texts)
    return (
        f'<div class="qa-panel">{head}<div class="qa-text-of-release" lang="en">{body}</div></div>'
    )


def _check(hit: Hit, checked: Checked, place: str, texts: Texts) -> str:
    said = getattr(texts, checked.standing.value).format(
        start=say_number(texts, hit.start), end=say_number(texts, hit.end)
    )
    if checked.standing is Standing.CHANGED:
        looked = {True: texts.changed_still, False: texts.changed_lost, None: texts.changed_unread}
        said = f"{said} {looked[checked.still]}"
    time = texts.checked_at.format(time=checked.when.strftime("%H:%M:%S"))
    good = checked.standing in _GOOD
    tick, name = ("✓", "qa-good") if good else ("⚠", "qa-bad")
    return (
        f'<div class="qa-check {name}"><p><span class="qa-tick">{escaped(tick)}</span> '
        f'{escaped(said)} {escaped(time)}</p><p class="qa-hash">SHA-256 {escaped(hit.sha256)}</p>'
        f"{button('qa-act', f'open {place}', texts.check_again)}"
        f'<span class="qa-say" hidden>{escaped(f"{tick} {said} {time}")}</span></div>'
    )


def _release(hit: Hit, release: Release, texts: Texts) -> str:
    text, body = release.text, min(_body_start(release.text), hit.start)
    first = max(body, hit.start - MAX_AROUND)
    last = min(len(text), hit.end + MAX_AROUND)
    parts = [
        _head(text[:body], texts),
        cut_html(first - body, texts),
        _reading(text[first : hit.start]),
        f'<div class="qa-here">{passage(hit, texts)}</div>',
        _reading(text[hit.end : last]),
        cut_html(len(text) - last, texts),
    ]
    return "".join(parts)


def _head(text: str, texts: Texts) -> str:
    if not text.strip():
        return ""
    summary = escaped(texts.head_of_file)
    return (
        f"<details><summary>{summary}</summary>"
        f'<div class="qa-yaml">{escaped(text[:MAX_AROUND].strip())}</div></details>'
    )


def cut_html(characters: int, texts: Texts) -> str:
    """Say how much of a release is not shown; empty if nothing is left out."""
    if not characters:
        return ""
    return small(
        "qa-cut", texts.cut.format(characters=say_count(texts, characters, texts.characters))
    )


def _reading(text: str) -> str:
    """Show what stands around the quote, paragraph by paragraph, without markup."""
    blocks = (plain(block).text.strip() for block in _BREAK.split(text))
    return "".join(f"<p>{escaped(block)}</p>" for block in blocks if block)


def _body_start(text: str) -> int:
    try:
        return read_head(text).body_start
    except QAError:
        return 0

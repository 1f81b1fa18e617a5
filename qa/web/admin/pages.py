"""The owner's pages as HTML; all that is not written here passes through `escaped`."""

import time
from collections.abc import Iterable
from typing import Any

from qa.errors import QAError
from qa.releases.formats.known_formats import ENDINGS
from qa.web.admin.office import Office
from qa.web.escape import escaped
from qa.web.plain.pages import fault_part, page_html


def admin_page(office: Office) -> str:
    """Show how things stand, with the forms to add releases and to build."""
    state = office.rebuild.state
    # Without scripts, the page asks for itself anew while a build runs.
    again = '<meta http-equiv="refresh" content="2">' if state.running else ""
    return page_html(
        "Release QA: the owner's page",
        f'<header><h1>The owner\'s page</h1><p><a href="/">To the chat</a></p></header><main>'
        f"{_standing(office)}{_building(office)}{_adding(office)}</main>",
        again,
    )


def told_page(told: Iterable[tuple[bool, str]]) -> str:
    """Show what was done, and what was not and why."""
    lines = "".join(
        f'<p role="status">{escaped(line)}</p>' if done else fault_part(line) for done, line in told
    )
    back = '<p><a href="/admin">Back to the owner&#39;s page</a></p>'
    return page_html("Release QA: the owner's page", f"<main>{lines}{back}</main>")


def _standing(office: Office) -> str:
    try:
        standing = office.standing()
    except QAError as error:
        return f"<h2>The index</h2>{fault_part(str(error))}"
    built = standing["built"]
    rows = (
        ("Generation", standing["generation"]),
        ("Built", f"{time.strftime('%Y-%m-%d %H:%M', time.localtime(built))} ({_age(built)} ago)"),
        ("Releases", f"{standing['releases']:,}, {standing['dated']:,} with a date"),
        ("Paragraphs", f"{standing['paragraphs']:,}"),
        ("On disk", f"{standing['disk'] / 1e6:,.1f} MB"),
    )
    cells = "".join(
        f'<tr><th scope="row">{name}</th><td>{escaped(value)}</td></tr>' for name, value in rows
    )
    return f"<h2>The index</h2><table>{cells}</table>{_skipped(standing['skipped'])}"


def _skipped(skipped: Any) -> str:
    if not skipped:
        return '<h2>Files left out</h2><p class="quiet">None.</p>'
    items = "".join(
        f"<tr><td>{escaped(one.path)}</td><td>{escaped(one.reason)}</td>"
        f"<td>{escaped(one.cure)}</td></tr>"
        for one in skipped
    )
    head = '<tr><th scope="col">File</th><th scope="col">Why</th><th scope="col">Cure</th></tr>'
    return f"<h2>Files left out</h2><table>{head}{items}</table>"


def _building(office: Office) -> str:
    state = office.rebuild.state
    said = fault_part(state.line) if state.failed else f'<p role="status">{escaped(state.line)}</p>'
    button = "" if state.running else "<button>Build the index</button>"
    return (
        f'<h2>Build</h2>{said if state.line else ""}<form action="/admin/build" method="post">'
        f"{_token(office)}{button}</form>"
    )


def _adding(office: Office) -> str:
    endings = ",".join(ENDINGS)
    return (
        '<h2>Add releases</h2><form action="/admin/add" method="post" '
        f'enctype="multipart/form-data">{_token(office)}<label for="files">Files</label>'
        f'<input type="file" id="files" name="files" multiple accept="{endings}">'
        '<label for="name">Name of a pasted release</label><input id="name" name="name" '
        'maxlength="80"><label for="text">Its text</label>'
        '<textarea id="text" name="text" rows="8"></textarea><button>Add</button></form>'
        '<p class="quiet">Added releases are answered from after the next build.</p>'
    )


def _token(office: Office) -> str:
    return f'<input type="hidden" name="token" value="{escaped(office.token)}">'


def _age(since: float) -> str:
    seconds = max(0, time.time() - since)
    for length, name in ((86400, "d"), (3600, "h"), (60, "min")):
        if seconds >= length:
            return f"{seconds / length:.0f} {name}"
    return f"{seconds:.0f} s"

"""The commands about the folder of releases: add, fetch, check, remove.

Each imports what it needs, so that `--help` is quick.
"""

import sys
from pathlib import Path
from typing import Annotated

import typer

from qa.cli.adding import Told
from qa.cli.parts import AsJson, Index, Releases, print_json, write_lines
from qa.errors import UsageError

Build = Annotated[
    bool, typer.Option("--build", help="Then build the index, if anything was added.")
]
Replace = Annotated[
    bool, typer.Option("--replace", help="Let a file take the place of one of the same name.")
]


def add_to(app: typer.Typer) -> None:
    """Make commands of the functions below."""
    for command in (add, fetch, check, remove):
        app.command()(command)


def add(
    paths: Annotated[
        list[Path],
        # What cannot be read is refused by itself, which Typer would have end the command.
        typer.Argument(
            help="Files, archives, or folders of them.", metavar="PATH…", readable=False
        ),
    ],
    releases: Releases = Path("seeds"),
    replace: Replace = False,
    build: Build = False,
    index: Index = Path("index"),
    as_json: AsJson = False,
) -> None:
    """Add files to the releases, and say what was understood of each; exit 1 if any was refused.

    A file is copied if something in it can be quoted: text, Markdown, HTML, PDF, Word, feeds,
    mail, tables, and archives of these. Of a folder, all files below it are, in the same places.
    Names become small letters, digits and hyphens, always the same ones: "Big News.pdf" is
    big-news.pdf. The map of a table's columns (export.csv.columns.yaml) goes along with the table.

    Told of each: title, date and what told it, area, paragraphs. Refused, with the reason, are
    files that cannot be read, that are in the folder already, byte for byte, or whose name is
    taken by another text (--replace lets them take its place). All others are added.

    The index learns of it when it is built: "qa build", or --build here.

        qa add ~/Downloads/statement.pdf
        qa add exports/ news.zip --build
    """
    from qa.releases.adding import Adding
    from qa.releases.offering import offered
    from qa.settings import load_settings

    most = load_settings().max_file_kb * 1024
    told = Told(as_json=as_json)
    with Adding(releases, max_file_bytes=most, replace=replace) as adding:
        for path in paths:
            for one in offered(path, most):
                told.tell(adding.added(one))
    told.end(releases, index, build=build)


def fetch(
    addresses: Annotated[
        list[str],
        typer.Argument(help="Addresses of pages, sitemaps or feeds.", metavar="URL…"),
    ],
    releases: Releases = Path("seeds"),
    most: Annotated[int, typer.Option("--most", min=1, help="Pages to fetch in all.")] = 500,
    again: Annotated[
        bool, typer.Option("--again", help="Fetch pages anew that are there already.")
    ] = False,
    pause: Annotated[
        float, typer.Option("--pause", min=0, help="Seconds between two requests of one site.")
    ] = 1.0,
    seconds: Annotated[
        float, typer.Option("--seconds", min=0.1, help="Seconds that one page may take in all.")
    ] = 30.0,
    allow_private: Annotated[
        bool, typer.Option("--allow-private", help="Fetch from addresses that are not public, too.")
    ] = False,
    build: Build = False,
    index: Index = Path("index"),
    as_json: AsJson = False,
) -> None:
    r"""Fetch web pages into the releases; exit 1 if any could not be. No other command goes online.

    A page is added like a file of "qa add", as it is, and keeps its address, so that quotes link
    to it. Of a sitemap, an index of sitemaps, or an RSS or Atom feed, all pages of the same site
    are fetched. What is there already is not asked for, so a run that was broken off, or came to
    --most, goes on when it is run again.

    robots.txt is kept to, as it applies to "ReleaseQA", with the pause that it asks for. Pages are
    limited in size (max_file_kb of qa.yaml, four times) and in time. Only public addresses are
    connected to, wherever a name or a redirect leads.

        qa fetch https://news.example.org/2020/12/two-men-held
        qa fetch https://news.example.org/sitemap.xml --most 100 --build

    It needs: pip install 'release-qa\[fetch]'
    """
    from qa.fetching import libraries

    libraries.require()
    from qa.fetching.fetch import Fetching, Plan
    from qa.releases.adding import Adding
    from qa.settings import load_settings

    largest = load_settings().max_file_kb * 1024
    told = Told(as_json=as_json)
    with Adding(releases, max_file_bytes=largest, replace=again) as adding:
        fetching = Fetching(adding, Plan(most, pause, seconds, again, allow_private))
        for address in addresses:
            for one in fetching.fetch(address):
                told.tell(one)
    told.end(releases, index, build=build, left=fetching.left)


def check(
    releases: Releases = Path("seeds"),
    only: Annotated[
        list[str] | None,
        typer.Option("--only", help="Look for this kind alone; may be repeated.", metavar="KIND"),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Check a folder of releases; exit 1 if anything is worth mending. No index is needed.

    Kinds, as each line begins:

    unreadable (damaged, locked, too large), empty, unknown (of a format that is not read),
    duplicate (the same file or the same text), similar (most of its paragraphs are those of
    another), undated, doubtful (a date in the future, before 1990, or two in one file that are
    far apart).

    With --only, other kinds neither show nor count, which suits scripts:

        qa check --releases news --only unreadable --only empty || echo "look at the files"
    """
    from qa.cli.show_releases import checked_lines
    from qa.progress import shown_progress
    from qa.releases.checking import Fault, check_folder
    from qa.settings import load_settings

    kinds = [str(fault) for fault in Fault]
    if wrong := [kind for kind in only or () if kind not in kinds]:
        raise UsageError(f"--only {wrong[0]!r} is no kind; kinds are: {', '.join(kinds)}")
    with shown_progress() as progress:
        checked = check_folder(
            releases,
            only=[Fault(kind) for kind in only or ()],
            max_file_bytes=load_settings().max_file_kb * 1024,
            progress=lambda done, total: progress("read", done, total),
        )
    if as_json:
        print_json(checked.to_dict())
    else:
        write_lines(sys.stdout, checked_lines(checked))
    sys.exit(1 if checked.findings else 0)


def remove(
    names: Annotated[
        list[str],
        typer.Argument(help="Releases, as answers name them: kent/a.md.", metavar="NAME…"),
    ],
    releases: Releases = Path("seeds"),
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")] = False,
    as_json: AsJson = False,
) -> None:
    """Remove releases from their folder, once you have said yes. Files are gone for good.

    All of them or, if one name is of no file, none. Only files of the folder can be named; of a
    link, the link goes and not what it leads to.

    Until the next "qa build" answers still quote them, since they quote from the index. After it
    no answer does, and "qa purge" then takes their text out of the index on disk.
    """
    from qa.releases.removing import removals
    from qa.releases.removing import remove as take_away
    from qa.visible import visible

    going = removals(releases, names)
    if not yes:
        _ask(f"remove {', '.join(visible(one.name) for one in going)} from {releases}?")
    for one in going:
        take_away(releases, one)
        if not as_json:
            write_lines(sys.stdout, [f"removed {visible(one.name)}"])
    if as_json:
        print_json({"removed": [one.to_dict() for one in going]})
    write_lines(
        sys.stderr,
        [
            f"'qa build --releases {releases}' takes them out of every answer; "
            "'qa purge' after it, out of the index on disk"
        ],
    )


def _ask(question: str) -> None:
    """Ask before something is done that cannot be undone.

    Raises:
        UsageError: Nobody is there to answer, or the answer is no.
    """
    if not sys.stdin.isatty():
        raise UsageError(f"{question} Nobody is here to answer; say so with --yes")
    if not typer.confirm(question, err=True):
        raise UsageError("nothing was removed")

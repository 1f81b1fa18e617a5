"""The commands that serve: serve, to browsers and programs; mcp, to the program that starts it."""

from dataclasses import replace
from pathlib import Path
from typing import Annotated, cast

import typer

from qa.cli.parts import Engine, Index, Releases
from qa.errors import UsageError


def add_to(app: typer.Typer) -> None:
    """Make commands of the functions below."""
    for command in (serve, mcp):
        app.command()(command)


def serve(
    index: Index = Path("index"),
    engine: Engine = None,
    host: Annotated[str, typer.Option("--host", help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[str, typer.Option("--port", help="Port to listen on.")] = "7860",
    name: Annotated[
        list[str] | None,
        typer.Option("--name", help="A host name the server goes by; may be repeated."),
    ] = None,
    proxy: Annotated[
        list[str] | None,
        typer.Option(
            "--proxy",
            help="Address or network of a proxy whose X-Forwarded-For is believed.",
        ),
    ] = None,
    per_minute: Annotated[
        int | None, typer.Option("--per-minute", help="Questions of one address in a minute.")
    ] = None,
    at_once: Annotated[
        int | None, typer.Option("--at-once", help="Questions answered at the same time.")
    ] = None,
    waiting: Annotated[
        int | None,
        typer.Option("--waiting", help="Questions that may wait; one more is sent away."),
    ] = None,
    admin: Annotated[
        bool, typer.Option("--admin", help="Open /admin, to add releases and build.")
    ] = False,
    releases: Releases = Path("seeds"),
) -> None:
    """Open the chat, and the same answers for programs, in a local web server.

    The chat is at /, pages without scripts at /plain, JSON under /api (described by
    /openapi.json), and the tools of the Model Context Protocol at /mcp, if the package mcp is
    installed. Requests are answered that name an address, localhost, or a --name. Quotes are
    checked against the files in --releases, if they are there, when a source is opened.

    With --admin, /admin adds releases to --releases and builds. Without a password only this
    machine may have that: for others set QA_ADMIN_PASSWORD, or QA_ADMIN_PASSWORD_FILE, to 12
    characters or more. Any user name goes with it.

    How much may be asked is also a section of qa.yaml, `limits`; options go before it.
    """
    from qa.service.limits import Reached
    from qa.settings import load_settings
    from qa.web.place import port_of
    from qa.web.serve import serve as run

    settings = load_settings()
    given = {"per_minute": per_minute, "at_once": at_once, "waiting": waiting}
    chosen = {name: value for name, value in given.items() if value is not None}
    run(
        index,
        settings=replace(settings, limits=replace(settings.limits, **chosen)),
        host=host,
        port=port_of(port),
        reached=Reached(tuple(name or ()), tuple(proxy or ())),
        releases=releases if admin or releases.is_dir() else None,
        admin=admin,
    )


def mcp(index: Index = Path("index"), engine: Engine = None) -> None:
    r"""Offer ask, retrieve, read and release as tools of the Model Context Protocol, over stdio.

    For the configuration of a program that speaks it. Where there is no index yet it ends at once.

    It needs the package mcp:
    pip install 'release-qa\[mcp]'.
    """
    import anyio

    from qa.index.store import current_name
    from qa.service.desk import Counter, Desk
    from qa.service.fairness import Turnstile
    from qa.settings import is_address, load_settings
    from qa.web.serve import open_later

    try:
        from qa.service.tools import build_tools
    except ModuleNotFoundError as error:
        if error.name != "mcp":
            raise
        raise UsageError(
            "the package mcp is not installed; install it with: pip install 'release-qa[mcp]'"
        ) from None
    settings = load_settings()
    if not is_address(settings.served_from(index)):
        current_name(index)  # else a program would be told only once it asks
    opening = open_later(index, settings)
    counter = Counter(lambda: cast(Desk, opening.get()), Turnstile(settings.limits))
    anyio.run(build_tools(counter, own=True).run_stdio_async)

"""The commands that serve: serve, to browsers and programs; mcp, to the program that starts it."""

from pathlib import Path
from typing import Annotated, cast

import typer

from qa.cli_parts import Engine, Index, Releases
from qa.errors import UsageError


def add_to(app: typer.Typer) -> None:
    """Make commands of the functions below."""
    for command in (serve, mcp):
        app.command()(command)


def serve(
    index: Index = Path("index"),
    engine: Engine = None,
    host: Annotated[str, typer.Option("--host", help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option("--port", help="Port to listen on.")] = 7860,
    name: Annotated[
        list[str] | None,
        typer.Option("--name", help="A host name the server goes by; may be repeated."),
    ] = None,
    proxy: Annotated[
        list[str] | None,
        typer.Option("--proxy", help="Address of a proxy whose X-Forwarded-For is believed."),
    ] = None,
    per_minute: Annotated[
        int, typer.Option("--per-minute", help="Questions of one address in a minute.")
    ] = 30,
    at_once: Annotated[
        int, typer.Option("--at-once", help="Questions answered at the same time.")
    ] = 2,
    waiting: Annotated[
        int, typer.Option("--waiting", help="Questions that may wait; one more is sent away.")
    ] = 30,
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
    """
    from qa.service.limits import Limits
    from qa.settings import load_settings
    from qa.web.serve import serve as run

    limits = Limits(tuple(name or ()), tuple(proxy or ()), per_minute, at_once, waiting)
    run(
        index,
        settings=load_settings(),
        host=host,
        port=port,
        limits=limits,
        releases=releases if admin or releases.is_dir() else None,
        admin=admin,
    )


def mcp(index: Index = Path("index"), engine: Engine = None) -> None:
    r"""Offer ask, retrieve and release as tools of the Model Context Protocol, over stdio.

    For the configuration of a program that speaks it; needs the package mcp:
    pip install 'release-qa\[mcp]'.
    """
    import anyio

    from qa.service.desk import Counter, Desk
    from qa.service.fairness import Turnstile
    from qa.service.limits import Limits
    from qa.settings import load_settings
    from qa.web.serve import open_later

    try:
        from qa.service.tools import build_tools
    except ModuleNotFoundError as error:
        if error.name != "mcp":
            raise
        raise UsageError(
            "the package mcp is not installed; install it with: pip install 'release-qa[mcp]'"
        ) from None
    opening = open_later(index, load_settings())
    counter = Counter(lambda: cast(Desk, opening.get()), Turnstile(Limits()))
    anyio.run(build_tools(counter, own=True).run_stdio_async)

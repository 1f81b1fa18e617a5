"""The whole site as one app: programs, plain pages and owner first, the chat under all else.

Reads    the built chat, the opening of the desk, who gives turns
Gives    a FastAPI app behind the wall of `qa.web.harden`
"""

from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from pydantic import ValidationError

from qa.service.asked import ToAsk
from qa.service.desk import Counter
from qa.service.desk import Desk as ServiceDesk
from qa.service.fairness import Turnstile
from qa.service.faults import Fault, fault_of, said_of
from qa.service.late_tools import LateTools
from qa.web.desk import Opening
from qa.web.harden import Harden
from qa.web.theme import FONTS, STYLE_SHEET, build_theme, page_script
from qa.web.turns import address_of_event

if TYPE_CHECKING:
    import gradio as gr
    from fastapi import FastAPI

    from qa.web.admin.office import Office

_AT_ONCE = 8  # of the client library; they take turns with all others
_SESSIONS = 1000  # conversations kept in memory; the oldest are forgotten first


def build_site(
    page: "gr.Blocks",
    opening: Opening,
    turnstile: Turnstile,
    *,
    names: Sequence[str] = (),
    office: "Office | None" = None,
) -> "FastAPI":
    """Put the app together; nothing is opened yet.

    Args:
        page: The chat.
        opening: Of the desk itself, without turns.
        turnstile: Gives turns to programs and plain pages.
        names: Host names of the server.
        office: The owner's part; None leaves its routes out.
    """
    import gradio as gr
    from starlette.middleware.cors import CORSMiddleware
    from starlette.routing import Route

    from qa.service.api import build_service
    from qa.web.plain.routes import plain_routes

    counter = Counter(lambda: cast(ServiceDesk, opening.get()), turnstile)
    tools = _tools(counter, names)
    site = build_service(counter, tools.lifespan if tools is not None else None)
    # Where the app has this middleware Gradio adds none of its own, which lets all origins in.
    site.add_middleware(CORSMiddleware, allow_origins=[])
    site.include_router(plain_routes(counter, opening))
    bodies = {}
    if tools is not None:
        site.router.routes.append(Route("/mcp", tools))
        bodies["/mcp"] = turnstile.limits.body_bytes
    if office is not None:
        from qa.web.admin.routes import admin_bodies, admin_routes

        site.include_router(admin_routes(office))
        bodies.update(admin_bodies(office))
    page.state_session_capacity = _SESSIONS
    _offer_ask(page, counter)
    gr.mount_gradio_app(site, page, path="/", **_closed_doors())
    site.add_middleware(
        cast(Any, Harden), names=list(names), bodies=bodies, most=turnstile.limits.body_bytes
    )
    return site


def _offer_ask(page: "gr.Blocks", counter: Counter) -> None:
    """Let the client library of the chat ask as well: `predict(..., api_name="/ask_json")`."""
    import gradio as gr

    def ask(
        question: str,
        history: list[str],
        areas: list[str],
        published_from: str | None = None,
        published_to: str | None = None,
        understand: list[str] | None = None,
        today: str | None = None,
    ) -> dict[str, Any]:
        sent: dict[str, Any] = {
            "question": question,
            "history": history,
            "areas": areas,
            "published_from": published_from or None,
            "published_to": published_to or None,
            "today": today or None,
        }
        if understand is not None:
            sent["understand"] = understand
        try:
            return counter.ask(ToAsk.model_validate(sent), address_of_event())
        except ValidationError as error:
            first = error.errors()[0]
            fault = Fault(
                kind="request", message=f"{first['loc'][0]}: {said_of(first)}", cure="Change it."
            )
        except Exception as error:
            fault = fault_of(error)[1]
        return {"error": fault.model_dump()}

    with page:
        gr.api(ask, api_name="ask_json", concurrency_limit=_AT_ONCE)


def _closed_doors() -> dict[str, Any]:
    return {
        "app_kwargs": {"openapi_url": None},
        "show_error": False,
        "mcp_server": False,
        "ssr_mode": False,
        "pwa": False,
        "run_history": False,
        "enable_monitoring": False,
        "footer_links": [],
        "allowed_paths": [],
        "blocked_paths": [str(Path.cwd())],
        "max_file_size": "1kb",
        "theme": build_theme(),
        "head": FONTS + page_script(),
        "css_paths": [str(STYLE_SHEET)],
    }


def _tools(counter: Counter, names: Sequence[str]) -> LateTools | None:
    """Give the app of the tools; None if the optional package `mcp` is absent."""
    if find_spec("mcp") is None:
        return None

    def make() -> Any:
        from qa.service.tools import build_tools, tools_app

        return tools_app(build_tools(counter), names)

    return LateTools(make)

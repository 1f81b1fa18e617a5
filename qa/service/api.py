"""The routes under /api, for programs; /openapi.json describes them.

What is blocking runs in threads, so that health is told while questions are answered.
"""

from collections.abc import Callable
from typing import Any

from fastapi import APIRouter, FastAPI, Query, Request
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from qa import __version__
from qa.records import Answer, Hit, ReadAs
from qa.service.asked import Asked, ToAsk, ToRetrieve
from qa.service.desk import Counter, ReleaseText
from qa.service.faults import Refused, fault_of
from qa.service.responses import refused, tell_faults

_REFUSALS: dict[int | str, dict[str, Any]] = {
    400: {"model": Refused, "description": "The body, or the Host header, cannot be used"},
    413: {"model": Refused, "description": "The body is too large"},
    422: {"model": Refused, "description": "The question or a filter cannot be used"},
    429: {"model": Refused, "description": "This address asks too often; see Retry-After"},
    503: {"model": Refused, "description": "Too many ask, or there is no index; see Retry-After"},
}
_GONE: dict[int | str, dict[str, Any]] = {
    404: {"model": Refused, "description": "No such release"},
    410: {"model": Refused, "description": "That generation serves no more"},
}
_MAX_PATH = 1024


def build_service(counter: Counter, lifespan: Callable[..., Any] | None = None) -> FastAPI:
    """Give an app with the routes for programs; the chat can be mounted beside them."""
    app = FastAPI(
        title="Release QA",
        version=__version__,
        description="Answers quoted word for word from press releases, or refused.",
        docs_url=None,  # the pages of FastAPI load scripts from other hosts
        redoc_url=None,
        lifespan=lifespan,
    )
    tell_faults(app)
    app.include_router(_routes(counter))
    _state_length(app, counter.turnstile.limits.question_characters)
    return app


def _state_length(app: FastAPI, most: int) -> None:
    """Have the OpenAPI say how long a question may be here, which the settings may lower."""
    schemas = app.openapi()["components"]["schemas"]  # it is made once, then kept
    for record in (ToAsk, ToRetrieve, Asked):
        schemas[record.__name__]["properties"]["question"]["maxLength"] = most


def _routes(counter: Counter) -> APIRouter:
    routes = APIRouter(prefix="/api", responses=_REFUSALS)

    # The records themselves describe the JSON: `to_dict()` gives their very fields.
    @routes.post("/ask", responses={200: {"model": Answer}}, summary="Answer a question")
    def ask(sent: ToAsk, request: Request) -> JSONResponse:
        return JSONResponse(counter.ask(sent, _address(request)))

    @routes.post("/retrieve", responses={200: {"model": list[Hit]}}, summary="Find paragraphs")
    def retrieve(sent: ToRetrieve, request: Request) -> JSONResponse:
        return JSONResponse(counter.retrieve(sent, _address(request)))

    @routes.post("/read", responses={200: {"model": ReadAs}}, summary="Tell how a question is read")
    def read(sent: Asked, request: Request) -> JSONResponse:
        return JSONResponse(counter.read(sent, _address(request)))

    @routes.get("/releases/{path:path}", responses=_GONE, summary="A release as it was read")
    def release(
        path: str, request: Request, generation: str | None = Query(None, max_length=100)
    ) -> ReleaseText:
        return counter.release(path[:_MAX_PATH], _address(request), generation)

    @routes.get("/health", summary="Whether the server runs")
    async def health() -> dict[str, str]:
        return {"status": "well", "version": __version__}

    @routes.get("/ready", summary="Whether questions are answered")
    def ready() -> JSONResponse:
        try:
            return JSONResponse({"status": "ready", "generation": counter.serving()})
        except Exception as error:
            status, fault = fault_of(error)
            return refused(max(status, 503), fault)

    # What is mounted beside would answer these in words of its own.
    @routes.api_route("/{rest:path}", methods=["GET", "POST"], include_in_schema=False)
    async def nothing_here(rest: str) -> None:
        posted = dict.fromkeys(("ask", "retrieve", "read"), "POST")
        known = {**posted, "health": "GET", "ready": "GET"}
        if rest in known:
            raise HTTPException(405, headers={"allow": known[rest]})
        raise HTTPException(404)

    return routes


def _address(request: Request) -> str:
    return request.client.host if request.client is not None else ""

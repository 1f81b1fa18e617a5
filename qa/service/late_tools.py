"""The tools as an app that is made at the first call to it: its package is long to import.

Whoever starts a server waits for the chat; a program that calls tools waits a second, once.

Reads    what makes the app
Gives    an ASGI app, and a lifespan for the site it is part of
"""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

import anyio
import anyio.to_thread
from anyio.abc import TaskGroup, TaskStatus


class LateTools:
    """An app in waiting.

    Args:
        make: Makes the app: a Starlette one, with a lifespan of its own.
    """

    def __init__(self, make: Callable[[], Any]) -> None:
        self._make = make
        self._app: Any = None
        self._making = anyio.Lock()
        self._tasks: TaskGroup  # of the lifespan, which is on while requests come

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Pass a request on."""
        async with self._making:
            if self._app is None:
                app = await anyio.to_thread.run_sync(self._make)
                await self._tasks.start(self._keep, app)
                self._app = app
        await self._app(scope, receive, send)

    @asynccontextmanager
    async def lifespan(self, _: Any) -> AsyncIterator[None]:
        """Keep the lifespan of the app, once it is made, until the site ends."""
        async with anyio.create_task_group() as self._tasks:
            yield
            self._tasks.cancel_scope.cancel()

    async def _keep(self, app: Any, *, task_status: TaskStatus[None]) -> None:
        # In a task of its own, since what it opens must be closed by the same one.
        async with app.router.lifespan_context(app):
            task_status.started()
            await anyio.sleep_forever()

"""Where an index is served from: a folder of this machine, or a PostgreSQL server."""

from qa.engines.engine import Engine
from qa.engines.open import engine_of

__all__ = ["Engine", "engine_of"]

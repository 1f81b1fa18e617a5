"""Where an index is served from: a folder of this machine, or a server."""

from qa.engines.engine import Engine, Loaded
from qa.engines.open import engine_of, publish, verify

__all__ = ["Engine", "Loaded", "engine_of", "publish", "verify"]

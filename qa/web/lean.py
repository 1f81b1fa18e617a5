"""Gradio imported without what it does for its own developers, which is a third of its import.

Whenever one of its 60 component classes is made, Gradio parses the class's source, renders a
`.pyi` file for editors from it and writes that beside itself, on each start, into a folder that
may be read-only. And it imports the package `mcp`, where that is installed, to serve tools of its
own, which are off here. Where a later Gradio does neither, this does nothing.
"""

import importlib.abc
import importlib.util
import sys
from collections.abc import Sequence
from importlib.machinery import ModuleSpec
from types import ModuleType
from typing import Any

from qa.web.offline import keep_offline

_WRITER, _FUNCTION = "gradio.component_meta", "create_or_modify_pyi"
_TOOLS = "mcp"


def import_gradio() -> None:
    """Import Gradio, offline; afterwards `import gradio` is free. Call it from one thread."""
    keep_offline()
    if "gradio" in sys.modules:
        return
    finder, hidden = _Finder(), _TOOLS not in sys.modules
    sys.meta_path.insert(0, finder)
    if hidden:
        sys.modules[_TOOLS] = None  # type: ignore[assignment]
    try:
        import gradio  # noqa: F401
    finally:
        sys.meta_path.remove(finder)
        if hidden:
            del sys.modules[_TOOLS]


class _Finder(importlib.abc.MetaPathFinder):
    """Finds the one module as Python does, and takes its writer out once it is loaded."""

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        if fullname != _WRITER:
            return None
        for finder in sys.meta_path:
            spec = finder.find_spec(fullname, path, target) if finder is not self else None
            if spec is not None and spec.loader is not None:
                spec.loader = _Loader(spec.loader)
                return spec
        return None


class _Loader(importlib.abc.Loader):
    def __init__(self, loader: Any) -> None:
        self._loader = loader

    def create_module(self, spec: ModuleSpec) -> ModuleType | None:
        made: ModuleType | None = self._loader.create_module(spec)
        return made

    def exec_module(self, module: ModuleType) -> None:
        self._loader.exec_module(module)
        if hasattr(module, _FUNCTION):
            setattr(module, _FUNCTION, lambda *_: None)

"""Start the chat: `python app.py`, and open the address it prints.

    python app.py [--index DIR] [--releases DIR] [--host HOST] [--port PORT] [--admin]

`PORT` in the environment picks the port as well. Build the index first: `python -m qa build`.
"""

import argparse
import os
import sys
from collections.abc import Sequence
from typing import Any

from qa.errors import QAError


def main(arguments: Sequence[str] | None = None) -> int:
    """Serve until interrupted; gives the exit code, 0 unless it could not be started."""
    try:
        chosen = _parser().parse_args(arguments)
        from qa.settings import load_settings
        from qa.web.place import port_of
        from qa.web.serve import serve

        serve(
            chosen.index,
            settings=load_settings(),
            host=chosen.host,
            port=port_of(chosen.port),
            releases=chosen.releases,
            admin=chosen.admin,
        )
    except QAError as error:
        sys.stderr.write(f"app.py: {error}\n")
        return error.exit_code
    return 0


def __getattr__(name: str) -> Any:  # the protocol of module attributes
    # `demo` is what `gradio app.py` looks for. It is built only when asked for, since `python
    # app.py --help` should not wait for Gradio.
    if name != "demo":
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from qa.settings import load_settings
    from qa.web.chat import build_chat
    from qa.web.serve import open_later

    globals()["demo"] = page = build_chat(open_later("index", load_settings()))
    return page


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="app.py", description="Ask press releases in a web page.")
    parser.add_argument("--index", default="index", help="folder of the index (default: index)")
    parser.add_argument(
        "--releases",
        help="folder of the release files: quotes are checked against them, --admin adds to them",
    )
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on")
    parser.add_argument("--port", default=os.environ.get("PORT", "7860"), help="default: 7860")
    parser.add_argument("--admin", action="store_true", help="open /admin to add and build")
    return parser


if __name__ == "__main__":
    sys.exit(main())

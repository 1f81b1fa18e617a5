"""Gradio without its calls home.

Building a page reports to two hosts unless `GRADIO_ANALYTICS_ENABLED` is set before the
import, and launching one asks the server for its own address through any proxy of the
environment, which a proxy cannot answer.
"""

import os

_LOOPBACK = "127.0.0.1,localhost,::1"
_SETTINGS = {
    "GRADIO_ANALYTICS_ENABLED": "False",
    "HF_HUB_DISABLE_TELEMETRY": "1",
    "DO_NOT_TRACK": "1",
}


def keep_offline() -> None:
    """Set the environment that Gradio reads; call it before every `import gradio`."""
    os.environ.update(_SETTINGS)
    for name in ("NO_PROXY", "no_proxy"):
        known = os.environ.get(name, "")
        if _LOOPBACK not in known:
            os.environ[name] = f"{known},{_LOOPBACK}".lstrip(",")

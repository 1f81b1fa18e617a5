"""How the page looks and scrolls: a theme with fonts of this machine, a style sheet, a script.

Gradio's default asks for a semi-bold that it ships as a fragment of two letters, so bold
words come out in another font. Regular and bold are complete.
"""

from pathlib import Path
from typing import TYPE_CHECKING

from qa.web.offline import keep_offline

if TYPE_CHECKING:
    import gradio as gr

STYLE_SHEET = Path(__file__).with_name("layout.css")
SCRIPT = Path(__file__).with_name("page.js")
_WEIGHTS = (400, 700)
# Asked for at once, so that no line is set in another font first and then moves.
FONTS = "".join(
    f'<link rel="preload" as="font" type="font/woff2" crossorigin href="{address}">'
    for address in (
        "static/fonts/SourceSansPro/SourceSansPro-Regular.woff2",
        "static/fonts/SourceSansPro/SourceSansPro-Bold.woff2",
    )
)


def page_script() -> str:
    """Give the page's own script, for its head."""
    return f"<script>{SCRIPT.read_text(encoding='utf-8')}</script>"


def build_theme() -> "gr.themes.Base":
    """Give the Gradio theme; light or dark as the browser prefers."""
    keep_offline()
    import gradio as gr
    from gradio.themes.utils.fonts import LocalFont

    text = LocalFont("Source Sans Pro", weights=_WEIGHTS)
    fixed = LocalFont("IBM Plex Mono", weights=_WEIGHTS)
    return gr.themes.Default(
        primary_hue="blue",
        neutral_hue="slate",
        font=[text, "ui-sans-serif", "system-ui", "sans-serif"],
        font_mono=[fixed, "ui-monospace", "monospace"],
    )

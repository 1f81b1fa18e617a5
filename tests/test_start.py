"""Starting the chat over a real index: what is loaded, what is said, and who waits for it."""

import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from qa.limits import Limits
from qa.service.fairness import Turnstile
from qa.web.examples import answered_questions
from tests.conftest import ROOT
from tests.service.live import call
from tests.web_server import APP, served_chat

QUESTION = "How many weapons were seized in the week of action?"


@pytest.mark.model
def test_a_question_asked_while_the_model_loads_waits_and_is_answered(seed_index):
    with served_chat("--index", str(seed_index), program=APP) as (address, served):
        # The address was said before: the model has not been loaded since.
        status, _, told = call(f"{address}/api/ask", {"question": QUESTION})

        assert (status, '"answered":true' in told) == (200, True)
        assert served.stdout.readline() == f"Release QA is ready at {address}\n"


def test_without_an_index_nothing_says_that_it_is_ready(tmp_path):
    arguments = ("--index", "nothing-here")
    with served_chat(*arguments, program=APP, folder=tmp_path) as (address, served):
        assert "python -m qa build" in served.stderr.readline()
        assert call(f"{address}/api/ready")[0] == 503
        served.terminate()
        assert "ready" not in served.stdout.read()


def test_the_page_is_built_without_what_gradio_does_for_its_developers():
    code = (
        "import sys\n"
        "from qa.web.lean import import_gradio\n"
        "import_gradio()\n"
        "import gradio as gr, gradio.component_meta as made\n"
        "print('mcp' in sys.modules, made.create_or_modify_pyi(gr.Textbox, 'Textbox', []))\n"
        "with gr.Blocks(analytics_enabled=False) as page:\n"
        "    gr.Textbox().submit(print)\n"
        "import mcp\n"
        "print(len(page.fns), mcp.__name__)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True)

    assert done.stdout.split() == ["False", "None", "1", "mcp"], done.stderr


def test_gradio_may_stand_where_nothing_can_be_written():
    """It writes beside its modules unless it is kept from it; see `qa.web.lean`."""
    import gradio

    files = sorted(Path(gradio.__file__).parent.rglob("*.pyi"))
    before = [(file, file.stat().st_mtime_ns) for file in files]
    code = "from qa.web.lean import import_gradio; import_gradio()"
    subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=True)

    assert [(file, file.stat().st_mtime_ns) for file in files] == before


def test_examples_are_asked_while_no_visitor_has_a_turn():
    turnstile, asked = Turnstile(Limits()), []

    class Desk:
        def titles(self, most):
            return ["Driver jailed after crash", "Man fined for littering"]

        def ask(self, question):
            asked.append(question)
            return type("Answer", (), {"answered": True})

    with ThreadPoolExecutor(1) as pool:
        with turnstile.turn("192.0.2.1"):
            found = pool.submit(answered_questions, Desk(), turnstile.rest)
            time.sleep(0.2)
            assert asked == []
        assert len(found.result(timeout=5)) == len(asked) == 2

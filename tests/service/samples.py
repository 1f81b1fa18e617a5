"""A real assistant over a small index of a computable model, with canaries; and its service."""

from qa.assistant import Assistant
from qa.index.build import build_index
from qa.limits import Limits
from qa.service.api import build_service
from qa.service.desk import Counter
from qa.service.fairness import Turnstile
from tests.word_encoder import WordEncoder

OPEN = Limits(per_minute=100_000, at_once=2, waiting=30)
CANARIES = [f"canary{number:03d}x" for number in range(64)]


def canary_files():
    """One release for each canary word."""
    return {
        f"area/{word}.md": f"---\ntitle: The {word} of Wexmoor\narea: Wexmoor\n---\n\n"
        f"Officers of Wexmoor found the {word} in a locked shed on Monday.\n"
        for word in CANARIES
    }


def open_desk(releases, index):
    encoder = WordEncoder()
    build_index(releases, index, encoder, max_file_bytes=1 << 20)
    return Assistant.open(index, encoder=encoder)


def service_of(desk, limits=OPEN):
    return build_service(Counter(lambda: desk, Turnstile(limits)))

"""What tests of the project's own reader share: a tiny base, and an adapter trained from it."""

import torch

from qa.adapter import write_adapter
from qa.model_files import ModelFiles
from qa.reading import Chances, Page
from qa.reading.card import ReaderCard, write_card
from qa.reading.network import as_tensors, make_network
from tests import tiny_models
from tests.tiny_models import WINDOW

QUESTION = "How many visitors came?"
PAGES = [
    Page(
        "Harvest fair draws crowd",
        ("Some 4,200 visitors came to the fair.", "Two stalls sold out by noon.", "Call 555."),
    ),
    Page("", ("The bridge is closed.",)),
    Page("Library open", ("Readers asked for it.", "“It’s £4.50,” said the baker — “a slice.”")),
]
CARD = ReaderCard(
    name="tiny-reader",
    base_sha256="0" * 64,
    room=WINDOW,
    ranking={"reader": 1.5, "span": 0.5},
    chances=Chances({"bias": 0.5, "reader": 1.0}, 0.25),
)


def tiny_base(folder):
    """A tiny BERT, as the embedding model is."""
    return ModelFiles("tiny", tiny_models.plain_bert(folder), "f" * 64)


def trained(base, seed=3):
    """The network of a base, trained: every parameter moved, the heads most."""
    network = make_network(base)
    torch.manual_seed(seed)
    with torch.no_grad():
        for name, parameter in network.named_parameters():
            parameter += torch.randn_like(parameter) * (1.0 if "head" in name else 0.05)
    return network


def write_reader(base, folder):
    """Write a reader trained from the base; gives its folder."""
    write_adapter(trained(base), make_network(base), folder)
    write_card(CARD, folder)
    return folder


def tokens_of(network, sheet):
    """The network's logits of the tokens of a sheet."""
    with torch.inference_mode():
        return network(*as_tensors([sheet], 0)).tokens[0].numpy()

"""The layers of a BERT, read from its files by torch alone: what serving needs, and no more.

The libraries that publish models import for longer than a visitor waits (5 of the first 12
seconds of a server; scikit-learn, quantizers and compilers among them), and what they load is
some matrices. So questions and pages of the bundled model are read by these, mapped from the
safetensors file as they are. Training, building and all other models go by the libraries.

Parameters are named as transformers names those of its `BertModel`, so that adapters fit both.

Source: Devlin et al., "BERT: Pre-training of Deep Bidirectional Transformers for Language
Understanding", NAACL 2019.

Letter: d dimensions.
"""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import torch

WEIGHTS = "model.safetensors"


class WordPieces:
    """The tokenizer of a model's `tokenizer.json`, called as those of transformers are."""

    def __init__(self, folder: Path) -> None:
        from tokenizers import Tokenizer

        self._tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        self._tokenizer.no_truncation()
        self._tokenizer.no_padding()
        numbers = (self._tokenizer.token_to_id(piece) for piece in ("[CLS]", "[SEP]", "[PAD]"))
        self.cls_token_id, self.sep_token_id, self.pad_token_id = numbers

    def __call__(self, texts: Sequence[str], **_: Any) -> dict[str, list[Any]]:
        """Give numbers and characters of the pieces of texts, without those that frame them."""
        found = self._tokenizer.encode_batch(list(texts), add_special_tokens=False)
        return {
            "input_ids": [one.ids for one in found],
            "offset_mapping": [one.offsets for one in found],
        }

    def get_vocab(self) -> dict[str, int]:
        """Give the number of each piece."""
        vocabulary: dict[str, int] = self._tokenizer.get_vocab()
        return vocabulary


def load_bert(folder: Path) -> Any:
    """Give the layers as a torch module in float32, for reading; its weights stay in the file.

    Raises:
        Exception: Of whatever kind, if the files are damaged or those of another kind of model.
    """
    import torch
    from safetensors.torch import load_file

    config = json.loads((folder / "config.json").read_bytes())
    if (config["model_type"], config["hidden_act"]) != ("bert", "gelu"):
        raise ValueError(f"{config['model_type']!r} is no BERT with GELU")
    with torch.device("meta"):  # nothing is drawn that would be overwritten
        bert = _layers(config)
    stored = load_file(folder / WEIGHTS)
    bert.load_state_dict({name: stored[name].float() for name in bert.state_dict()}, assign=True)
    return bert.requires_grad_(False).eval()


def hidden_of(
    bert: Any,
    ids: "torch.Tensor",
    types: "torch.Tensor",
    places: "torch.Tensor",
    parts: Sequence[tuple[int, int]],
) -> "torch.Tensor":
    """Run the layers over the tokens of several texts as one; gives shape (tokens, d).

    Args:
        bert: From `load_bert`.
        ids: Shape (tokens,): numbers in the vocabulary.
        types: Shape (tokens,): segments.
        places: Shape (tokens,): of each in its text, from 0.
        parts: Where each text begins and ends; its tokens look at each other only.
    """
    import torch

    embed = bert.embeddings
    hidden: torch.Tensor
    hidden = embed.word_embeddings(ids) + embed.token_type_embeddings(types)
    hidden = embed.LayerNorm(hidden + embed.position_embeddings(places))
    for layer in bert.encoder.layer:
        own, output = layer.attention.self, layer.attention.output
        looked = _attend(own.query(hidden), own.key(hidden), own.value(hidden), bert.heads, parts)
        hidden = output.LayerNorm(output.dense(looked) + hidden)
        wide = torch.nn.functional.gelu(layer.intermediate.dense(hidden))
        hidden = layer.output.LayerNorm(layer.output.dense(wide) + hidden)
    return hidden


def _attend(
    query: "torch.Tensor",
    key: "torch.Tensor",
    value: "torch.Tensor",
    heads: int,
    parts: Sequence[tuple[int, int]],
) -> "torch.Tensor":
    """Let the tokens of each part look at each other; all tensors have shape (tokens, d)."""
    import torch

    size = query.shape[1] // heads
    query, key, value = (
        one.view(-1, heads, size).transpose(0, 1) for one in (query * size**-0.5, key, value)
    )
    looked = [
        torch.bmm(
            torch.softmax(torch.bmm(query[:, a:b], key[:, a:b].transpose(1, 2)), dim=-1).to(
                value.dtype
            ),
            value[:, a:b],
        )
        for a, b in parts
    ]
    return torch.cat(looked, dim=1).transpose(0, 1).reshape(-1, heads * size)


def _layers(config: dict[str, Any]) -> Any:
    from torch import empty
    from torch.nn import Embedding, LayerNorm, Linear, Module, ModuleList

    d, wide, eps = config["hidden_size"], config["intermediate_size"], config["layer_norm_eps"]

    def of(**parts: Module) -> Any:
        module = Module()
        for name, part in parts.items():
            module.add_module(name, part)
        return module

    def table(n: int) -> Any:
        # One that draws its weights loads torch's compiler to do so here: 2 seconds.
        return Embedding(n, d, _weight=empty(n, d))

    def closing(n: int) -> Any:
        return of(dense=Linear(n, d), LayerNorm=LayerNorm(d, eps=eps))

    def layer() -> Any:
        looking = {name: Linear(d, d) for name in ("query", "key", "value")}
        return of(
            attention=of(self=of(**looking), output=closing(d)),
            intermediate=of(dense=Linear(d, wide)),
            output=closing(wide),
        )

    bert = of(
        embeddings=of(
            word_embeddings=table(config["vocab_size"]),
            position_embeddings=table(config["max_position_embeddings"]),
            token_type_embeddings=table(config["type_vocab_size"]),
            LayerNorm=LayerNorm(d, eps=eps),
        ),
        encoder=of(layer=ModuleList(layer() for _ in range(config["num_hidden_layers"]))),
    )
    bert.heads = config["num_attention_heads"]
    return bert

"""Tiny real models with random weights, made on the spot: their files are as published ones.

The weights are drawn wide, so that different texts get plainly different scores.
"""

from pathlib import Path

import torch
from hypothesis import strategies as st
from tokenizers import Tokenizer, decoders, models, pre_tokenizers, processors
from transformers import (
    BertConfig,
    BertForQuestionAnswering,
    BertForSequenceClassification,
    BertModel,
    BertTokenizerFast,
    PreTrainedTokenizerFast,
    RobertaConfig,
    RobertaForQuestionAnswering,
)
from transformers.utils import logging

# Odd blanks, marks that combine, joiners, halves of pairs, and whatever else there is.
UGLY = st.text(
    st.one_of(
        st.sampled_from("abc fair.\t\n\r\x0b\x1c\xa0\u2003\u200b\xad£“”\u0301\u0323\ufe0f\u200d"),
        st.characters(),
        st.characters(categories=["Cs", "Mn", "Me", "Zs", "Cc", "Lo", "So"]),
    ),
    max_size=120,
)

WINDOW = 64  # word pieces that the tiny models read at once
_LETTERS = "abcdefghijklmnopqrstuvwxyz0123456789"
VOCABULARY = [
    *("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"),
    *_LETTERS,
    *(f"##{letter}" for letter in _LETTERS),
    *".,?!'\"£$%“”’-—()",
    *("the", "fair", "bridge", "visitors", "came", "who", "how", "many", "library", "closed"),
]
_SIZES = {
    "hidden_size": 16,
    "num_hidden_layers": 2,
    "num_attention_heads": 2,
    "intermediate_size": 32,
    "initializer_range": 0.5,
}


def question_answering(folder: Path) -> Path:
    """A BERT that points at answers, with word pieces."""
    return _saved(folder, BertForQuestionAnswering(_bert()), word_pieces())


def byte_question_answering(folder: Path) -> Path:
    """A RoBERTa that points at answers; its pieces are single bytes, a blank begins a word."""
    config = RobertaConfig(
        vocab_size=len(_BYTES),
        max_position_embeddings=WINDOW + 2,
        type_vocab_size=1,
        pad_token_id=1,
        **_SIZES,
    )
    return _saved(folder, RobertaForQuestionAnswering(_seeded(config)), _bytes())


def classifier(folder: Path, n_labels: int = 1) -> Path:
    """A BERT that gives a text pair one number for each label."""
    model = BertForSequenceClassification(_bert(num_labels=n_labels))
    return _saved(folder, model, word_pieces())


def plain_bert(folder: Path) -> Path:
    """A BERT without a head: it is neither kind of reader."""
    return _saved(folder, BertModel(_bert()), word_pieces())


def embedding(folder: Path) -> Path:
    """A sentence-transformers model: a BERT, the mean of its pieces."""
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.sentence_transformer.modules import Pooling, Transformer

    bert = Transformer(str(plain_bert(folder / "bert")))
    pooling = Pooling(bert.get_embedding_dimension(), pooling_mode="mean")
    SentenceTransformer(modules=[bert, pooling], device="cpu").save_pretrained(str(folder / "st"))
    return folder / "st"


def _saved(folder, model, tokenizer):
    logging.disable_progress_bar()
    model.save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    return folder


def _bert(**options):
    return _seeded(
        BertConfig(vocab_size=len(VOCABULARY), max_position_embeddings=WINDOW, **_SIZES, **options)
    )


def _seeded(config):
    torch.manual_seed(7)
    return config


def word_pieces():
    numbers = {piece: number for number, piece in enumerate(VOCABULARY)}
    return BertTokenizerFast(vocab=numbers, model_max_length=WINDOW)


_BYTES = ["<s>", "<pad>", "</s>", "<unk>", *sorted(pre_tokenizers.ByteLevel.alphabet())]


def _bytes():
    tokenizer = Tokenizer(models.BPE({piece: n for n, piece in enumerate(_BYTES)}, []))
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=True)
    tokenizer.decoder = decoders.ByteLevel()
    tokenizer.post_processor = processors.RobertaProcessing(
        ("</s>", 2), ("<s>", 0), trim_offsets=False, add_prefix_space=True
    )
    return PreTrainedTokenizerFast(
        tokenizer_object=tokenizer,
        model_max_length=WINDOW,
        cls_token="<s>",
        sep_token="</s>",
        pad_token="<pad>",
        unk_token="<unk>",
        model_input_names=["input_ids", "attention_mask"],
    )

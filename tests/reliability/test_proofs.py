"""A share of every proof; `make proof` runs them whole."""

import importlib

import pytest

from tests.conftest import need
from tests.reliability.counts import COUNTS, FULL
from tests.reliability.lab import in_lab
from tests.reliability.mutants import misfits
from tests.reliability.proofs import PROOFS
from tests.reliability.tracing import tracer_fault


@pytest.fixture(scope="module")
def tracer():
    fault = tracer_fault()
    need(not fault, f"a working strace ({fault})")


@pytest.mark.parametrize("proof", PROOFS, ids=lambda proof: proof.function)
def test_a_proof_finds_no_failure(proof, request):
    if proof.traces:
        request.getfixturevalue("tracer")

    outcome = run(proof)

    assert outcome.failures == ()
    assert outcome.cases > 0
    if COUNTS is FULL:
        assert outcome.cases >= proof.least


def run(proof):
    if proof.apart:
        return in_lab(proof.function, COUNTS)
    module, function = proof.function.split(".")
    return getattr(importlib.import_module(f"tests.reliability.{module}"), function)(COUNTS)


def test_each_mutant_breaks_what_is_there_exactly_once():
    assert misfits() == []

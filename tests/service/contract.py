"""Requests made from the OpenAPI by schemathesis: none may be a fault of the server.

python -m tests.service.contract [CASES]      2,000 by default, over a real index
"""

import json
import sys
import tempfile
from pathlib import Path

import schemathesis
from hypothesis import HealthCheck, given, settings
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from qa.limits import Limits
from tests.service.samples import canary_files, open_desk, service_of

_CHECKS = [
    schemathesis.checks.not_a_server_error,
    response_schema_conformance,
    status_code_conformance,
    content_type_conformance,
]


def check_contract(app, cases):
    """Send so many requests, valid and not; gives how many there were by status."""
    counts = {}
    schema = schemathesis.openapi.from_asgi("/openapi.json", app)
    operations = [result.ok() for result in schema.get_all_operations()]
    # Health and readiness take nothing, so there is one request to each.
    sized = [one for one in operations if one.body or one.path_parameters or one.query]
    assert len(sized) == 4
    for operation in operations:
        modes = schemathesis.GenerationMode if operation in sized else ()
        for mode in modes:
            strategy = operation.as_strategy(generation_mode=mode)
            _send(strategy, counts, -(-cases // (len(sized) * len(modes))))
        if not modes:
            _send(operation.as_strategy(), counts, 1)
    return counts


def _send(strategy, counts, cases):
    @settings(
        max_examples=cases,
        deadline=None,
        database=None,
        derandomize=True,
        suppress_health_check=list(HealthCheck),
    )
    @given(strategy)
    def send(case):
        answer = case.call()
        counts[answer.status_code] = counts.get(answer.status_code, 0) + 1
        assert answer.status_code < 500 or answer.status_code == 503, (case, answer.text)
        if answer.status_code >= 400:
            error = json.loads(answer.content)["error"]
            assert set(error) == {"kind", "message", "cure"}, (case, error)
            assert all(error.values()), (case, error)
            return
        case.validate_response(answer, checks=_CHECKS)

    send()


def main():
    """Prove it, and print what was answered."""
    cases = int(sys.argv[1]) if len(sys.argv) > 1 else 2000
    with tempfile.TemporaryDirectory() as scratch:
        releases = Path(scratch) / "releases"
        for name, text in canary_files().items():
            path = releases / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
        with open_desk(releases, Path(scratch) / "index") as desk:
            counts = check_contract(service_of(desk, Limits(per_minute=100_000)), cases)
    sys.stdout.write(f"{sum(counts.values())} requests, by status: {sorted(counts.items())}\n")


if __name__ == "__main__":
    main()

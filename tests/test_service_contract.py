"""A share of what `make proof-service` sends: requests made from the OpenAPI."""

from qa.limits import Limits
from tests.service.contract import check_contract
from tests.service.samples import canary_files, open_desk, service_of


def test_no_request_that_the_schema_gives_rise_to_is_a_fault_of_the_server(write, tmp_path):
    with open_desk(write(canary_files()), tmp_path / "index") as desk:
        counts = check_contract(service_of(desk, Limits(per_minute=100_000)), 120)

    assert sum(counts.values()) >= 120
    assert counts[200] > 10
    assert counts[422] > 10

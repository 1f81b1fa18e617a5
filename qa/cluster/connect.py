"""Connect with a Ray cluster that is there, or start one on this machine alone.

Nothing is told to anyone: usage statistics and dashboard are off. Ray is loaded only here.
"""

import logging
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from ipaddress import ip_address
from typing import Any

from qa.errors import ClusterError, UsageError
from qa.model_running import cores

LOCAL = "local"
_STORE = 64 << 20  # bytes of shared memory a process, for jobs on their way


def need_ray(address: str) -> None:
    """See that Ray is installed, and that an address is of the kind that is joined.

    Raises:
        UsageError: It is not.
    """
    if find_spec("ray") is None:
        raise UsageError(
            "the package ray is not installed; install it with: pip install 'release-qa[ray]'"
        )
    if "://" in address:
        raise UsageError(
            f"{address!r} is no address of a cluster to join; begin this machine as one of its "
            f"nodes, and give the HOST:PORT that it joined: --ray HOST:PORT"
        )


@contextmanager
def connected(address: str) -> Iterator[Any]:
    """Give the package ray, connected with a cluster for as long as the context lasts.

    Args:
        address: "HOST:PORT" or "auto" to join one, `LOCAL` to start one. A connection that this
            process has already is used, and left.

    Raises:
        ClusterError: It cannot be joined or started.
    """
    # Before it is loaded: it reads them once.
    os.environ["RAY_USAGE_STATS_ENABLED"] = "0"
    os.environ.setdefault("RAY_ACCEL_ENV_VAR_OVERRIDE_ON_ZERO", "0")
    if address == LOCAL:
        # As on systems where Ray has no clusters: it listens on 127.0.0.1 alone, where otherwise
        # every port would be open on all addresses of the machine.
        os.environ["RAY_ENABLE_WINDOWS_OR_OSX_CLUSTER"] = "0"
        # Else whatever runs beside it on this machine would take nearly all of the time.
        os.environ.setdefault("RAY_worker_niceness", "0")
    import ray

    if ray.is_initialized():
        yield ray
        return
    # Below /tmp, since sockets must have short names.
    scratch = tempfile.mkdtemp(prefix="qa-ray-", dir="/tmp") if address == LOCAL else None
    try:
        ray.init(
            log_to_driver=False,
            logging_level=logging.ERROR,
            **(_joined(address) if scratch is None else _started(scratch)),
        )
        yield ray
    except (ConnectionError, RuntimeError, ValueError, TimeoutError) as error:
        if ray.is_initialized():
            raise  # it is not of the connection
        raise ClusterError(
            f"the cluster {address!r} cannot be reached ({error}); is this machine one of its "
            f"nodes? Begin it as one with: ray start --address={address}"
        ) from error
    finally:
        ray.shutdown()
        if scratch is not None:
            shutil.rmtree(scratch, ignore_errors=True)


def places(resources: dict[str, float]) -> tuple[int, dict[str, float]]:
    """Tell how many processes a cluster has room for, and what each asks for.

    One for each graphics card if there are any, since processors beside them would only give
    other roundings; else one for each core.

    >>> places({"CPU": 8.0, "memory": 1e9})
    (8, {'num_cpus': 1})
    >>> places({"CPU": 8.0, "GPU": 2.0})
    (2, {'num_cpus': 1, 'num_gpus': 1})
    """
    if cards := int(resources.get("GPU", 0)):
        return cards, {"num_cpus": 1, "num_gpus": 1}
    return max(1, int(resources.get("CPU", 0))), {"num_cpus": 1}


def _joined(address: str) -> dict[str, Any]:
    options: dict[str, Any] = {"address": address}
    host = address.rpartition(":")[0]
    if _is_loopback(host):  # else Ray would take this node for one at the machine's outer address
        options["_node_ip_address"] = host
    return options


def _started(scratch: str) -> dict[str, Any]:
    n = cores()
    return {
        "address": "local",
        "num_cpus": n,
        "object_store_memory": (n + 3) * _STORE,
        "include_dashboard": False,
        "_temp_dir": scratch,
    }


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False

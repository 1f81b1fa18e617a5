"""The whole site in a process of its own, over the index of the samples, and calls to it."""

import json
import urllib.error
import urllib.request
from contextlib import contextmanager

from tests.conftest import ROOT
from tests.web_server import served_chat


@contextmanager
def served_site(index, *options, folder=ROOT, **environment):
    """Serve as `qa serve` does; gives the address."""
    arguments = ("--index", str(index), *map(str, options))
    program = ("-m", "qa", "serve")
    with served_chat(*arguments, program=program, folder=folder, **environment) as (address, _):
        yield address


def call(address, data=None, **headers):
    """Get, or post JSON or bytes; gives status, headers, and the text."""
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}), _Stay)
    if data is not None and not isinstance(data, bytes):
        data = json.dumps(data).encode()
        headers = {"Content-Type": "application/json"} | headers
    try:
        request = urllib.request.Request(address, data, headers)
        with opener.open(request, timeout=60) as answer:
            return answer.status, answer.headers, answer.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.headers, error.read().decode()


class _Stay(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_):
        return None

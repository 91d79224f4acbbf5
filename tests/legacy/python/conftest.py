"""Where the sandbox is, the client pointed at it, and what the tests have in common."""

import os
import threading
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import urlsplit

import cloudconvert
import pytest
import requests

SANDBOX = os.environ["CLOUDCONVERT_SANDBOX"]
KEY = os.environ["CLOUDCONVERT_SANDBOX_KEY"]
ADMIN_KEY = os.environ["CLOUDCONVERT_SANDBOX_ADMIN_KEY"]
INPUTS = Path(__file__).parent.parent / "inputs"


def client(key=KEY, prefix=""):
    """The client as published; only its base address is another."""
    base = urlsplit(SANDBOX)
    api = cloudconvert.Api(key)
    api.protocol = base.scheme
    api.endpoint = base.netloc + prefix
    return api


@pytest.fixture
def api():
    return client()


@pytest.fixture
def opened(request):
    """Opens a file of `inputs/` for an upload, and closes it after the test."""

    def open_input(name):
        file = open(INPUTS / name, "rb")
        request.addfinalizer(file.close)
        return file

    return open_input


def serve(request, handler):
    """Serves on a free port until the test has ended; returns the address."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    request.addfinalizer(server.server_close)
    request.addfinalizer(server.shutdown)
    return f"http://127.0.0.1:{server.server_port}"


class Files(SimpleHTTPRequestHandler):
    def log_message(self, *_):
        pass


@pytest.fixture
def served(request):
    """The address under which `inputs/` can be fetched."""
    return serve(request, partial(Files, directory=INPUTS))


@pytest.fixture
def misbehave(request):
    """Makes the sandbox misbehave once; it has to run with `--admin`."""
    faults = SANDBOX + "/_admin/faults"
    headers = {"Authorization": f"Bearer {ADMIN_KEY}"}

    def add(**rule):
        request.addfinalizer(lambda: requests.delete(faults, headers=headers, timeout=10))
        requests.post(faults, json=[{"times": 1, **rule}], headers=headers, timeout=10).raise_for_status()

    return add

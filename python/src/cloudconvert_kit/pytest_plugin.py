"""For pytest: a sandbox for tests of programs that convert, and faults on demand.

>>> def test_survives_a_lost_download(cloudconvert_sandbox):
...     cloudconvert_sandbox.fault("download", cut_download_after=100)
...     with cloudconvert_sandbox.client() as client:
...         assert client.convert("photo.png", to="jpg").files
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Iterator

import pytest

if TYPE_CHECKING:
    from .client import Client
    from .sandbox import Sandbox


@pytest.fixture(scope="session")
def _cloudconvert_sandbox_process() -> Iterator[Sandbox]:
    from .sandbox import Sandbox

    with Sandbox() as sandbox:
        yield sandbox


@pytest.fixture
def cloudconvert_sandbox(_cloudconvert_sandbox_process: Sandbox) -> Iterator[Sandbox]:
    """A :class:`cloudconvert_kit.sandbox.Sandbox` on a free port, one for all tests, without faults of earlier ones.

    Its clients speak version 2 of the API, and version 1 where a test sets ``cloudconvert_sandbox.version = 1``.
    """
    yield _cloudconvert_sandbox_process
    _cloudconvert_sandbox_process.version = 2
    _cloudconvert_sandbox_process.clear_faults()
    _cloudconvert_sandbox_process.clear_rate_limit()
    _cloudconvert_sandbox_process.forget_requests()


@pytest.fixture
def cloudconvert_client(cloudconvert_sandbox: Sandbox) -> Iterator[Client]:
    """A :class:`cloudconvert_kit.Client` of the sandbox."""
    with cloudconvert_sandbox.client() as client:
        yield client

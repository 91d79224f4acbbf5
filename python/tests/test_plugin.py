"""The plugin, in a test suite of somebody else."""

from __future__ import annotations

import contextlib
import socket
import subprocess
import sys
from pathlib import Path

import cloudconvert_kit

pytest_plugins = ["pytester"]

SUITE = """
import pytest

from cloudconvert_kit import NotFoundError

def test_converts(cloudconvert_client, tmp_path):
    source = tmp_path / "a.md"
    source.write_text("# Hello")
    assert b">Hello</h1>" in cloudconvert_client.convert(source, to="html").read()

def test_faults(cloudconvert_sandbox, cloudconvert_client):
    cloudconvert_sandbox.fault("status", lose_process=True)
    with pytest.raises(NotFoundError):
        cloudconvert_client.convert(b"# Hello", to="html", from_="md")
    cloudconvert_sandbox.fault("create", status=503, times=None)

def test_faults_are_forgotten(cloudconvert_sandbox, cloudconvert_client):
    assert cloudconvert_sandbox.requests() == []
    assert cloudconvert_client.convert(b"# Hello", to="html", from_="md").files

def test_rate_limit(cloudconvert_sandbox, cloudconvert_client):
    cloudconvert_sandbox.rate_limit(1, per_ms=500, retry_after=1)
    for conversion in cloudconvert_client.convert_many([b"# Hello"] * 2, to="html", from_="md"):
        assert conversion.files
    assert any(request["status"] == 429 for request in cloudconvert_sandbox.requests())
    assert "127.0.0.1" in repr(cloudconvert_sandbox)

def test_version_1(cloudconvert_sandbox):
    cloudconvert_sandbox.version = 1
    cloudconvert_sandbox.fault("wait", lose_process=True)
    with cloudconvert_sandbox.client() as client, pytest.raises(NotFoundError):
        client.convert(b"# Hello", to="html", from_="md")

def test_the_version_is_forgotten(cloudconvert_sandbox):
    assert cloudconvert_sandbox.base_url.endswith("/v2")
"""


def test_the_plugin(pytester: object) -> None:
    make, run = getattr(pytester, "makepyfile"), getattr(pytester, "runpytest_subprocess")  # noqa: B009
    make(SUITE)
    installed = any(part == "site-packages" for part in Path(cloudconvert_kit.__file__).parts)
    options = [] if installed else ["-p", "cloudconvert_kit.pytest_plugin"]
    run(*options, "-p", "no:cacheprovider", "-q").assert_outcomes(passed=6)


KILLED = """
import sys

from cloudconvert_kit.sandbox import Sandbox

sandbox = Sandbox()
print(sandbox.url, flush=True)
sys.stdin.read()
"""


def test_the_sandbox_ends_with_a_program_that_is_killed() -> None:
    program = subprocess.Popen([sys.executable, "-c", KILLED], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    with program:
        assert program.stdout is not None
        host, port = program.stdout.readline().strip().rpartition("//")[2].split(":")
        # Sooner than a silent connection would be closed anyway.
        with socket.create_connection((host, int(port)), timeout=40) as connection:
            program.kill()
            with contextlib.suppress(ConnectionError):
                assert connection.recv(1) == b""

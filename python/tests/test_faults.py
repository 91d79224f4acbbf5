"""Every fault of the sandbox is survived, by both clients, and nothing is left on the service."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest

from cloudconvert_kit import (
    Client,
    CloudConvertError,
    ConversionFailedError,
    ConversionTimeoutError,
    NetworkError,
    NotFoundError,
    Result,
    ThrottledError,
    UnauthorizedError,
    UnavailableError,
)
from cloudconvert_kit.sandbox import Sandbox
from conftest import ONLY_1

VERSIONS = [2, 1]
PROXY_PAGE = "<html><body><h1>502 Bad Gateway</h1></body></html>"
#: Requests of one conversion by each version of the API. Here no address waits for version 2, so it has polls alone.
KINDS = {
    1: ["create", "start", "upload", "status", "download", "delete", "wait"],
    2: ["create", "upload", "status", "download", "delete"],
}

FAULTS: dict[str, dict[str, Any]] = {
    "throttled": {"status": 429, "headers": {"Retry-After": "0"}},
    "throttled without a word": {"status": 429},
    "without capacity": {"status": 503, "headers": {"Retry-After": "0"}},
    "broken": {"status": 500, "body": '{"error": "Internal error"}'},
    "page of a proxy": {"status": 502, "body": PROXY_PAGE},
    "time-out of a proxy": {"status": 504, "body": PROXY_PAGE},
    "cut before": {"cut": "before"},
    "cut after": {"cut": "after"},
    "not JSON": {"status": 200, "body": "<html>log in</html>"},
}
#: A creation that may have arrived is looked for during 10 s. The vectors have all ways to lose one.
LOST = ["broken", "page of a proxy", "time-out of a proxy", "not JSON"]
CASES = [
    (version, kind, name)
    for version, kinds in KINDS.items()
    for kind in kinds
    for name in FAULTS
    if (version, kind) != (2, "create") or name not in LOST
]


def options_for(kind: str) -> dict[str, Any]:
    """Watching the progress, unless it is the long poll that fails."""
    return {} if kind == "wait" else {"on_progress": lambda progress: None}


def check(sandbox: Sandbox, result: Result, kind: str = "") -> None:
    assert b">Hello</h1>" in result.read()
    assert result.process_id not in [process["id"] for process in sandbox.processes()]
    if kind:
        assert any(request["kind"] == kind for request in sandbox.requests())


@pytest.mark.parametrize(("version", "kind", "fault"), CASES)
def test_client(cloudconvert_sandbox: Sandbox, text: Path, kind: Any, fault: str) -> None:
    cloudconvert_sandbox.fault(kind, **FAULTS[fault])
    with cloudconvert_sandbox.client() as client:
        check(cloudconvert_sandbox, client.convert(text, to="html", **options_for(kind)), kind)


@pytest.mark.parametrize(("version", "kind", "fault"), [case for case in CASES if case[0] == 2])
def test_async_client(cloudconvert_sandbox: Sandbox, text: Path, kind: Any, fault: str) -> None:
    cloudconvert_sandbox.fault(kind, **FAULTS[fault])

    async def run() -> Result:
        async with cloudconvert_sandbox.async_client() as client:
            return await client.convert(text, to="html", **options_for(kind))

    check(cloudconvert_sandbox, asyncio.run(run()), kind)


@pytest.mark.parametrize(("version", "upload"), [(2, "multipart"), (1, "multipart"), (1, "put")])
def test_an_upload_that_breaks_off(cloudconvert_sandbox: Sandbox, noise: Any, upload: Any) -> None:
    source = noise(3 << 20)
    cloudconvert_sandbox.fault("upload", cut_upload_after=1 << 20, times=2)
    with cloudconvert_sandbox.client() as client:
        result = client.convert(source, to="zip", mode="archive", upload=upload)
    assert result.files[0].size > 3 << 20
    assert result.process_id not in [process["id"] for process in cloudconvert_sandbox.processes()]


def test_a_download_that_breaks_off_is_resumed(cloudconvert_sandbox: Sandbox, noise: Any, tmp_path: Path) -> None:
    source = noise(3 << 20)
    with cloudconvert_sandbox.client() as client:
        whole = client.convert(source, to="zip", mode="archive", save=True)
        cloudconvert_sandbox.fault("download", cut_download_after=1 << 20, times=2)
        assert whole.process_url
        client.download(whole.process_url, save_to=tmp_path / "again.zip")
        assert (tmp_path / "again.zip").read_bytes() == whole.read()
        client.delete(whole.process_url)
    statuses = [r["status"] for r in cloudconvert_sandbox.requests() if r["kind"] == "download"]
    assert statuses.count(206) == 2, statuses


def test_answers_that_come_late(cloudconvert_sandbox: Sandbox, text: Path) -> None:
    for kind in ("create", "start", "upload", "delete"):
        cloudconvert_sandbox.fault(kind, delay_ms=60_000)
    with cloudconvert_sandbox.client(request_timeout=0.2, retries=10) as client:
        # An upload stands still for a minute before it is given up; here its whole conversion is.
        with pytest.raises(ConversionTimeoutError):
            client.convert(text, to="html", deadline=2)
        cloudconvert_sandbox.clear_faults()
        assert client.convert(text, to="html").files


def test_a_process_that_is_lost(cloudconvert_sandbox: Sandbox, text: Path) -> None:
    cloudconvert_sandbox.fault("wait" if cloudconvert_sandbox.version == 1 else "status", lose_process=True)
    with cloudconvert_sandbox.client() as client, pytest.raises(NotFoundError) as caught:
        client.convert(text, to="html")
    assert caught.value.status == 404
    assert caught.value.process_id


@ONLY_1
@pytest.mark.parametrize("times", [1, 3])
def test_a_conversion_that_the_service_has_no_capacity_for(
    cloudconvert_sandbox: Sandbox, text: Path, times: int
) -> None:
    """Its process has served; another one converts."""
    cloudconvert_sandbox.fault("run", status=503, headers={"Retry-After": "0"}, times=times)
    with cloudconvert_sandbox.client() as client:
        check(cloudconvert_sandbox, client.convert(text, to="html"))
    creates = [request for request in cloudconvert_sandbox.requests() if request["kind"] == "create"]
    assert len(creates) == times + 1


@pytest.mark.parametrize(("version", "seed"), [(2, 0), (1, 1), (1, 2)])
def test_everything_at_once(cloudconvert_sandbox: Sandbox, text: Path, seed: int) -> None:
    """One request in four goes wrong, in one way or another."""
    faults: list[dict[str, Any]] = [{"status": 500}, {"cut": "before"}, {"cut": "after"}, {"status": 429}]
    for number, fault in enumerate(faults):
        cloudconvert_sandbox.fault(None, times=None, probability=0.07, seed=seed * 10 + number, **fault)
    with cloudconvert_sandbox.client(retries=100) as client:
        for conversion in client.convert_many([text] * 5, to="html"):
            assert conversion.error is None
            assert b">Hello</h1>" in conversion.result().read()


def fails(
    sandbox: Sandbox, text: Path, kind: Any, expected: type[CloudConvertError], **fault: Any
) -> CloudConvertError:
    """The error of a conversion before a service that does nothing else; nothing is left of it."""
    before = sandbox.processes()
    sandbox.fault(kind, times=None, **fault)
    with sandbox.client(retries=2) as client, pytest.raises(expected) as caught:
        client.convert(text, to="html", deadline=20)
    sandbox.clear_faults()
    assert sandbox.processes() == before
    return caught.value


def test_what_is_not_repeated(cloudconvert_sandbox: Sandbox, text: Path) -> None:
    error = fails(cloudconvert_sandbox, text, "run", ConversionFailedError, status=422)
    # With version 2 the answer that tells of a failure is a good one.
    expected = 422 if cloudconvert_sandbox.version == 1 else None
    assert (error.code, error.status) == ("conversion_failed", expected)
    assert (error.response is None) == (expected is None)
    throttled = {"status": 429, "headers": {"Retry-After": "3600"}}
    error = fails(cloudconvert_sandbox, text, "create", ThrottledError, **throttled)
    assert error.retry_after == 3600


@ONLY_1
def test_what_is_given_up(cloudconvert_sandbox: Sandbox, text: Path) -> None:
    assert fails(cloudconvert_sandbox, text, "create", NetworkError, cut="before").status is None
    broken = {"status": 500, "body": '{"error": "Out of order"}'}
    error = fails(cloudconvert_sandbox, text, "create", UnavailableError, **broken)
    assert "Out of order" in error.message
    assert error.response is not None
    assert error.response.content == b'{"error": "Out of order"}'


def test_a_wrong_key_is_not_shown(cloudconvert_sandbox: Sandbox, text: Path) -> None:
    with Client("not-the-key-s3cret", base_url=cloudconvert_sandbox.base_url) as client:
        with pytest.raises(UnauthorizedError) as caught:
            client.convert(text, to="html")
        shown = repr(caught.value) + str(caught.value) + repr(client) + repr(caught.value.response)
    assert "s3cret" not in shown
    assert caught.value.status == 401

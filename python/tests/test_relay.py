"""A page without a key asks a relay: what is allowed works, and nobody waits for ever or sees another's."""

from __future__ import annotations

import asyncio
import base64
import contextlib
import importlib
import json
import logging
import socket
import threading
from pathlib import Path
from typing import Any, Iterator, Optional, Union

import pytest
import uvicorn
from fastapi import FastAPI

from asgi import Answered, ask
from cloudconvert_kit import BadRequestError, Client, UnauthorizedError
from cloudconvert_kit.relay import PageRequest, Relay, Rules
from cloudconvert_kit.relay._limits import Limits
from cloudconvert_kit.relay._refusal import Refusal
from cloudconvert_kit.sandbox import Sandbox
from cloudconvert_kit.transport import Request, Response

BASE = "https://www.example.org/convert/v2"
TASKS = {
    "in": {"operation": "import/upload"},
    "work": {"operation": "convert", "input": "in", "input_format": "md", "output_format": "html"},
    "out": {"operation": "export/url", "input": "work"},
}


def anybody(request: PageRequest) -> str:
    return request.headers.get("x-person", "anna")


def path_s_first(request: PageRequest) -> Optional[str]:
    """People are told apart by their own path."""
    return request.path.split("/")[1].replace("nobody", "") or None


class Service:
    """A service that makes jobs, each when it is let."""

    def __init__(self) -> None:
        self.let = threading.Event()
        self.asked = threading.Event()
        self.made = 0

    def send(self, request: Request) -> Response:
        self.asked.set()
        assert self.let.wait(30)
        if request.method == "GET":
            return Response(200, {}, b'{"data":[]}')
        self.made += 1
        return Response(201, {}, json.dumps({"data": {"id": f"job-{self.made}", "status": "waiting"}}).encode())


def relay_to(service: Any, **rules: Any) -> Relay:
    return Relay("KEY", allow=Rules(**rules), who=anybody, base_url="https://api.example.com/v2", transport=service)


async def create(relay: Any, url: str = f"{BASE}/jobs", **more: Any) -> Optional[Answered]:
    headers, body = {"content-type": "application/json"}, json.dumps({"tasks": TASKS}).encode()
    return await ask(relay, "POST", url, headers=headers, body=body, **more)


async def post(relay: Any, path: str, value: Any) -> Answered:
    url, headers = f"https://www.example.org/convert/v1/{path}", {"content-type": "application/json"}
    answered = await ask(relay, "POST", url, headers=headers, body=json.dumps(value).encode())
    assert answered is not None
    return answered


@contextlib.contextmanager
def served(app: Any) -> Iterator[str]:
    """Serves an app on a free port; gives its address."""
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen()
        server = uvicorn.Server(uvicorn.Config(app, log_level="warning", ws="none"))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
        thread.start()
        try:
            yield f"http://127.0.0.1:{listening.getsockname()[1]}"
        finally:
            server.should_exit = True
            thread.join()


@pytest.mark.parametrize("version", ["v1", "v2"])
def test_the_page_s_client_is_used_whole(cloudconvert_sandbox: Sandbox, text: Path, version: str) -> None:
    rules = Rules(from_=["md"], to=["html"], max_size=1000)
    relay = Relay(
        cloudconvert_sandbox.key, allow=rules, who=path_s_first, base_url=f"{cloudconvert_sandbox.url}/{version}"
    )
    host = cloudconvert_sandbox.url.partition("//")[2]
    before = cloudconvert_sandbox.processes()

    def page(who: str, address: str) -> Client:
        # A client wants a key, which the relay does not pass on.
        return Client("none", base_url=f"{address}/{who}/convert/{version}", trusted_hosts=[host])

    with served(relay) as address, page("anna", address) as anna, page("berta", address) as berta:
        assert b">Hello</h1>" in anna.convert(text, to="html").read()
        with pytest.raises(UnauthorizedError, match="gif"):
            anna.convert(text, to="gif")
        with page("nobody", address) as stranger, pytest.raises(UnauthorizedError, match="sign in"):
            stranger.convert(text, to="html")
        if version == "v2":
            job = anna.prepare("text.md", to="html", tag="order-7")
            assert [each.id for each in anna.processes(tag="order-7")] == [job.id]
            assert list(berta.processes()) == []
            anna.delete(job)
    uploads = [request for request in cloudconvert_sandbox.requests() if request["kind"] == "upload"]
    assert len(uploads) == 1, "the bytes went straight to the service"
    assert cloudconvert_sandbox.processes() == before


def test_an_input_that_is_too_large_is_deleted(cloudconvert_sandbox: Sandbox, text: Path) -> None:
    relay = Relay(
        cloudconvert_sandbox.key,
        allow=Rules(max_size=3),
        who=anybody,
        base_url=f"{cloudconvert_sandbox.url}/v2",
    )
    host = cloudconvert_sandbox.url.partition("//")[2]
    with served(relay) as address, Client("none", base_url=f"{address}/v2", trusted_hosts=[host]) as page:
        with pytest.raises(BadRequestError, match="more than 3 bytes"):
            page.convert(text, to="html")
        assert list(page.processes()) == []


def test_many_at_once_do_not_slip_past_the_limit() -> None:
    service = Service()
    relay = relay_to(service, at_once=2)

    async def main() -> list[int]:
        asked = [asyncio.ensure_future(create(relay)) for _ in range(5)]
        done, _ = await asyncio.wait(asked, return_when=asyncio.FIRST_COMPLETED)
        assert [answered.result().status for answered in done] == [429] * len(done)  # type: ignore[union-attr]
        service.let.set()
        return sorted(answered.status for answered in await asyncio.gather(*asked) if answered)

    assert asyncio.run(main()) == [201, 201, 429, 429, 429]
    assert service.made == 2


def test_a_page_that_has_gone_is_not_worked_for() -> None:
    service = Service()
    relay = relay_to(service, at_once=1)

    async def asked() -> None:
        await asyncio.to_thread(service.asked.wait, 30)

    async def main() -> None:
        assert await ask(relay, "GET", f"{BASE}/jobs", gone=asked) is None
        service.asked.clear()
        # A job that has begun counts, although nobody waits for the answer.
        creating = asyncio.ensure_future(create(relay))
        await asked()
        creating.cancel()
        service.let.set()
        while not service.made:
            await asyncio.sleep(0)
        again = await create(relay)
        assert again is not None
        assert again.status == 429

    asyncio.run(main())


class Watched:
    """A service with one conversion, whose input has so many bytes."""

    def __init__(self, version: str, size: int) -> None:
        self.version, self.size = version, size
        self.calls: list[str] = []
        self.known, self.deleted = threading.Event(), threading.Event()
        self.tag = ""

    def send(self, request: Request) -> Response:
        self.calls.append(request.method)
        if request.method == "POST":
            self.tag = json.loads(b"".join(request.body)).get("tag", "")
        if request.method == "DELETE":
            self.deleted.set()
            return Response(204, {}, b"")
        answer = self.job(request.method) if self.version == "v2" else self.process(request.method)
        if request.method == "GET":
            self.known.set()
        return Response(200, {}, json.dumps(answer).encode())

    def job(self, method: str) -> Any:
        done = {"operation": "import/upload", "status": "finished", "result": {"files": [{"size": self.size}]}}
        tasks = {} if method == "POST" else {"tasks": [done]}
        return {"data": {"id": "job-1", "status": "processing", "tag": self.tag, **tasks}}

    def process(self, method: str) -> Any:
        known = {} if method == "POST" else {"input": {"size": self.size}}
        return {"id": "p1", "url": "//srv01.example.com/process/p1", "step": "input", **known}


@pytest.mark.parametrize("size", [100, 101])
@pytest.mark.parametrize("version", ["v1", "v2"])
def test_the_relay_asks_how_large_an_input_is_where_its_page_does_not(
    version: str, size: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("cloudconvert_kit.relay._watch._FIRST", 0.0)
    service = Watched(version, size)
    base = f"https://api.example.com/{version}"
    relay = Relay("KEY", allow=Rules(max_size=100), who=anybody, base_url=base, transport=service)

    async def main() -> None:
        if version == "v2":
            await create(relay)
        else:
            made = await post(relay, "process", {"inputformat": "md", "outputformat": "html"})
            await post(relay, f"process/{made.json['id']}", {"input": "upload", "outputformat": "html"})
        awaited = service.known if size == 100 else service.deleted
        assert await asyncio.to_thread(awaited.wait, 30)
        while len(asyncio.all_tasks()) > 1:
            await asyncio.sleep(0)

    asyncio.run(main())
    posts = ["POST"] if version == "v2" else ["POST", "POST"]
    assert service.calls == [*posts, "GET", *(["DELETE"] if size == 101 else [])]


def test_with_version_1_a_page_learns_nothing_by_which_it_could_start_a_process_itself(
    cloudconvert_sandbox: Sandbox,
) -> None:
    base = f"{cloudconvert_sandbox.url}/v1"
    relay = Relay(cloudconvert_sandbox.key, allow=Rules(), who=anybody, base_url=base)

    async def main() -> None:
        shown = [await post(relay, "process", {"inputformat": "md", "outputformat": "html"})]
        path = f"process/{shown[0].json['id']}"
        shown.append(await post(relay, path, {"input": "upload", "outputformat": "html"}))
        with Client(cloudconvert_sandbox.key, base_url=base) as client:
            ids = [each.id for each in client.processes()]
        deleted = await ask(relay, "DELETE", f"https://www.example.org/convert/v1/{path}")
        assert deleted is not None
        address = base64.urlsafe_b64decode(path.partition("/")[2] + "==")
        seen = [address.decode("latin-1"), *(each.text for each in (*shown, deleted))]
        assert ids
        assert not [id for id in ids if any(id in text for text in seen)]

    asyncio.run(main())


def test_a_service_that_stays_silent(cloudconvert_sandbox: Sandbox) -> None:
    cloudconvert_sandbox.fault("list", delay_ms=60_000)
    base = f"{cloudconvert_sandbox.url}/v2"
    relay = Relay(cloudconvert_sandbox.key, allow=Rules(), who=anybody, base_url=base, timeout=0.2)
    answered = asyncio.run(ask(relay, "GET", f"{BASE}/jobs"))
    assert answered is not None
    assert answered.status == 502


def test_a_page_behind_a_proxy_that_ends_its_tls() -> None:
    relay = Relay("key", allow=Rules(), who=anybody, base_url="http://127.0.0.1:9/v2")
    for origin, status in (("https://www.example.org", 204), ("https://evil.example", 403), ("null", 403)):
        url = "http://www.example.org/convert/v2/jobs"
        answered = asyncio.run(ask(relay, "OPTIONS", url, headers={"origin": origin}))
        assert answered is not None
        assert answered.status == status


def test_who_may_be_awaited_and_may_fail(caplog: pytest.LogCaptureFixture) -> None:
    async def nobody(request: PageRequest) -> Optional[str]:
        await asyncio.sleep(0)
        return request.cookies.get("session")

    def broken(request: PageRequest) -> str:
        raise LookupError("the database is away")

    statuses = {}
    for who in (nobody, broken):
        relay = Relay("KEY", allow=Rules(), who=who, transport=Service())
        for cookie in ("session=", "other=1; session=anna", "=;;"):
            answered = asyncio.run(ask(relay, "GET", f"{BASE}/nothing", headers={"cookie": cookie}))
            assert answered is not None
            assert "database" not in answered.text
            statuses[who, cookie] = answered.status
    assert list(statuses.values()) == [401, 404, 401, 502, 502, 502]
    assert "the database is away" in caplog.text


def test_what_is_sent_in_pieces_or_is_too_long() -> None:
    relay = relay_to(Service())

    async def main(pieces: list[bytes]) -> int:
        messages = [{"type": "http.request", "body": piece, "more_body": True} for piece in pieces]
        sent: list[Any] = []

        async def receive() -> Any:
            return messages.pop(0) if messages else {"type": "http.request", "body": b"", "more_body": False}

        async def send(message: Any) -> None:
            sent.append(message)

        headers = [(b"host", b"www.example.org"), (b"content-type", b"application/json")]
        scope = {"type": "http", "method": "POST", "path": "/v2/jobs", "query_string": b"", "headers": headers}
        await relay(scope, receive, send)
        return int(sent[0]["status"])

    assert asyncio.run(main([b'{"tas', b'ks":{', b'"a":1}}'])) == 422
    assert asyncio.run(main([b" " * 60_000, b" " * 60_000])) == 413
    assert asyncio.run(main([b"[" * 90_000])) == 400
    assert asyncio.run(main([b'{"tasks":NaN}'])) == 400


def test_a_server_begins_and_ends_it() -> None:
    events = iter([{"type": "lifespan.startup"}, {"type": "lifespan.shutdown"}])
    sent: list[Any] = []

    async def receive() -> Any:
        return next(events)

    async def send(message: Any) -> None:
        sent.append(message["type"])

    relay = relay_to(Service())
    asyncio.run(relay({"type": "lifespan"}, receive, send))
    asyncio.run(relay({"type": "websocket"}, receive, send))
    assert sent == ["lifespan.startup.complete", "lifespan.shutdown.complete", "websocket.close"]


def test_what_a_relay_cannot_do_without(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(BadRequestError, match="CLOUDCONVERT_API_KEY"):
        Relay(allow=Rules(), who=anybody)
    with pytest.raises(TypeError, match="list"):
        Rules(to="jpg")
    with pytest.raises(BadRequestError):
        Relay("KEY", allow=Rules(), who=anybody, base_url="example.org")
    monkeypatch.setenv("CLOUDCONVERT_API_KEY", "KEY-s3cret")
    relay = Relay(allow=Rules(), who=anybody)
    assert repr(relay) == "<Relay to https://api.cloudconvert.com/v2>"
    with pytest.raises(BadRequestError, match="CLOUDCONVERT_API_KEY"):
        Relay("", allow=Rules(), who=anybody)


def test_limits_forget() -> None:
    time = [0.0]
    limits = Limits(Rules(at_once=1, per_minute=2), lambda: time[0])

    def begin(who: str, id: str) -> Union[int, str, None]:
        try:
            with limits.take(who):
                limits.began(who, id)
        except Refusal as refusal:
            return refusal.retry_after
        return None

    assert [begin("anna", "1"), begin("anna", "2")] == [None, 2]
    limits.ended("anna", "1")
    time[0] = 15
    assert begin("anna", "2") is None
    limits.ended("anna", "2")
    assert begin("anna", "3") == 45
    time[0] = 61
    assert begin("anna", "3") is None
    # A conversion that was never asked about again counts for an hour.
    time[0] = 3000
    assert begin("anna", "4") == 2
    time[0] = 3700
    assert begin("berta", "1") is None
    assert begin("anna", "4") is None
    time[0] = 9000
    begin("carla", "1")
    begin("anna", "5")
    assert set(limits._people) <= {"anna", "berta", "carla"}


# In other people's apps


def test_mounted_in_fastapi() -> None:
    app = FastAPI()
    service = Service()
    service.let.set()
    app.mount("/api/convert", relay_to(service))
    answered = asyncio.run(create(app, "https://www.example.org/api/convert/v2/jobs"))
    assert answered is not None
    assert (answered.status, answered.json["data"]["id"]) == (201, "job-1")


def test_beside_django() -> None:
    # It has no types.
    settings: Any = importlib.import_module("django.conf").settings
    if not settings.configured:
        settings.configure(SECRET_KEY="s", ROOT_URLCONF=(), ALLOWED_HOSTS=["*"], USE_TZ=True)
    site: Any = importlib.import_module("django.core.asgi").get_asgi_application()
    service = Service()
    service.let.set()
    relay = relay_to(service)

    async def application(scope: Any, receive: Any, send: Any) -> None:
        is_relay = scope["type"] == "http" and scope["path"].startswith("/convert/")
        await (relay if is_relay else site)(scope, receive, send)

    answered = asyncio.run(create(application))
    assert answered is not None
    assert answered.status == 201


def test_nothing_is_told_of_the_key(caplog: pytest.LogCaptureFixture) -> None:
    class Broken:
        def send(self, request: Request) -> Response:
            raise ConnectionResetError("the connection broke")

    relay = Relay("KEY-s3cret", allow=Rules(), who=anybody, transport=Broken())
    with caplog.at_level(logging.DEBUG):
        answered = asyncio.run(ask(relay, "GET", f"{BASE}/operations"))
    assert answered is not None
    assert answered.json == {"message": "The service cannot be reached: try again later."}
    assert "KEY-s3cret" not in caplog.text

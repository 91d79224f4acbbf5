"""Waiting for a webhook instead of asking: what comes is checked, told, and believed no more than a stranger."""

from __future__ import annotations

import asyncio
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any, Callable, Iterator, cast

import pytest

from cloudconvert_kit import Client, UnauthorizedError, Webhook
from cloudconvert_kit.sandbox import Sandbox

#: Nobody asks as seldom as one that waits to be called: the first question comes after this many seconds.
PATIENCE = 10.0


class Receiver(HTTPServer):
    """A web server of the user's that is called."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Called)
        self.url = f"http://127.0.0.1:{self.server_port}/done"
        self.secret = ""
        self.refused = threading.Event()
        self.tell: Callable[[Webhook], object] = lambda webhook: None


class Called(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        server = cast("Receiver", self.server)
        body = self.rfile.read(int(self.headers["Content-Length"]))
        try:
            webhook = Webhook.verify(body, self.headers.get("CloudConvert-Signature"), server.secret)
        except UnauthorizedError:
            server.refused.set()
            self.send_response(401)
        else:
            for _ in range(2):  # It may come twice.
                server.tell(webhook)
            self.send_response(200)
        self.end_headers()

    def log_message(self, format: str, *args: Any) -> None:
        """Says nothing."""


@pytest.fixture
def receiver(cloudconvert_sandbox: Sandbox) -> Iterator[Receiver]:
    with Receiver() as server, v2(cloudconvert_sandbox) as client:
        webhook = client.create_webhook(server.url, ["job.finished", "job.failed"])
        server.secret = webhook.secret or ""
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield server
        client.delete_webhook(webhook.id)
        server.shutdown()
        thread.join()


def v2(sandbox: Sandbox) -> Client:
    return sandbox.client(base_url=f"{sandbox.url}/v2")


def questions(sandbox: Sandbox) -> int:
    """How often somebody asked how far a job is."""
    return len([request for request in sandbox.requests() if request["kind"] in ("status", "wait")])


def test_a_webhook_ends_the_waiting(cloudconvert_sandbox: Sandbox, receiver: Receiver, text: Path) -> None:
    with v2(cloudconvert_sandbox) as client:
        receiver.tell = client.called_back
        cloudconvert_sandbox.forget_requests()
        result = client.convert(text, to="html", watch="callback", callback=receiver.url, deadline=PATIENCE)
        assert b">Hello</h1>" in result.read()
    assert questions(cloudconvert_sandbox) <= 2


def test_the_same_for_asyncio(cloudconvert_sandbox: Sandbox, receiver: Receiver, text: Path) -> None:
    async def main() -> None:
        async with cloudconvert_sandbox.async_client() as client:
            receiver.tell = client.called_back
            result = await client.convert(text, to="html", watch="callback", callback=receiver.url, deadline=PATIENCE)
            assert b">Hello</h1>" in result.read()

    asyncio.run(main())


def test_a_stranger_s_webhook_is_not_told(cloudconvert_sandbox: Sandbox, receiver: Receiver, text: Path) -> None:
    told: list[Webhook] = []
    receiver.tell, receiver.secret = told.append, "another secret"
    with v2(cloudconvert_sandbox) as client:
        client.convert(text, to="html")
    assert receiver.refused.wait(PATIENCE)
    assert told == []


def test_a_webhook_of_another_job_changes_nothing(cloudconvert_sandbox: Sandbox, text: Path) -> None:
    with v2(cloudconvert_sandbox) as client:
        client.called_back(Webhook("job.finished", "another", {}))
        assert client.convert(text, to="html").files

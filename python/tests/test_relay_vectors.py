"""Replays `tests/vectors/relay/*.json`, as the relay of npm does."""

from __future__ import annotations

import asyncio
import base64
import json
import logging
from typing import Any, Sequence

import pytest

from asgi import ask
from cloudconvert_kit.relay import PageRequest, Relay, Rules
from cloudconvert_kit.transport import Request, Response
from script import FOLDER, contains

VECTORS = {path.stem: json.loads(path.read_text()) for path in sorted(FOLDER.glob("relay/*.json"))}
PERSON = "x-person"
#: What the rules are called here.
NAMES = {
    "from": "from_",
    "maxSize": "max_size",
    "atOnce": "at_once",
    "perMinute": "per_minute",
    "requestsPerMinute": "requests_per_minute",
}


class Service:
    """Answers the relay, as the script says."""

    def __init__(self, key: str) -> None:
        self.key = key
        self.entries: list[dict[str, Any]] = []
        self.wrong: list[str] = []

    def send(self, request: Request) -> Response:
        entry = self.entries.pop(0) if self.entries else {"expect": {}, "answer": {}}
        body = b"".join(request.body)
        asked = {
            "call": f"{request.method} {request.url}",
            "key": request.headers.get("authorization") == f"Bearer {self.key}",
            "json": json.loads(body) if body else None,
        }
        expected = {"key": False, "json": None, **entry["expect"]}
        if asked != expected:
            self.wrong.append(f"{asked} instead of {expected}")
        if "fail" in entry:
            raise ConnectionResetError
        answer = entry["answer"]
        text = json.dumps(answer["json"]) if "json" in answer else answer.get("text", "")
        return Response(answer.get("status", 200), answer.get("headers", {}), text.encode())


@pytest.mark.parametrize("name", VECTORS)
def test_vector(name: str, caplog: pytest.LogCaptureFixture) -> None:
    vector = VECTORS[name]
    service = Service(vector["key"])
    relay = Relay(
        vector["key"],
        allow=Rules(**{NAMES.get(rule, str(rule)): value for rule, value in vector["rules"].items()}),
        who=who,
        base_url=vector["base"],
        origins=vector.get("origins", ()),
        transport=service,
    )

    async def play() -> None:
        for step in vector["script"]:
            await one(relay, service, step, vector.get("hidden", ()))

    with caplog.at_level(logging.DEBUG):
        asyncio.run(play())
    assert vector["key"] not in caplog.text + repr(relay)


def who(request: PageRequest) -> Any:
    return request.headers.get(PERSON)


async def one(relay: Relay, service: Service, step: dict[str, Any], hidden: Sequence[str]) -> None:
    """Plays a step: what a page asks, what the service is asked then, and the answer."""
    asked, expected = step["ask"], {"status": 200, **step["answer"]}
    service.entries = list(step["service"])
    method, url = asked["call"].split(" ", 1)
    headers = {PERSON: asked["who"]} if "who" in asked else {}
    body = base64.b64decode(asked["base64"]) if "base64" in asked else asked.get("text", "").encode()
    body *= asked.get("times", 1)
    if "json" in asked:
        headers["content-type"], body = "application/json", json.dumps(asked["json"]).encode()
    answered = await ask(relay, method, url, headers={**headers, **asked.get("headers", {})}, body=body)
    assert answered is not None
    told = f"{asked['call']}: {answered.status} {answered.text}"
    assert service.wrong == [], told
    assert service.entries == [], told
    assert answered.status == expected["status"], told
    assert expected.get("message", "") in ((answered.json or {}).get("message", "") if "message" in expected else "")
    assert answered.headers["cache-control"] == "no-store" or answered.status == 204
    for name, value in expected.get("headers", {}).items():
        assert answered.headers.get(name) == value, told
    if "json" in expected:
        assert contains(answered.json, expected["json"]), told
    for secret in (service.key, "payload", "HERS", *hidden):
        assert secret not in f"{answered.text}{answered.headers}"

"""Webhooks and URLs that a secret signs: believed only with the right signature."""

from __future__ import annotations

import doctest
import hashlib
import hmac
import json

import pytest

from cloudconvert_kit import (
    BadRequestError,
    InvalidResponseError,
    SignedUrl,
    UnauthorizedError,
    Webhook,
    signing,
)

BODY = b'{"event":"job.finished","job":{"id":"7","links":{"self":"https:\\/\\/api.example.com\\/v2\\/jobs\\/7"}}}'
TASKS = {
    "a": {"operation": "import/url", "url": "https://e.org/\u00fc"},
    "b": {"operation": "export/url", "input": "a"},
}
BASE = "https://s.example.com/b3d85428"


def signed(body: bytes, secret: str = "secret") -> str:
    return hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()


def test_a_signed_webhook_is_read() -> None:
    webhook = Webhook.verify(BODY, signed(BODY), "secret")
    assert (webhook.event, webhook.job_id) == ("job.finished", "7")
    assert webhook.job["links"]["self"] == "https://api.example.com/v2/jobs/7"
    assert "links" not in repr(webhook)


@pytest.mark.parametrize(
    ("body", "signature", "secret"),
    [
        (BODY, None, "secret"),
        (BODY, "", "secret"),
        (BODY, "\u00fc", "secret"),
        (BODY, signed(BODY), "other"),
        (BODY, signed(BODY)[:-1], "secret"),
        (json.dumps(json.loads(BODY)).encode(), signed(BODY), "secret"),
    ],
)
def test_nothing_else_is_believed(body: bytes, signature: str, secret: str) -> None:
    with pytest.raises(UnauthorizedError, match="raw body"):
        Webhook.verify(body, signature, secret)


def test_what_cannot_be_a_webhook() -> None:
    with pytest.raises(BadRequestError, match="secret is empty"):
        Webhook.verify(BODY, signed(BODY, ""), "")
    with pytest.raises(InvalidResponseError):
        Webhook.verify(b"[]", signed(b"[]"), "secret")


def test_a_signed_url() -> None:
    url = SignedUrl({"tasks": TASKS}, "key_1").sign(BASE, "secret")
    unsigned, signature = url.split("&s=")
    assert signature == signed(unsigned.encode())
    assert SignedUrl.verify(url, "secret") == SignedUrl({"tasks": TASKS}, "key_1")
    with pytest.raises(UnauthorizedError):
        SignedUrl.verify(url.replace("key_1", "key_2"), "secret")
    for wrong in [SignedUrl({"tasks": {}}), SignedUrl({"tasks": TASKS}, "a b")]:
        with pytest.raises(BadRequestError):
            wrong.sign(BASE, "secret")


def test_the_examples() -> None:
    assert doctest.testmod(signing).attempted > 0
    assert doctest.testmod(signing).failed == 0

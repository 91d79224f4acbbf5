"""What gives access to files is neither shown nor kept."""

from __future__ import annotations

import pickle
import traceback
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from cloudconvert_kit import (
    S3,
    Client,
    CloudConvertError,
    Content,
    Request,
    Response,
    SignedUrl,
    UnauthorizedError,
    Url,
    Webhook,
)
from cloudconvert_kit.sandbox import Sandbox

SECRET = "s3cret"
SIGNED = f"https://user:{SECRET}@files.example.org/in/a.md?X-Amz-Signature={SECRET}"
BUCKET = S3("ID", SECRET, "bucket", session_token=SECRET).with_fields(acl=SECRET)
CALLBACK = f"https://example.org/hook?token={SECRET}"


def shown(error: BaseException) -> str:
    """All that an error shows, with what is behind it, and what travels with it."""
    response = getattr(error, "response", None)
    told = "".join(traceback.format_exception(type(error), error, error.__traceback__, chain=True))
    # The lines of this file are no part of it.
    lines = [line for line in told.splitlines() if not line.startswith("    ")]
    return "\n".join([*lines, repr(error), str(vars(error)), repr(response)])


class Refusing:
    """Notes what is asked, and refuses it."""

    def __init__(self) -> None:
        self.shown = ""

    def send(self, request: Request) -> Response:
        self.shown += repr(request)
        return Response(422, {}, b'{"message": "The given data was invalid.", "code": "INVALID_DATA"}')


@pytest.mark.parametrize("base", ["https://api.example.org/v1", "https://api.example.org/v2"])
@pytest.mark.parametrize(
    ("source", "options"),
    [
        (SIGNED, {}),
        (Url(SIGNED), {"name": "a.md"}),
        (BUCKET.file("a.md"), {}),
        (Content(SECRET, "a.md"), {}),
        ("https://example.org/a.md", {"output": BUCKET.path("out/")}),
        ("https://example.org/a.md", {"callback": CALLBACK}),
        ("https://example.org/a.md", {"extra": {"password": SECRET}}),
        ("https://example.org/a.md", {"options": {"password": SECRET}}),
    ],
)
def test_conversions(base: str, source: Any, options: dict[str, Any]) -> None:
    transport = Refusing()
    states: list[str] = []
    with Client(SECRET, base_url=base, transport=transport) as client:
        conversion = client.submit(source, "html", checkpoint=states.append, **options)
        with pytest.raises(CloudConvertError) as failure:
            conversion.result()
        assert SECRET not in repr(client) + repr(conversion) + transport.shown
        assert SECRET not in shown(failure.value)
        assert SECRET not in str(pickle.loads(pickle.dumps(failure.value)).__dict__)
        assert isinstance(source, str) or SECRET not in repr(source)
    kept = [state for state in states if SECRET in state]
    if not (source == SIGNED or source == Url(SIGNED) or "callback" in options or {"extra", "options"} & {*options}):
        assert not kept


def test_what_is_shown_of_a_signed_url() -> None:
    job = {"tasks": {"a": {"operation": "import/url", "url": SIGNED}, "b": {"operation": "export/url", "input": "a"}}}
    signed = SignedUrl(job)
    assert SECRET not in repr(signed)
    url = signed.sign("https://s.cloudconvert.com/ID", SECRET)
    with pytest.raises(UnauthorizedError) as failure:
        SignedUrl.verify(url, "another")
    assert SECRET not in shown(failure.value)


@pytest.mark.parametrize("odd", ["\udcff", "é", "", "0" * 64, "\0", "a\nb", "x" * 10**6, "ü" * 64], ids=ascii)
def test_signatures_that_are_none(odd: str) -> None:
    """A header may be anything."""
    for body in (b"{}", b"", b"\xff" * 100):
        with pytest.raises(UnauthorizedError):
            Webhook.verify(body, odd, "secret")
    with pytest.raises(UnauthorizedError):
        SignedUrl.verify(f"https://s.cloudconvert.com/ID?job=e30&s={odd}", "secret")
    with pytest.raises(UnauthorizedError):
        Webhook.verify(b"{}", None, f"secret{odd}")


@pytest.mark.parametrize(
    "options",
    [{"api_key": "\udcff"}, {"api_key": "a\nb"}, {"base_url": "https://e.org/\udcff"}, {"trusted_hosts": ["\udcff"]}],
)
def test_text_that_is_no_unicode(cloudconvert_sandbox: Sandbox, text: Path, options: dict[str, Any]) -> None:
    given = {"api_key": "key", "base_url": cloudconvert_sandbox.base_url, **options}
    with pytest.raises((CloudConvertError, ValueError)), Client(**given) as client:
        client.convert(text, to="html", deadline=10)


def test_a_callback_that_is_no_unicode(cloudconvert_client: Client) -> None:
    for called in ("\udcff", "?id=\udcff", "?id=%ff&url=%00"):
        with suppress(CloudConvertError):
            cloudconvert_client.called_back(called)

"""What both clients promise: the same methods with the same arguments, documented; and no secrets shown."""

from __future__ import annotations

import copy
import inspect
import pickle
from typing import Any

import pytest

import cloudconvert_kit
from cloudconvert_kit import S3, AsyncClient, Client, CloudConvertError, Content, Process, ThrottledError, errors

METHODS = sorted(name for name in dir(Client) if not name.startswith("_"))


def test_the_clients_have_the_same_methods() -> None:
    ours = {name for name in dir(AsyncClient) if not name.startswith("_")}
    assert (ours - {"aclose"}) | {"close"} == set(METHODS)


@pytest.mark.parametrize("name", [name for name in METHODS if name != "close"])
def test_with_the_same_arguments(name: str) -> None:
    sync, other = (inspect.signature(getattr(client, name)) for client in (Client, AsyncClient))
    assert list(sync.parameters.values()) == list(other.parameters.values())


def test_everything_is_documented() -> None:
    for name in cloudconvert_kit.__all__:
        thing = getattr(cloudconvert_kit, name)
        if inspect.isclass(thing):
            assert inspect.getdoc(thing), name
            for method, value in inspect.getmembers(thing, inspect.isfunction):
                if not method.startswith("_"):
                    assert value.__doc__, f"{name}.{method}"


def test_one_exception_for_each_code() -> None:
    kinds = [getattr(errors, name) for name in errors.__all__ if name != "CloudConvertError"]
    codes = [kind.code for kind in kinds]
    assert sorted(codes) == sorted(set(codes))
    assert all(issubclass(kind, CloudConvertError) for kind in kinds)


@pytest.mark.parametrize("again", [copy.copy, lambda error: pickle.loads(pickle.dumps(error))])
def test_exceptions_travel(again: Any) -> None:
    error = again(ThrottledError("slower", status=429, retry_after=3.5, process_id="x"))
    assert isinstance(error, ThrottledError)
    assert (error.message, error.status, error.retry_after, error.process_id) == ("slower", 429, 3.5, "x")
    assert str(error) == "slower"
    assert repr(error) == "ThrottledError('slower', status=429, retry_after=3.5, process_id='x')"


def test_secrets_are_not_shown() -> None:
    bucket = S3(access_key_id="ID", secret_access_key="s3cret", bucket="b").path("out/")
    things = [
        Client("s3cret"),
        AsyncClient("s3cret"),
        bucket,
        bucket.file("a.png"),
        Content("s3cret", "a.md"),
        Process("id", "https://host/process/s3cret", "https://host/upload/s3cret"),
    ]
    for thing in things:
        assert "s3cret" not in repr(thing) + str(thing)


def test_a_client_with_what_cannot_be_right() -> None:
    for wrong in ({"base_url": "example.com"}, {"base_url": "https://u:p@example.com"}, {"api_key": "a key"}):
        with pytest.raises(cloudconvert_kit.BadRequestError):
            Client(**wrong)  # type: ignore[arg-type]


def test_no_key(text: Any) -> None:
    with Client() as client, pytest.raises(cloudconvert_kit.UnauthorizedError, match="an API key is needed"):
        client.convert(text, to="html")


def test_an_empty_key_is_none(text: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CLOUDCONVERT_API_KEY", "another")
    with Client("") as client, pytest.raises(cloudconvert_kit.UnauthorizedError, match="an API key is needed"):
        client.convert(text, to="html")


def test_names_are_made_safe() -> None:
    assert cloudconvert_kit.safe_name("../../etc/passwd") == "passwd"
    with pytest.raises(AttributeError):
        _ = cloudconvert_kit.Nothing

"""What can go wrong: one base class, and one class for each of the kit's error codes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, Mapping, Optional

if TYPE_CHECKING:
    from .transport import Response

__all__ = [
    "BadRequestError",
    "CloudConvertError",
    "ConversionCancelledError",
    "ConversionFailedError",
    "ConversionTimeoutError",
    "InputError",
    "InvalidResponseError",
    "NetworkError",
    "NotFoundError",
    "OutputError",
    "ThrottledError",
    "UnauthorizedError",
    "UnavailableError",
    "UntrustedUrlError",
]


class CloudConvertError(Exception):
    """A conversion or a call that failed, in words for a person and with the facts that a program needs."""

    #: The kind of failure. The codes are the same in every language of the kit.
    code: ClassVar[str] = "unknown"

    #: What happened and what to do.
    message: str
    #: The HTTP status that the service answered with.
    status: Optional[int]
    #: How many seconds the service asked to wait.
    retry_after: Optional[float]
    #: The process that failed.
    process_id: Optional[str]
    #: The answer that the failure came from, if it came from one.
    response: Optional[Response]
    #: The method and the URL of the request that failed, without its query: ``GET https://api.example.com/v2/jobs/1``.
    request: Optional[str]
    #: What the service itself said. ``message`` may say more.
    service_message: Optional[str]
    #: Whether the same may work later, after ``retry_after`` or some minutes: the service or the network is to blame.
    is_retryable: bool

    def __init__(
        self,
        message: str,
        *,
        status: Optional[int] = None,
        retry_after: Optional[float] = None,
        process_id: Optional[str] = None,
        response: Optional[Response] = None,
        request: Optional[str] = None,
        service_message: Optional[str] = None,
        is_retryable: bool = False,
    ) -> None:
        super().__init__(message)
        self.message = message
        self.status = status
        self.retry_after = retry_after
        self.process_id = process_id
        self.response = response
        self.request = request
        self.service_message = service_message
        self.is_retryable = is_retryable

    def __repr__(self) -> str:
        facts = {"status": self.status, "retry_after": self.retry_after, "process_id": self.process_id}
        shown = "".join(f", {name}={value!r}" for name, value in facts.items() if value is not None)
        return f"{type(self).__name__}({self.message!r}{shown})"

    def __reduce__(self) -> Any:
        # Exceptions travel between processes; a keyword argument does not by default.
        return (_again, (type(self), self.message, {name: getattr(self, name) for name in _FACTS}))


_FACTS = ("status", "retry_after", "process_id", "response", "request", "service_message", "is_retryable")


def _again(kind: type[CloudConvertError], message: str, facts: Mapping[str, Any]) -> CloudConvertError:
    return kind(message, **facts)


class BadRequestError(CloudConvertError):
    """A parameter is missing, wrong, or contradicts another (also: HTTP 400)."""

    code = "bad_request"


class UnauthorizedError(CloudConvertError):
    """The API key is missing or wrong (HTTP 401, 403), or its account has no credits (402)."""

    code = "unauthorized"


class NotFoundError(CloudConvertError):
    """The process is gone, or never was (HTTP 404, 410)."""

    code = "not_found"


class ConversionFailedError(CloudConvertError):
    """The service could not convert this input (HTTP 422)."""

    code = "conversion_failed"


class UnavailableError(CloudConvertError):
    """The service has no capacity or an internal error, and the retries are used up (HTTP 503, other 5xx)."""

    code = "unavailable"


class ThrottledError(CloudConvertError):
    """The service asked to slow down for longer than the conversion may last (HTTP 429)."""

    code = "throttled"


class NetworkError(CloudConvertError):
    """The connection failed, and the retries are used up."""

    code = "network"


class ConversionTimeoutError(CloudConvertError, TimeoutError):
    """The conversion took longer than it may; give it more time with ``deadline``."""

    code = "timeout"


class ConversionCancelledError(CloudConvertError):
    """Cancelled by the caller. The process was deleted."""

    code = "cancelled"


class InvalidResponseError(CloudConvertError):
    """An answer that is not the API's, or an output that is not whole."""

    code = "invalid_response"


class UntrustedUrlError(CloudConvertError):
    """The service named a URL on a host that is not to be trusted; if it is yours, name it in ``trusted_hosts``."""

    code = "untrusted_url"


class InputError(CloudConvertError):
    """The input cannot be read."""

    code = "input"


class OutputError(CloudConvertError):
    """The output cannot be written."""

    code = "output"


_KINDS = {kind.code: kind for kind in CloudConvertError.__subclasses__()}


def from_facts(facts: Mapping[str, Any], response: Optional[Response]) -> CloudConvertError:
    """The exception for an error of the core."""
    kind = _KINDS.get(facts["code"], CloudConvertError)
    wait = facts.get("retryAfter")
    return kind(
        facts["message"],
        status=facts.get("status"),
        retry_after=None if wait is None else wait / 1000,
        process_id=facts.get("processId"),
        response=response,
        request=f"{facts['method']} {facts['url']}" if "method" in facts else None,
        service_message=facts.get("serviceMessage"),
        is_retryable=facts.get("isRetryable", False),
    )

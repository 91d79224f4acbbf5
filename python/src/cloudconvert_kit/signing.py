"""What a secret signs in version 2 of the API: webhooks that the service sends, and URLs that run a job."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Mapping, Optional

from ._native import sign_url, verify_url, verify_webhook

__all__ = ["SignedUrl", "Webhook"]


@dataclass(frozen=True)
class Webhook:
    """What the service says by a webhook. Read it by :meth:`verify` alone: anybody can send such a request.

    A web server passes the raw body and one header. For what is not from the service, answer with 400 or 401.

    >>> body = b'{"event":"job.finished","job":{"id":"7","status":"finished"}}'
    >>> signature = "f978a7b70c7afd832b22f6ffd210a545ac34984646fb2da1f6908dcafb4f8fcb"
    >>> Webhook.verify(body, signature, "secret")
    Webhook(event='job.finished', job_id='7')
    """

    #: ``job.created``, ``job.finished``, ``job.failed``, or one that comes later.
    event: str
    #: The ID of the job.
    job_id: str
    #: The whole job with its tasks, as the service wrote it. It holds signed URLs.
    job: Mapping[str, Any] = field(repr=False)

    @classmethod
    def verify(cls, body: bytes, signature: Optional[str], secret: str) -> Webhook:
        """Checks the signature in constant time, then reads the body.

        :param body: the raw body of the request. JSON that was parsed and written again has another signature.
        :param signature: its header ``CloudConvert-Signature``; ``None`` where there is none.
        :param secret: the signing secret of that webhook.
        :raises UnauthorizedError: it is not signed with this secret. Nothing of it is to be believed.
        :raises BadRequestError: the secret is empty.
        :raises InvalidResponseError: it is signed, and not a webhook.
        """
        told = verify_webhook(body, signature or "", secret)
        return cls(told["event"], told["jobId"], told["job"])


@dataclass(frozen=True)
class SignedUrl:
    """A URL that runs a job when somebody opens it, and redirects to the file. Whoever has it can read the job."""

    #: The body of the job's creation: ``{"tasks": {...}}``. Its URLs may be signed, so it is not shown.
    job: Mapping[str, Any] = field(repr=False)
    #: Requests with the same key share one result for a day. Without one, each request runs the job and costs.
    cache_key: Optional[str] = None

    def sign(self, base: str, secret: str) -> str:
        """The URL, of the base and the secret that the account's dashboard shows.

        >>> tasks = {
        ...     "logo": {"operation": "import/url", "url": "https://example.org/logo.svg"},
        ...     "png": {"operation": "convert", "input": "logo", "output_format": "png"},
        ...     "file": {"operation": "export/url", "input": "png"},
        ... }
        >>> url = SignedUrl({"tasks": tasks}, cache_key="logo-1").sign("https://s.cloudconvert.com/ID", "secret")
        >>> SignedUrl.verify(url, "secret").cache_key
        'logo-1'

        :raises BadRequestError: the base is no URL, the secret is empty, the job has no task ``export/url``, or the
            cache key has other characters than letters, digits, ``_`` and ``-``.
        """
        return sign_url(base, secret, self.job, self.cache_key)

    @classmethod
    def verify(cls, url: str, secret: str) -> SignedUrl:
        """Checks a URL, byte for byte as it was requested, and reads it.

        :raises UnauthorizedError: it is not signed with this secret.
        :raises BadRequestError: the secret is empty, or a signed URL holds no job.
        """
        return cls(*verify_url(url, secret))

"""The commands about what a secret signs: URLs that run a job, and webhooks. They ask nobody."""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path
from typing import Any, Mapping

from ..signing import SignedUrl, Webhook
from ._common import UsageError, read_secret, tell
from ._wish import read_body

__all__ = ["SECRET", "add"]

SECRET = "CLOUDCONVERT_SIGNING_SECRET"

_SIGN = """\
  cloudconvert-kit sign https://s.cloudconvert.com/ID job.json --cache-key logo-1

Prints a URL that runs the job when somebody opens it, and leads to the file. Whoever has it can read the job.
"""
_VERIFY = """\
  cloudconvert-kit verify 'https://s.cloudconvert.com/ID?job=…&s=…'
"""
_VERIFY_WEBHOOK = """\
  cloudconvert-kit verify-webhook body.json --signature 7e1a…

The body has to be the bytes that came, and the signature their header CloudConvert-Signature.
"""


def add(commands: Any, common: argparse.ArgumentParser) -> None:
    """Adds them to the parser."""
    raw = argparse.RawDescriptionHelpFormatter
    secret = argparse.ArgumentParser(add_help=False)
    secret.add_argument("--secret-file", metavar="FILE", help=f"the secret, if not in {SECRET}")
    parents = [common, secret]

    sign = commands.add_parser(
        "sign", parents=parents, help="make a URL that runs a job (version 2)", description=_SIGN, formatter_class=raw
    )
    sign.add_argument("base", metavar="BASE", help="what the account's dashboard shows")
    sign.add_argument(
        "job",
        metavar="JOB",
        help="a JSON file with tasks, or with the whole body of a creation, or - for the standard input",
    )
    sign.add_argument("--cache-key", metavar="KEY", help="requests with the same key share one result for a day")
    sign.set_defaults(run=_sign)

    verify = commands.add_parser(
        "verify", parents=parents, help="check such a URL, and show its job", description=_VERIFY, formatter_class=raw
    )
    verify.add_argument("url", metavar="URL", help="as it was requested")
    verify.set_defaults(run=_verify)

    webhook = commands.add_parser(
        "verify-webhook",
        parents=parents,
        help="check a webhook, and show what it says (version 2)",
        description=_VERIFY_WEBHOOK,
        formatter_class=raw,
    )
    webhook.add_argument("body", metavar="BODY", help="a file, or - for the standard input")
    webhook.add_argument("--signature", required=True, metavar="HEX", help="the header CloudConvert-Signature")
    webhook.set_defaults(run=_verify_webhook)


def _secret(arguments: argparse.Namespace) -> str:
    secret = read_secret(arguments.secret_file) if arguments.secret_file else os.environ.get(SECRET, "")
    if not secret:
        raise UsageError(f"there is no secret: set {SECRET}, or name a file by --secret-file")
    return secret


def _sign(arguments: argparse.Namespace) -> int:
    url = SignedUrl(read_body(arguments.job), arguments.cache_key).sign(arguments.base, _secret(arguments))
    tell(arguments, {"url": url}, url)
    return 0


def _verify(arguments: argparse.Namespace) -> int:
    signed = SignedUrl.verify(arguments.url, _secret(arguments))
    tasks: Mapping[str, Any] = signed.job.get("tasks") or {}
    facts = {"job": dict(signed.job), "cache_key": signed.cache_key}
    tell(arguments, facts, f"signed, with the tasks {', '.join(tasks)}")
    return 0


def _verify_webhook(arguments: argparse.Namespace) -> int:
    try:
        body = sys.stdin.buffer.read() if arguments.body == "-" else Path(arguments.body).read_bytes()
    except OSError as error:
        raise UsageError(f"{arguments.body} cannot be read: {error}; check the file") from None
    webhook = Webhook.verify(body, arguments.signature, _secret(arguments))
    facts = {"event": webhook.event, "job_id": webhook.job_id, "job": dict(webhook.job)}
    tell(arguments, facts, f"{webhook.event}  {webhook.job_id}")
    return 0

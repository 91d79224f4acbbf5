"""The commands about the account, and about what the service can do."""

from __future__ import annotations

import argparse
from dataclasses import asdict
from functools import partial
from typing import Any, Dict

from ._common import add_command, connect, tell

__all__ = ["add"]

_EVENTS = ["job.created", "job.finished", "job.failed"]


def add(commands: Any, common: argparse.ArgumentParser) -> None:
    """Adds them to the parser."""
    command = partial(add_command, commands, common)

    formats = command("formats", _formats, "what the service converts", "formats png jpg")
    formats.add_argument("from_", nargs="?", metavar="FROM", help="only from this format")
    formats.add_argument("to", nargs="?", metavar="TO", help="only to this format")
    _add_catalogue(formats)

    operations = command(
        "operations", _operations, "what the service does (version 2)", "operations watermark --include options --json"
    )
    operations.add_argument("operation", nargs="?", metavar="OPERATION", help="only this one")
    operations.add_argument("--from", dest="from_", metavar="FORMAT", help="only from this format")
    operations.add_argument("--to", metavar="FORMAT", help="only to this format")
    _add_catalogue(operations)

    command("me", _me, "the account of the key, and its credits (version 2)", "me --json")

    command("webhooks", _webhooks, "the webhooks of the account (version 2)", "webhooks")
    create = command(
        "create-webhook",
        _create_webhook,
        "call a URL when jobs begin or end (version 2)",
        "create-webhook https://example.org/called job.finished job.failed\n\n"
        "What signs the calls is told this once: keep it.",
    )
    create.add_argument("url", metavar="URL", help="what is called")
    create.add_argument("events", nargs="+", metavar="EVENT", choices=_EVENTS, help=", ".join(_EVENTS))
    delete = command("delete-webhook", _delete_webhook, "call a URL no more (version 2)", "delete-webhook ID")
    delete.add_argument("webhook", nargs="+", metavar="WEBHOOK", help="its ID")


def _add_catalogue(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--engine", help="only by this engine (version 2)")
    parser.add_argument("--engine-version", metavar="VERSION", help="only by this version of it (version 2)")
    parser.add_argument("--include", action="append", metavar="NAME", help="options or engine_versions (version 2)")
    parser.add_argument("--alternatives", action="store_true", help="also what other engines do (version 2)")


def _catalogue(arguments: argparse.Namespace) -> Dict[str, Any]:
    names = ("from_", "to", "engine", "engine_version", "include", "alternatives")
    return {name: getattr(arguments, name) for name in names}


def _formats(arguments: argparse.Namespace) -> int:
    with connect(arguments) as client:
        for pair in client.formats(**_catalogue(arguments)):
            entry = dict(pair.entry)
            # Version 1 has a converter, version 2 an engine.
            told = [f"{pair.from_} to {pair.to}", entry.get("engine") or entry.get("converter"), _note(entry)]
            tell(arguments, entry, "  ".join(part for part in told if part))
    return 0


def _note(entry: Dict[str, Any]) -> str:
    notes = [str(entry["note"])] if entry.get("note") else []
    notes += [word for word in ("deprecated", "experimental") if entry.get(word)]
    return f"({', '.join(notes)})" if notes else ""


def _operations(arguments: argparse.Namespace) -> int:
    with connect(arguments) as client:
        for each in client.operations(arguments.operation, **_catalogue(arguments)):
            formats = " to ".join(format for format in (each.from_, each.to) if format)
            credits = None if each.credits is None else f"{each.credits:g} credits"
            told = [each.operation, formats, each.engine, credits, _note(dict(each.entry))]
            tell(arguments, dict(each.entry), "  ".join(part for part in told if part))
    return 0


def _me(arguments: argparse.Namespace) -> int:
    with connect(arguments) as client:
        account = client.me()
    credits = "" if account.credits is None else f"{account.credits:g} credits"
    told = [account.id, account.username, account.email, credits]
    tell(arguments, dict(account.entry), "  ".join(part for part in told if part))
    return 0


def _webhooks(arguments: argparse.Namespace) -> int:
    with connect(arguments) as client:
        for webhook in client.webhooks():
            state = "disabled" if webhook.disabled else "failing" if webhook.failing else "works"
            line = f"{webhook.id}  {state:<8}  {webhook.url}  {', '.join(webhook.events)}"
            tell(arguments, asdict(webhook), line)
    return 0


def _create_webhook(arguments: argparse.Namespace) -> int:
    with connect(arguments) as client:
        webhook = client.create_webhook(arguments.url, arguments.events)
    tell(arguments, asdict(webhook), f"{webhook.id}  signing secret: {webhook.secret}")
    return 0


def _delete_webhook(arguments: argparse.Namespace) -> int:
    with connect(arguments) as client:
        for id in arguments.webhook:
            client.delete_webhook(id)
            tell(arguments, {"deleted": id}, f"{id} is deleted")
    return 0

"""What all commands share: the client, and how results and failures are told."""

from __future__ import annotations

import argparse
import json
import os
import sys
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Callable, Dict, Generator, Optional

from .._native import is_url
from .._source import shown
from ..client import Client
from ..sandbox import Sandbox, SandboxMissingError

if TYPE_CHECKING:
    from .._source import Sources
    from ..errors import CloudConvertError

__all__ = [
    "EXITS",
    "STANDARD",
    "UsageError",
    "add_command",
    "connect",
    "label_of",
    "read_secret",
    "report",
    "shown_label",
    "tell",
]

#: What stands for the standard input among inputs, and for the standard output as the output.
STANDARD = "-"

#: Exit codes that are not 1.
EXITS = {
    "bad_request": 2,
    "unauthorized": 3,
    "network": 4,
    "unavailable": 4,
    "throttled": 4,
    "timeout": 4,
}

_NO_KEY = (
    "there is no API key: set CLOUDCONVERT_API_KEY,\n"
    "or convert on this machine with --sandbox (pip install 'cloudconvert-kit[sandbox]')"
)


class UsageError(Exception):
    """Something on the command line that cannot be done."""


def add_command(
    commands: Any,
    common: argparse.ArgumentParser,
    name: str,
    run: Callable[[argparse.Namespace], int],
    help: str,
    example: str,
) -> argparse.ArgumentParser:
    """Adds a command that an example explains."""
    raw = argparse.RawDescriptionHelpFormatter
    description = f"  cloudconvert-kit {example}"
    parser: argparse.ArgumentParser = commands.add_parser(
        name, parents=[common], help=help, description=description, formatter_class=raw
    )
    parser.set_defaults(run=run)
    return parser


@contextmanager
def connect(arguments: argparse.Namespace) -> Generator[Client, None, None]:
    """A client of the service; with no key and no address, one of a sandbox if the user agrees."""
    key = read_secret(arguments.key_file) if arguments.key_file else os.environ.get("CLOUDCONVERT_API_KEY")
    told = key or os.environ.get("CLOUDCONVERT_BASE_URL") or arguments.base_url
    if arguments.sandbox or (not told and _offers()):
        try:
            with Sandbox() as sandbox, sandbox.client() as client:
                yield client
        except SandboxMissingError as error:
            raise UsageError(str(error)) from None
        return
    if not told:
        raise UsageError(_NO_KEY)
    with Client(key, base_url=arguments.base_url) as client:
        yield client


def read_secret(path: str) -> str:
    """A key or a secret of a file. Everybody on this machine sees what stands on a command line."""
    try:
        return Path(path).read_text(encoding="utf-8").strip()
    except (OSError, ValueError) as error:
        raise UsageError(f"{path} cannot be read: {error}; check the file") from None


def _offers() -> bool:
    """Whether a person at the terminal wants the sandbox."""
    if not (sys.stdin.isatty() and sys.stderr.isatty()):
        return False
    print("There is no API key (CLOUDCONVERT_API_KEY is not set).", file=sys.stderr)
    print("Use a sandbox of this machine for this once? [Y/n] ", end="", file=sys.stderr, flush=True)
    return sys.stdin.readline().strip().lower() in ("", "y", "yes")


def label_of(source: Sources) -> str:
    """What a source is called on the command line."""
    parts = source if isinstance(source, (list, tuple)) else [source]
    return " ".join(STANDARD if part is sys.stdin.buffer else str(part) for part in parts)


def shown_label(source: Sources) -> str:
    """The same for a person to see: the query of a URL may be a signature."""
    return " ".join(shown(part) if is_url(part) else part for part in label_of(source).split(" "))


def tell(arguments: argparse.Namespace, facts: Dict[str, Any], line: str, *, aside: bool = False) -> None:
    """Tells what went well, to a person or to a program.

    :param aside: on standard error, because an output is on standard output.
    """
    out = sys.stderr if aside else sys.stdout
    if arguments.json:
        print(json.dumps(facts), file=out, flush=True)
    elif not arguments.quiet:
        print(line, file=out, flush=True)


def report(arguments: argparse.Namespace, source: Optional[str], error: CloudConvertError) -> None:
    """Tells what went wrong."""
    if arguments.json:
        facts: Dict[str, Any] = {"code": error.code, "message": error.message, "status": error.status}
        facts.update(retry_after=error.retry_after, process_id=error.process_id, is_retryable=error.is_retryable)
        facts.update(request=error.request, service_message=error.service_message)
        print(json.dumps({"source": source, "error": facts}), flush=True)
    else:
        label = "cloudconvert-kit" if source is None else shown_label(source)
        print(f"{label}: {error.message}", file=sys.stderr, flush=True)

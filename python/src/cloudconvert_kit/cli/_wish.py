"""The options that several commands have: what is wanted, how much patience there is, and where files lie."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import Any, Callable, Dict, List, Tuple, Type, TypeVar, cast

from .._options import count, seconds
from ..operations import MODES
from ..storage import FTP, S3, SFTP, Azure, GoogleCloud, OpenStack, Storage
from ._common import UsageError

__all__ = [
    "add_job",
    "add_patience",
    "checked",
    "checkpoint_to",
    "job_of",
    "patience_of",
    "read_body",
    "read_json",
    "storage_of",
]

T = TypeVar("T")

_STORAGES: Dict[str, Type[Storage]] = {each.kind: each for each in (S3, OpenStack, Azure, GoogleCloud, FTP, SFTP)}
#: Options that are passed on as they are typed.
_AS_TYPED = (
    "mode",
    "engine",
    "engine_version",
    "output_filename",
    "filename",
    "tag",
    "timeout",
    "callback",
    "preset",
    "upload",
)


def add_job(parser: argparse.ArgumentParser) -> None:
    """What is wanted."""
    argument = parser.add_argument_group("what is wanted").add_argument
    argument("--to", help="the output format")
    argument("--from", dest="from_", help="the input format, where the name does not tell it")
    argument("--mode", choices=list(MODES), metavar="MODE", help="what is done; --help lists the modes below")
    argument("--option", action="append", default=[], metavar="NAME=VALUE", help="an option of the operation")
    argument("--options", metavar="FILE", help="a JSON object of options: for passwords, which others must not see")
    argument("--engine", help="what converts, where several engines can")
    argument("--engine-version", metavar="VERSION", help="which version of the engine")
    argument("--output-filename", metavar="NAME", help="what the service calls the output")
    argument("--filename", metavar="NAME", help="what the service calls the input")
    argument("--tag", help="a mark of your own")
    argument("--timeout", type=int, metavar="SECONDS", help="after how long the service gives up")
    argument("--callback", metavar="URL", help="what the service calls in the end (version 2: a webhook)")
    argument("--preset", metavar="ID", help="a preset of the account (version 1)")
    argument("--email", action="store_true", help="the service sends a mail in the end (version 1)")
    argument("--extra", action="append", default=[], metavar="NAME=VALUE", help="a further parameter of the API")
    argument("--input-storage", metavar="FILE", help="the storage of the inputs, which are names in it then")
    argument("--output-storage", metavar="FILE", help="where the service stores the output; or dropbox, googledrive")


def add_patience(parser: argparse.ArgumentParser) -> None:
    """How much patience there is, and whether what has ended stays on the service."""
    argument = parser.add_argument_group("patience").add_argument
    argument("--deadline", type=checked(float, seconds), metavar="SECONDS", help="how long each may take")
    argument(
        "--retries", type=checked(int, _from_none), metavar="COUNT", help="how many requests of each may be repeated"
    )
    argument(
        "--throttles", type=checked(int, _from_none), metavar="COUNT", help="how often the service may ask to slow down"
    )
    argument(
        "--request-timeout",
        type=checked(float, seconds),
        metavar="SECONDS",
        help="how long a request may stay without an answer",
    )
    argument("--delete", action=argparse.BooleanOptionalAction, help="delete it on the service in the end (default)")


def checked(read: Callable[[str], T], check: Callable[[str, T], T]) -> Callable[[str], T]:
    """A number as it is typed, which is told at once where it is none that can be."""

    def number(text: str) -> T:
        try:
            return check("NUMBER", read(text))
        except ValueError as error:
            raise argparse.ArgumentTypeError(str(error)) from None

    return number


def _from_none(name: str, value: int) -> int:
    return count(name, value, least=0)


def job_of(arguments: argparse.Namespace) -> Dict[str, Any]:
    """What is wanted, as the client takes it, but for the format and the sources."""
    options = {**(read_json(arguments.options) if arguments.options else {}), **_pairs("--option", arguments.option)}
    output = arguments.output_storage
    if output is not None and output not in ("dropbox", "googledrive"):
        output = storage_of(output)
    job: Dict[str, Any] = {name: getattr(arguments, name, None) for name in _AS_TYPED}
    job.update(from_=arguments.from_, email=arguments.email or None, output=output)
    job.update(options=options or None, extra=_pairs("--extra", arguments.extra) or None)
    return {name: value for name, value in job.items() if value is not None}


def patience_of(arguments: argparse.Namespace) -> Dict[str, Any]:
    """How much patience there is, as the client takes it."""
    names = ("deadline", "retries", "throttles", "request_timeout", "delete")
    patience = {name: getattr(arguments, name) for name in names}
    return {name: value for name, value in patience.items() if value is not None}


def _pairs(option: str, pairs: List[str]) -> Dict[str, Any]:
    """Numbers, ``true``, ``false``, arrays and objects as JSON has them; anything else is text."""
    found: Dict[str, Any] = {}
    for pair in pairs:
        name, equals, value = pair.partition("=")
        if not equals:
            raise UsageError(f"{option} {pair}: it has to be NAME=VALUE")
        try:
            found[name] = json.loads(value)
        except ValueError:
            found[name] = value
    return found


def read_json(path: str) -> Dict[str, Any]:
    """The JSON object of a file; ``-`` is the standard input."""
    try:
        text = sys.stdin.read() if path == "-" else Path(path).read_text(encoding="utf-8")
        value = json.loads(text)
    except (OSError, ValueError) as error:
        raise UsageError(f"{path} cannot be read as JSON: {error}; check the file") from None
    if not isinstance(value, dict):
        raise UsageError(f"{path} has to hold a JSON object")
    return cast("Dict[str, Any]", value)


def read_body(path: str) -> Dict[str, Any]:
    """The body of a job's creation, of a file that holds it or its tasks alone."""
    body = read_json(path)
    tasks = body.get("tasks")
    # A task of that name has an operation.
    is_body = isinstance(tasks, dict) and "operation" not in tasks
    return body if is_body else {"tasks": body}


def storage_of(path: str) -> Storage:
    """The storage that a file describes: ``{"s3": {"access_key_id": …, "path": "out/"}}``."""
    described = read_json(path)
    kinds = ", ".join(_STORAGES)
    if len(described) != 1 or not isinstance(next(iter(described.values())), dict):
        raise UsageError(f'{path} has to name one storage with its fields, as in {{"s3": {{…}}}}; there are {kinds}')
    kind, fields = cast("Tuple[str, Dict[str, Any]]", next(iter(described.items())))
    if kind not in _STORAGES:
        raise UsageError(f"{path}: there is no storage {kind}; there are {kinds}")
    storage = _STORAGES[kind]
    known = {name: value for name, value in fields.items() if name in storage.__dataclass_fields__ and name != "extra"}
    try:
        return storage(**known).with_fields(**{name: fields[name] for name in fields if name not in known})
    except TypeError as error:
        missing = str(error).partition("arguments: ")[2] or str(error).partition("argument: ")[2]
        raise UsageError(f"{path}: the storage {kind} lacks {missing or error}") from None


def checkpoint_to(path: str) -> Callable[[str], None]:
    """Keeps a saved state in a file, which is whole at every moment, and which other users cannot read."""

    def write(saved: str) -> None:
        part = Path(f"{path}.part")
        part.touch(mode=0o600)
        part.write_text(saved, encoding="utf-8")
        part.replace(path)

    return write

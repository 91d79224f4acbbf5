"""The commands about processes, formats and the sandbox."""

from __future__ import annotations

import argparse
import subprocess
from dataclasses import asdict
from typing import TYPE_CHECKING, Any, List

from ..sandbox import SandboxMissingError, find
from ._common import UsageError, connect, tell

if TYPE_CHECKING:
    from ..client import Client

__all__ = ["add"]


def add(commands: Any, common: argparse.ArgumentParser) -> None:
    """Adds them to the parser."""
    status = commands.add_parser("status", parents=[common], help="how far processes are")
    status.add_argument("process", nargs="+", help="its URL, or its ID")
    status.set_defaults(run=_status)

    listing = commands.add_parser("list", parents=[common], help="all processes of the key")
    listing.set_defaults(run=_list)

    delete = commands.add_parser("delete", parents=[common], help="cancel and delete processes, with all their files")
    delete.add_argument("process", nargs="+", help="its URL, or its ID")
    delete.set_defaults(run=_delete)

    formats = commands.add_parser("formats", parents=[common], help="what the service converts")
    formats.add_argument("from_", nargs="?", metavar="FROM", help="only from this format")
    formats.add_argument("to", nargs="?", metavar="TO", help="only to this format")
    formats.set_defaults(run=_formats)

    sandbox = commands.add_parser("sandbox", help="run a sandbox on this machine; see `sandbox --help`")
    sandbox.set_defaults(run=_sandbox, verbose=False, json=False)


def _status(arguments: argparse.Namespace) -> int:
    with connect(arguments) as client:
        for url in _urls(client, arguments.process):
            status = client.status(url)
            percent = "" if status.percent is None else f" {status.percent:.0f} %"
            tell(arguments, asdict(status), f"{status.id}  {status.step}{percent}  {status.message}")
    return 0


def _list(arguments: argparse.Namespace) -> int:
    with connect(arguments) as client:
        for process in client.processes():
            line = f"{process.id}  {process.step or '-':<9} {process.started or '-':<19}  {process.ended or '-'}"
            tell(arguments, asdict(process), line)
    return 0


def _delete(arguments: argparse.Namespace) -> int:
    with connect(arguments) as client:
        for told, url in zip(arguments.process, _urls(client, arguments.process)):
            client.delete(url)
            tell(arguments, {"deleted": told}, f"{told} is deleted")
    return 0


def _urls(client: Client, processes: List[str]) -> List[str]:
    """Their URLs; the list of the key knows those of IDs."""
    known = {}
    if any("/" not in process for process in processes):
        known = {process.id: process.url for process in client.processes()}
    urls: List[str] = []
    for process in processes:
        url = process if "/" in process else known.get(process)
        if url is None:
            raise UsageError(f"there is no process {process} of this key")
        urls.append(url)
    return urls


def _formats(arguments: argparse.Namespace) -> int:
    with connect(arguments) as client:
        for pair in client.formats(arguments.from_, arguments.to):
            entry = dict(pair.entry)
            note = f"  ({entry['note']})" if entry.get("note") else ""
            tell(arguments, entry, f"{pair.from_} to {pair.to}  {entry.get('converter')}{note}")
    return 0


def _sandbox(arguments: argparse.Namespace) -> int:
    try:
        with subprocess.Popen([str(find()), *arguments.arguments]) as sandbox:
            try:
                return sandbox.wait()
            except BaseException:
                # It cleans up.
                sandbox.terminate()
                sandbox.wait()
                raise
    except SandboxMissingError as error:
        raise UsageError(str(error)) from None
    except OSError as error:
        raise UsageError(f"the sandbox cannot be run: {error}") from None

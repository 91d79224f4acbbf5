"""The command that runs the sandbox."""

from __future__ import annotations

import argparse
import subprocess
from typing import Any

from ..sandbox import SandboxMissingError, find
from ._common import UsageError

__all__ = ["add"]


def add(commands: Any) -> None:
    """Adds it to the parser."""
    sandbox = commands.add_parser("sandbox", help="run a sandbox on this machine; see `sandbox --help`")
    sandbox.set_defaults(run=_sandbox, verbose=False, json=False)


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
        raise UsageError(f"the sandbox cannot be run: {error}; install cloudconvert-kit[sandbox]") from None

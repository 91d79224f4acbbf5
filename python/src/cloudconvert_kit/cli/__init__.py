"""The command line: ``cloudconvert-kit``."""

from __future__ import annotations

import argparse
import io
import logging
import os
import signal
import sys
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING, List, Optional

from ..errors import CloudConvertError
from . import _account, _commands, _convert, _jobs, _run, _signing
from ._common import EXITS, UsageError, report

if TYPE_CHECKING:
    from typing import Callable, Generator

__all__ = ["main"]

_EPILOG = """\
environment:
  CLOUDCONVERT_API_KEY         the API key, if it is not in a file (--key-file)
  CLOUDCONVERT_BASE_URL        where the service is, if not at its usual place; /v1 at its end is version 1 of the API
  CLOUDCONVERT_SIGNING_SECRET  what signs URLs and webhooks, if it is not in a file (--secret-file)
  CLOUDCONVERT_KIT_SANDBOX     the sandbox's program, if it is not installed

exit codes:
  0 all is done  1 a conversion failed, or a job is not there  2 wrong usage  3 the key or the signature is not accepted
  4 the service cannot be reached
  130 interrupted (143 by SIGTERM, 129 by SIGHUP); what ran was cancelled and deleted
"""


class _StoppedError(BaseException):
    """A signal that asks the program to end. Like Ctrl-C, it is nothing that anybody in between should handle."""

    def __init__(self, number: int) -> None:
        self.number = number


@contextmanager
def _signals() -> Generator[None, None, None]:
    """Lets signals that ask the program to end do what Ctrl-C does, unless somebody else has a say in them."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def stop(number: int, _: object) -> None:
        raise _StoppedError(number)

    known = [getattr(signal, name) for name in ("SIGTERM", "SIGHUP") if hasattr(signal, name)]
    free = [number for number in known if signal.getsignal(number) is signal.SIG_DFL]
    for number in free:
        signal.signal(number, stop)
    try:
        yield
    finally:
        for number in free:
            signal.signal(number, signal.SIG_DFL)


def main(arguments: Optional[List[str]] = None) -> int:
    """Runs the command line; returns its exit code."""
    for stream in (sys.stdout, sys.stderr):
        # Names of files may hold what the terminal cannot show.
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
    given = sys.argv[1:] if arguments is None else arguments
    parsed = _parser().parse_args(given[:1] if given[:1] == ["sandbox"] else given)
    # What the sandbox is told is its own affair.
    parsed.arguments = given[1:]
    if parsed.verbose:
        logging.basicConfig(level=logging.DEBUG, format="%(message)s", stream=sys.stderr)
    run: Callable[[argparse.Namespace], int] = parsed.run
    try:
        with _signals():
            return run(parsed)
    except KeyboardInterrupt:
        return 130
    except _StoppedError as stopped:
        return 128 + stopped.number
    except BrokenPipeError:
        # What read it has seen enough.
        _let_go_of_output()
        return 0
    except OSError as error:
        _let_go_of_output()
        print(f"cloudconvert-kit: the result cannot be printed: {error}", file=sys.stderr)
        return 1
    except UsageError as error:
        print(f"cloudconvert-kit: {error}", file=sys.stderr)
        return 2
    except CloudConvertError as error:
        report(parsed, None, error)
        return EXITS.get(error.code, 1)


def _let_go_of_output() -> None:
    """Python would complain once more when it ends."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="cloudconvert-kit",
        description="Converts files with CloudConvert. `COMMAND --help` has examples.",
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    told = argparse.ArgumentParser(add_help=False)
    told.add_argument("--json", action="store_true", help="print one JSON object for each result, on standard output")
    told.add_argument("-q", "--quiet", action="store_true", help="print errors only")
    told.add_argument("-v", "--verbose", action="store_true", help="print every request, on standard error")
    common = argparse.ArgumentParser(add_help=False, parents=[told])
    common.add_argument("--base-url", metavar="URL", help="where the service is")
    common.add_argument("--key-file", metavar="FILE", help="the API key, if not in CLOUDCONVERT_API_KEY")
    common.add_argument("--sandbox", action="store_true", help="use a sandbox on this machine, for this command only")
    commands = parser.add_subparsers(title="commands", required=True, metavar="COMMAND")
    for module in (_convert, _run, _jobs, _account):
        module.add(commands, common)
    _signing.add(commands, told)
    _commands.add(commands)
    return parser

"""``cloudconvert-kit convert``: one file, or as many as there are."""

from __future__ import annotations

import argparse
import json
import sys
from typing import TYPE_CHECKING, Any, Callable, Dict, List, Tuple, TypeVar

from .._options import count, seconds
from ..errors import OutputError
from ._bars import Bars
from ._common import EXITS, STANDARD, UsageError, connect, label_of, report, shown_label, tell
from ._targets import Target, plan

if TYPE_CHECKING:
    from ..client._conversion import Conversion

__all__ = ["add"]

T = TypeVar("T")

_DESCRIPTION = """\
  cloudconvert-kit convert photo.png photo.jpg
  cloudconvert-kit convert film.avi film.mp4 --option video_codec=H265
  cloudconvert-kit convert *.png pictures/ --to jpg
  cloudconvert-kit convert 1.png 2.png album.pdf --mode combine
  cloudconvert-kit convert https://example.org/page.html page.pdf
  cat photo.png | cloudconvert-kit convert - - --from png --to jpg > photo.jpg

The output's extension tells its format. With --to there may be many inputs; outputs go into the folder at the end, or
beside their inputs. An output appears under its name when all of it is there. The output that you name is replaced; in
a folder nothing is, unless --overwrite says so. A pipe or a device is written into.
"""


def add(commands: Any, common: argparse.ArgumentParser) -> None:
    """Adds the command to the parser."""
    parser = commands.add_parser(
        "convert",
        parents=[common],
        help="convert files",
        description=_DESCRIPTION,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    argument = parser.add_argument
    argument("paths", nargs="+", metavar="PATH", help="inputs (paths, globs, URLs or -), and the output")
    argument("--to", help="the output format")
    argument("--from", dest="from_", help="the input format, where the name does not tell it")
    argument("--option", action="append", default=[], metavar="NAME=VALUE", help="an option of the converter")
    argument("--mode", choices=["convert", "combine", "archive", "extract"], help="what is done")
    argument("--preset", help="the ID of a preset")
    argument("--each", action="store_true", help="several outputs one by one instead of as a ZIP")
    argument(
        "--overwrite", action="store_true", help="replace files in the folder; else names get a number: photo (1).jpg"
    )
    argument("--skip-existing", action="store_true", help="leave out what is there already")
    argument("--concurrency", type=_checked(int, count), default=8, help="how many at once (%(default)s)")
    argument("--deadline", type=_checked(float, seconds), help="how many seconds each may take")
    argument("--retries", type=_checked(int, _retries), help="how many requests of each may be repeated")
    parser.set_defaults(run=_run)


def _checked(read: Callable[[str], T], check: Callable[[str, T], T]) -> Callable[[str], T]:
    """A number as it is typed, which is told at once where it is none that can be."""

    def number(text: str) -> T:
        try:
            return check("NUMBER", read(text))
        except ValueError as error:
            raise argparse.ArgumentTypeError(str(error)) from None

    return number


def _retries(name: str, value: int) -> int:
    return count(name, value, least=0)


def _run(arguments: argparse.Namespace) -> int:
    planned = plan(arguments.paths, arguments.to, arguments.mode in ("combine", "archive"), arguments.overwrite)
    planned = [target for target in planned if not (arguments.skip_existing and target.is_there())]
    if not planned:
        return 0
    if arguments.each and any(target.into for target in planned):
        raise UsageError("--each makes several files: name a folder for them")
    targets = {label_of(target.sources): target for target in planned}
    opened = [[sys.stdin.buffer if source == STANDARD else source for source in each.sources] for each in planned]
    sources: List[Any] = [each if len(each) > 1 else each[0] for each in opened]
    code = 0
    try:
        with connect(arguments) as client, Bars(arguments, len(targets)) as bars:
            for conversion in client.convert_many(
                sources,
                planned[0].suffix.lstrip("."),
                concurrency=arguments.concurrency,
                save_to=lambda source: targets[label_of(source)].open(),
                on_progress=bars.show if bars else None,
                **_options(arguments),
            ):
                with bars.finished(conversion):
                    code = max(code, _finish(arguments, conversion, targets))
    finally:
        for target in planned:
            code = max(code, _take(arguments, " ".join(target.sources), target)[1])
    return code


def _finish(arguments: argparse.Namespace, conversion: Conversion, targets: Dict[str, Target]) -> int:
    """Moves the outputs of one to their place, and tells about it."""
    source = label_of(conversion.source)
    error = conversion.error
    if error is not None:
        report(arguments, source, error)
        # Of many, some may fail for any reason; that of a single one is told.
        return EXITS.get(error.code, 1) if len(targets) == 1 else 1
    paths, code = _take(arguments, source, targets[source])
    if code:
        return code
    facts = {"source": source, "files": paths, "process_id": conversion.progress.process_id}
    is_out = STANDARD in paths
    tell(arguments, facts, f"{shown_label(source)} -> {', '.join(paths)}", aside=is_out)
    return 0


def _take(arguments: argparse.Namespace, source: str, target: Target) -> Tuple[List[str], int]:
    """Moves what has come of one to its place: where that is, and the exit code."""
    try:
        return [str(path) for path in target.take()], 0
    except OutputError as failure:
        report(arguments, source, failure)
        # It stays where it is, which has been told.
        target.parts = None
        return [], 1


def _options(arguments: argparse.Namespace) -> Dict[str, Any]:
    """What is told to every conversion."""
    options: Dict[str, Any] = {}
    for pair in arguments.option:
        name, equals, value = pair.partition("=")
        if not equals:
            raise UsageError(f"--option {pair}: it has to be NAME=VALUE")
        options[name] = _value(value)
    given = {
        "from_": arguments.from_,
        "mode": arguments.mode,
        "preset": arguments.preset,
        "options": options or None,
        "deadline": arguments.deadline,
        "retries": arguments.retries,
        "download": "each" if arguments.each else None,
    }
    return {name: value for name, value in given.items() if value is not None}


def _value(text: str) -> Any:
    """Numbers, ``true``, ``false`` and objects as JSON has them; anything else is text."""
    try:
        return json.loads(text)
    except ValueError:
        return text

"""``cloudconvert-kit convert``: one file, or as many as there are."""

from __future__ import annotations

import argparse
import os
import sys
from typing import TYPE_CHECKING, Any, Dict, List, Optional

from .._native import DEFAULT_CONCURRENCY
from .._options import count
from ..operations import MODES, NEEDS_TO, TAKES_MANY
from ._bars import Bars
from ._common import EXITS, STANDARD, UsageError, connect, label_of, report, shown_label, tell
from ._direct import is_direct, run
from ._targets import Target, plan
from ._wish import add_job, add_patience, checked, job_of, patience_of

if TYPE_CHECKING:
    from ..client._conversion import Conversion

__all__ = ["add"]

_DESCRIPTION = """\
  cloudconvert-kit convert photo.png photo.jpg
  cloudconvert-kit convert film.avi film.mp4 --option video_codec=H265
  cloudconvert-kit convert *.png pictures/ --to jpg
  cloudconvert-kit convert 1.png 2.png album.pdf --mode combine
  cloudconvert-kit convert https://example.org/page.html page.pdf
  cat photo.png | cloudconvert-kit convert - - --from png --to jpg > photo.jpg
  cloudconvert-kit convert plan.pdf draft.pdf --mode watermark --option text=Draft --option opacity=30
  cloudconvert-kit convert --input-storage s3.json in/film.flv film.mp4
  cloudconvert-kit convert film.flv --to mp4 --output-storage s3.json

The output's extension tells its format. With --to there may be many inputs; outputs go into the folder at the end, or
beside their inputs. An output appears under its name when all of it is there. The output that you name is replaced; in
a folder nothing is, unless --overwrite says so. A pipe or a device is written into.

A storage is a JSON file, such as {"s3": {"access_key_id": "…", "secret_access_key": "…", "bucket": "films", "region":
"eu-central-1", "path": "out/"}}; `path` is where outputs go.
"""
#: Below the options, as argparse shows it.
_EPILOG = "modes:\n" + "".join(f"  {mode:<18} {does}\n" for mode, does in MODES.items())


def add(commands: Any, common: argparse.ArgumentParser) -> None:
    """Adds the command to the parser."""
    parser = commands.add_parser(
        "convert",
        parents=[common],
        help="convert files",
        description=_DESCRIPTION,
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    argument = parser.add_argument
    argument("paths", nargs="+", metavar="PATH", help="inputs (paths, globs, URLs or -), and the output")
    argument("--each", action="store_true", help="several outputs one by one instead of as a ZIP")
    argument(
        "--overwrite", action="store_true", help="replace files in the folder; else names get a number: photo (1).jpg"
    )
    argument("--skip-existing", action="store_true", help="leave out what is there already")
    argument(
        "--concurrency", type=checked(int, count), default=DEFAULT_CONCURRENCY, help="how many at once (%(default)s)"
    )
    argument("--checkpoint", metavar="FILE", help="keep a state in it while one runs, for `resume`")
    argument("--upload", choices=["multipart", "put"], help="how files are uploaded (version 1)")
    add_job(parser)
    add_patience(parser)
    parser.set_defaults(run=_run)


def _run(arguments: argparse.Namespace) -> int:
    if is_direct(arguments):
        return run(arguments)
    planned = plan(arguments.paths, _format_of(arguments), arguments.mode in TAKES_MANY, arguments.overwrite)
    planned = [target for target in planned if not (arguments.skip_existing and target.is_there())]
    if not planned:
        return 0
    if arguments.each and any(target.into for target in planned):
        raise UsageError("--each makes several files: name a folder for them")
    targets = {label_of(target.sources): target for target in planned}
    opened = [[sys.stdin.buffer if source == STANDARD else source for source in each.sources] for each in planned]
    sources: List[Any] = [each if len(each) > 1 else each[0] for each in opened]
    code = 0
    with connect(arguments) as client, Bars(arguments, len(targets)) as bars:
        for conversion in client.convert_many(
            sources,
            arguments.to or _format_of_each(arguments, planned[0]),
            concurrency=arguments.concurrency,
            save_to=lambda source: targets[label_of(source)].place(arguments.each),
            on_progress=bars.show if bars else None,
            **_options(arguments),
        ):
            with bars.finished(conversion):
                code = max(code, _finish(arguments, conversion, targets))
    return code


def _finish(arguments: argparse.Namespace, conversion: Conversion, targets: Dict[str, Target]) -> int:
    """Tells what came of one."""
    source = label_of(conversion.source)
    error = conversion.error
    if error is not None:
        report(arguments, source, error)
        # Of many, some may fail for any reason; that of a single one is told.
        return EXITS.get(error.code, 1) if len(targets) == 1 else 1
    target = targets[source]
    paths = [str(target.into or file.path) for file in conversion.files]
    facts = {"source": source, "files": paths, "process_id": conversion.progress.process_id}
    is_out = STANDARD in paths
    tell(arguments, facts, f"{shown_label(source)} -> {', '.join(paths)}", aside=is_out)
    return 0


def _keeps(arguments: argparse.Namespace) -> bool:
    """Whether what is done leaves the format as it is, as far as nothing else is said."""
    return (arguments.mode or "convert") not in NEEDS_TO


def _format_of(arguments: argparse.Namespace) -> Optional[str]:
    """The format in the names of the outputs, where the user has not named them."""
    first = os.path.splitext(arguments.paths[0])[1].lstrip(".")
    return arguments.to or (first if first and _keeps(arguments) and _is_folder(arguments.paths[-1]) else None)


def _format_of_each(arguments: argparse.Namespace, target: Target) -> Optional[str]:
    """The format of outputs that come under names of their own. That of one output tells the name of its file."""
    return target.suffix.lstrip(".") if arguments.each and not _keeps(arguments) else None


def _is_folder(path: str) -> bool:
    return path.endswith(("/", os.sep)) or os.path.isdir(path)


def _options(arguments: argparse.Namespace) -> Dict[str, Any]:
    """What is told to every conversion."""
    options = {**job_of(arguments), **patience_of(arguments)}
    if arguments.each:
        options["download"] = "each"
    return options

"""Jobs of one's own, and conversions that somebody else has begun."""

from __future__ import annotations

import argparse
from contextlib import suppress
from pathlib import Path
from typing import Any, Dict, List, Optional

from ._common import UsageError, connect
from ._direct import tell_result
from ._targets import expand
from ._wish import add_job, add_patience, checkpoint_to, job_of, patience_of, read_body

__all__ = ["add"]

_RUN = """\
  cloudconvert-kit run job.json photo=photo.png --save-to out/ --download each

job.json holds tasks as version 2 of the API writes them: {"photo": {"operation": "import/upload"}, …}; or the whole
body of a creation: {"tasks": {…}, "tag": "…", "webhook_url": "…"}. Files are named by the tasks that import them.
"""

_RESUME = """\
  cloudconvert-kit convert film.avi film.mp4 --checkpoint state.json
  cloudconvert-kit resume state.json

Goes on with a conversion that was interrupted: what was uploaded is not uploaded again. The credentials of storages are
in no saved state; where they are needed once more, name the whole job again.
"""


def add(commands: Any, common: argparse.ArgumentParser) -> None:
    """Adds the commands to the parser."""
    raw = argparse.RawDescriptionHelpFormatter
    run = commands.add_parser(
        "run", parents=[common], help="run a job of your own (version 2)", description=_RUN, formatter_class=raw
    )
    run.add_argument("job", metavar="JOB", help="a JSON file, or - for the standard input")
    run.add_argument("files", nargs="*", metavar="TASK=PATH", help="what is uploaded to which task")
    run.add_argument(
        "--name",
        action="append",
        default=[],
        metavar="TASK=NAME",
        help="the name of a file that has none, as of a pipe",
    )
    run.add_argument("--tag", help="a mark of your own")
    run.add_argument("--callback", metavar="URL", help="the webhook that the service calls in the end")
    _add_output(run)
    add_patience(run)
    run.set_defaults(run=_run)

    resume = commands.add_parser(
        "resume", parents=[common], help="go on with a conversion", description=_RESUME, formatter_class=raw
    )
    resume.add_argument("state", metavar="STATE", help="what convert or run has written by --checkpoint")
    resume.add_argument("--source", action="append", default=[], metavar="PATH", help="the inputs, if they have moved")
    _add_output(resume)
    add_job(resume)
    add_patience(resume)
    resume.set_defaults(run=_resume)


def _add_output(parser: argparse.ArgumentParser) -> None:
    argument = parser.add_argument
    argument("--save-to", metavar="PATH", help="the file or the folder of the outputs")
    argument("--download", choices=["whole", "each", "none"], help="one file, each on its own, or nothing")
    argument("--overwrite", action="store_true", help="replace files in the folder")
    argument("--checkpoint", metavar="FILE", help="keep a state in it, for `resume`")


def _output_of(arguments: argparse.Namespace, save_to: Optional[str]) -> Dict[str, Any]:
    options = {**patience_of(arguments), "save_to": arguments.save_to or save_to}
    options.update(download=arguments.download, overwrite=arguments.overwrite or None)
    if arguments.download == "none":
        options.pop("save_to")
    if arguments.checkpoint:
        options["checkpoint"] = checkpoint_to(arguments.checkpoint)
    return {name: value for name, value in options.items() if value is not None}


def _run(arguments: argparse.Namespace) -> int:
    body = read_body(arguments.job)
    told = {"tag": arguments.tag or body.get("tag"), "callback": arguments.callback or body.get("webhook_url")}
    options = {**_output_of(arguments, "./"), **{name: value for name, value in told.items() if value is not None}}
    names = _by_task(arguments.name, "TASK=NAME")
    files: Dict[str, Any] = {}
    for task, path in _by_task(arguments.files, "TASK=PATH").items():
        [file] = expand([path])
        files[task] = (names.pop(task), file) if task in names else file
    for task in names:
        raise UsageError(f"the file of {task} has a name, but no path: add {task}=PATH")
    with connect(arguments) as client:
        tell_result(arguments, arguments.job, client.run(body["tasks"], files, **options))
    _end(arguments.checkpoint)
    return 0


def _by_task(pairs: List[str], form: str) -> Dict[str, str]:
    told: Dict[str, str] = {}
    for pair in pairs:
        task, equals, value = pair.partition("=")
        if not equals:
            raise UsageError(f"{pair}: it has to be {form}")
        told[task] = value
    return told


def _resume(arguments: argparse.Namespace) -> int:
    try:
        saved = Path(arguments.state).read_text(encoding="utf-8")
    except OSError as error:
        raise UsageError(f"{arguments.state} cannot be read: {error}; check the file") from None
    arguments.checkpoint = arguments.checkpoint or arguments.state
    options = {**_output_of(arguments, None), **job_of(arguments)}
    sources: Any = expand(arguments.source)
    source = None if not sources else sources[0] if len(sources) == 1 else sources
    with connect(arguments) as client:
        result = client.resume(saved, source, arguments.to, **options)
    tell_result(arguments, arguments.state, result)
    _end(arguments.checkpoint)
    return 0


def _end(checkpoint: Optional[str]) -> None:
    """There is nothing left to go on with."""
    if checkpoint:
        with suppress(FileNotFoundError):
            Path(checkpoint).unlink()

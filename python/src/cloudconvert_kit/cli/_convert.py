"""``cloudconvert-kit convert``: one file, or as many as there are."""

from __future__ import annotations

import glob
import json
import os
import shutil
import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Dict, List, Optional
from urllib.parse import unquote, urlsplit

from ..errors import CloudConvertError
from ._bars import Bars
from ._common import EXITS, UsageError, connect, report, tell

if TYPE_CHECKING:
    import argparse

    from .._conversion import Conversion

__all__ = ["add"]

_DESCRIPTION = """\
  cloudconvert-kit convert photo.png photo.jpg
  cloudconvert-kit convert film.avi film.mp4 --option video_codec=H265
  cloudconvert-kit convert *.png pictures/ --to jpg
  cloudconvert-kit convert https://example.org/page.html page.pdf

The output's extension tells its format. With --to there may be many inputs; outputs go into the folder at the end, or
beside their inputs. An output appears under its name when all of it is there.
"""


def add(commands: Any, common: argparse.ArgumentParser) -> None:
    """Adds the command to the parser."""
    import argparse

    parser = commands.add_parser(
        "convert",
        parents=[common],
        help="convert files",
        description=_DESCRIPTION,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("paths", nargs="+", metavar="PATH", help="inputs (paths, globs or URLs), and the output")
    parser.add_argument("--to", help="the output format")
    parser.add_argument("--from", dest="from_", help="the input format, where the name does not tell it")
    parser.add_argument(
        "--option", action="append", default=[], metavar="NAME=VALUE", help="an option of the converter"
    )
    parser.add_argument("--mode", choices=["convert", "combine", "archive", "extract"], help="what is done")
    parser.add_argument("--preset", help="the ID of a preset")
    parser.add_argument("--each", action="store_true", help="several outputs one by one instead of as a ZIP")
    parser.add_argument("--skip-existing", action="store_true", help="leave out what is there already")
    parser.add_argument("--concurrency", type=int, default=8, help="how many at once (%(default)s)")
    parser.add_argument("--timeout", type=float, help="how many seconds each may take")
    parser.add_argument("--retries", type=int, help="how many requests of each may be repeated")
    parser.set_defaults(run=_run)


@dataclass
class Target:
    """Where the output of one input goes."""

    folder: Path
    #: The name without its extension, and the extension that was asked for.
    stem: str
    suffix: str
    #: Where it is downloaded to, beside its place.
    parts: Optional[Path] = field(default=None)

    @property
    def path(self) -> Path:
        return self.folder / (self.stem + self.suffix)

    def open(self) -> Path:
        """A new folder for what comes."""
        self.folder.mkdir(parents=True, exist_ok=True)
        self.parts = Path(tempfile.mkdtemp(prefix=".cloudconvert-kit-", dir=self.folder))
        return self.parts

    def take(self) -> List[Path]:
        """Moves what has come to its place. Where the service made several files of one it is a ZIP, whatever was asked."""
        assert self.parts is not None
        come = sorted(self.parts.iterdir())
        taken: List[Path] = []
        for file in come:
            path = self.path
            if len(come) > 1:
                path = self.folder / file.name
            elif file.suffix.lower() != self.suffix.lower():
                path = self.folder / (self.stem + file.suffix)
            os.replace(file, path)
            taken.append(path)
        return taken

    def close(self) -> None:
        """Removes what is not wanted any more."""
        if self.parts is not None:
            shutil.rmtree(self.parts, ignore_errors=True)


def _run(arguments: argparse.Namespace) -> int:
    targets = plan(arguments)
    if arguments.skip_existing:
        targets = {source: target for source, target in targets.items() if not target.path.exists()}
    code = 0
    try:
        with connect(arguments) as client, Bars(arguments, len(targets)) as bars:
            for conversion in client.convert_many(
                list(targets),
                _format(targets),
                concurrency=arguments.concurrency,
                save_to=lambda source: targets[source].open(),
                on_progress=bars.show if bars else None,
                **_options(arguments),
            ):
                code = max(code, _finish(arguments, bars, conversion, targets))
    finally:
        for target in targets.values():
            target.close()
    return code


def _finish(arguments: argparse.Namespace, bars: Bars, conversion: Conversion, targets: Dict[str, Target]) -> int:
    """Moves the outputs of one to their place, and tells about it."""
    source = str(conversion.source)
    with bars.finished(conversion):
        if conversion.error is not None:
            report(arguments, source, conversion.error)
            # One that failed is no reason to stop, but one that cannot succeed for any is.
            code = EXITS.get(conversion.error.code, 1)
            return code if len(targets) == 1 else 1
        paths = [str(path) for path in targets[source].take()]
        targets[source].close()
        facts = {"source": source, "files": paths, "process_id": conversion.progress.process_id}
        tell(arguments, facts, f"{source} -> {', '.join(paths)}")
    return 0


def plan(arguments: argparse.Namespace) -> Dict[str, Target]:
    """Which inputs become which outputs."""
    sources, folder, output = _split(arguments.paths, arguments.to)
    if not sources:
        raise UsageError("there is no input")
    if output is not None:
        suffix = f".{arguments.to}" if arguments.to and not output.suffix else output.suffix
        return {sources[0]: Target(output.parent, output.name[: len(output.name) - len(output.suffix)], suffix)}
    suffix = "." + arguments.to.lstrip(".")
    targets = {source: Target(_folder_of(source) if folder is None else folder, _stem(source), suffix) for source in sources}
    claimed: Dict[Path, str] = {}
    for source, target in targets.items():
        other = claimed.setdefault(target.path, source)
        if other != source:
            raise UsageError(f"{other} and {source} would both become {target.path}; convert them one after the other")
        if not _is_url(source) and target.path.exists() and os.path.samefile(source, target.path):
            raise UsageError(f"{source} would overwrite itself; name a folder for the outputs")
    return targets


def _split(paths: List[str], to: Optional[str]) -> tuple[List[str], Optional[Path], Optional[Path]]:
    """Inputs, the folder for outputs, and the output where there is one."""
    *first, last = paths
    if to is not None:
        if first and (last.endswith(("/", os.sep)) or os.path.isdir(last)):
            return _expand(first), Path(last), None
        if len(first) == 1 and not glob.has_magic(first[0]) and not os.path.exists(last) and not _is_url(last):
            return _expand(first), None, Path(last)
        return _expand(paths), None, None
    sources = _expand(first)
    if len(sources) != 1 or os.path.isdir(last) or not Path(last).suffix:
        raise UsageError("name one input and one output, or the format by --to: cloudconvert-kit convert *.png --to jpg")
    return sources, None, Path(last)


def _expand(patterns: List[str]) -> List[str]:
    """Inputs by name, by URL, and by globs that the shell has left alone. Each once."""
    sources: List[str] = []
    for pattern in patterns:
        if _is_url(pattern) or os.path.exists(pattern) or not glob.has_magic(pattern):
            sources.append(pattern)
        else:
            found = sorted(path for path in glob.glob(pattern, recursive=True) if os.path.isfile(path))
            if not found:
                raise UsageError(f"nothing matches {pattern}")
            sources += found
    for source in sources:
        if not _is_url(source) and not os.path.isfile(source):
            raise UsageError(f"there is no file {source}")
    return list(dict.fromkeys(sources))


def _is_url(source: str) -> bool:
    return source.lower().startswith(("http://", "https://", "ftp://"))


def _folder_of(source: str) -> Path:
    return Path() if _is_url(source) else Path(source).parent


def _stem(source: str) -> str:
    """The name of an input without its extension."""
    name = unquote(urlsplit(source).path.rsplit("/", 1)[-1]) if _is_url(source) else os.path.basename(source)
    return Path(name).stem or "output"


def _format(targets: Dict[str, Target]) -> str:
    return next((target.suffix.lstrip(".") for target in targets.values()), "")


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
        "timeout": arguments.timeout,
        "max_retries": arguments.retries,
        "download": "each" if arguments.each else None,
    }
    return {name: value for name, value in given.items() if value is not None}


def _value(text: str) -> Any:
    """Numbers, `true`, `false` and objects as JSON has them; anything else is text."""
    try:
        return json.loads(text)
    except ValueError:
        return text

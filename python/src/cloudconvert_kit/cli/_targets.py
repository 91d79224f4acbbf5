"""What the paths of ``cloudconvert-kit convert`` mean: which inputs become which outputs."""

from __future__ import annotations

import glob
import os
import stat
from pathlib import Path
from typing import Dict, List, Optional, Tuple
from urllib.parse import unquote, urlsplit

from .._native import is_url
from ._common import STANDARD, UsageError
from ._target import Target

__all__ = ["Target", "expand", "is_stream", "plan", "standard"]

#: Names that some systems have for the standard input and output.
_STANDARD = ("/dev/stdin", "/dev/stdout", "/dev/fd/0", "/dev/fd/1")
#: The longest name of a file, in bytes.
_LONGEST = 255


def plan(paths: List[str], to: Optional[str], together: bool, overwrite: bool) -> List[Target]:
    """Which inputs become which outputs; ``together`` they become one."""
    paths = [standard(path) for path in paths]
    sources, folder, output = _split(paths, to, together)
    if output is not None:
        return [_named(sources, output, to)]
    if together:
        raise UsageError("name the output: the inputs become one")
    if folder is None and STANDARD in sources:
        raise UsageError("name the output of the standard input: a file, a folder, or - for the standard output")
    suffix = f".{(to or '').lstrip('.')}"
    targets = [
        Target([source], folder or _folder_of(source), _stem(source, suffix), suffix, overwrite=overwrite)
        for source in sources
    ]
    if overwrite:
        _check(targets)
    return targets


def standard(path: str) -> str:
    """The path, or ``-`` where it is a name of the standard input or output."""
    return STANDARD if path in _STANDARD else path


def _named(sources: List[str], output: Path, to: Optional[str]) -> Target:
    """The target of an output that the user named."""
    if len(os.fsencode(output.name)) > _LONGEST:
        raise UsageError(f"the name of the output is too long: {output}; give it a shorter one")
    asked = f".{(to or '').lstrip('.')}"
    if is_stream(output):
        return Target(sources, Path(), "output", asked if to else output.suffix, named=True, into=output)
    if output.exists() and not output.is_file():
        raise UsageError(f"{output} cannot be the output: it is neither a file nor a pipe; name another one")
    return Target(sources, output.parent, output.stem, output.suffix or asked, named=True)


def is_stream(path: Path) -> bool:
    """Whether it is the standard output, a pipe or a device, which is written into."""
    if str(path) == STANDARD:
        return True
    try:
        mode = path.stat().st_mode
    except OSError:
        return False
    return stat.S_ISFIFO(mode) or stat.S_ISCHR(mode)


def _check(targets: List[Target]) -> None:
    """Outputs that replace what is there must replace neither each other nor their inputs."""
    claimed: Dict[Path, str] = {}
    for target in targets:
        [source] = target.sources
        other = claimed.setdefault(target.path, source)
        if other != source:
            raise UsageError(f"{other} and {source} would both become {target.path}; leave out --overwrite")
        if os.path.exists(source) and target.path.exists() and os.path.samefile(source, target.path):
            raise UsageError(f"{source} would overwrite itself; name a folder for the outputs")


def _split(paths: List[str], to: Optional[str], together: bool) -> Tuple[List[str], Optional[Path], Optional[Path]]:
    """Inputs, the folder for outputs, and the output where there is one."""
    *first, last = paths
    is_folder = last.endswith(("/", os.sep)) or os.path.isdir(last)
    if to is not None and not together:
        if first and is_folder:
            return expand(first), Path(last), None
        is_output = is_stream(Path(last)) or not (os.path.exists(last) or is_url(last))
        if len(first) == 1 and not glob.has_magic(first[0]) and is_output:
            return expand(first), None, Path(last)
        return expand(paths), None, None
    sources = expand(first)
    if not sources or (len(sources) > 1 and not together) or is_folder or not (Path(last).suffix or to):
        raise UsageError("name one input and one output; or inputs and a format, as in: convert *.png --to jpg")
    return sources, None, Path(last)


def expand(patterns: List[str]) -> List[str]:
    """Inputs by name, by URL, and by globs that the shell has left alone. Each once."""
    sources: List[str] = []
    for pattern in patterns:
        if pattern == STANDARD or is_url(pattern) or os.path.exists(pattern) or not glob.has_magic(pattern):
            sources.append(pattern)
        else:
            found = sorted(path for path in glob.glob(pattern, recursive=True) if os.path.isfile(path))
            if not found:
                raise UsageError(f"nothing matches {pattern}; check the pattern")
            sources += found
    for source in sources:
        if not (source == STANDARD or is_url(source) or os.path.isfile(source) or is_stream(Path(source))):
            raise UsageError(f"there is no file {source}; check its name")
    return list(dict.fromkeys(sources))


def _folder_of(source: str) -> Path:
    return Path() if is_url(source) else Path(source).parent


def _stem(source: str, suffix: str) -> str:
    """The name of an input without its extension, so long that it takes another one."""
    if source == STANDARD:
        return "stdin"
    name = unquote(urlsplit(source).path.rsplit("/", 1)[-1]) if is_url(source) else os.path.basename(source)
    stem = Path(name).stem or "output"
    while len(os.fsencode(stem + suffix)) > _LONGEST:
        stem = stem[:-1]
    return stem

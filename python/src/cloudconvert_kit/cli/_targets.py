"""What the paths of ``cloudconvert-kit convert`` mean: which inputs become which outputs."""

from __future__ import annotations

import glob
import os
import shutil
import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import Dict, List, Optional, Sequence, Tuple
from urllib.parse import unquote, urlsplit

from .._native import is_url, place
from ..errors import OutputError
from ._common import UsageError

__all__ = ["Target", "plan"]


@dataclass
class Target:
    """Where the output of one input goes, or of several that become one."""

    sources: Sequence[str]
    folder: Path
    #: The name without its extension, and the extension that was asked for.
    stem: str
    suffix: str
    #: Whether the user named the output, which is replaced then. One of another format gets a name that is free.
    named: bool = False
    #: Whether files in the folder are replaced.
    overwrite: bool = False
    #: Where it is downloaded to, beside its place.
    parts: Optional[Path] = field(default=None)

    @property
    def path(self) -> Path:
        """Where it goes if it is one file of the format that was asked for."""
        return self.folder / (self.stem + self.suffix)

    def open(self) -> Path:
        """A new folder for what comes."""
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            self.parts = Path(tempfile.mkdtemp(prefix=".cloudconvert-kit-", dir=self.folder))
        except OSError as error:
            raise OutputError(f"nothing can be written to {self.folder}: {error}") from error
        return self.parts

    def take(self) -> List[Path]:
        """Moves what has come to its place. Several files of one input come as a ZIP, whatever was asked for.

        What has its name is whole, and the service may have deleted it: it is moved however the program ends.
        """
        if self.parts is None:
            return []
        come = sorted(file for file in self.parts.iterdir() if not _is_part(file.name))
        taken = [self._move(file, len(come) > 1) for file in come]
        shutil.rmtree(self.parts, ignore_errors=True)
        self.parts = None
        return taken

    def _move(self, file: Path, several: bool) -> Path:
        name = self.stem + self.suffix
        if several:
            name = file.name
        elif file.suffix.lower() != self.suffix.lower():
            name = self.stem + file.suffix
        try:
            if not self.named or several or name != self.path.name:
                return Path(place(file, self.folder, name, self.overwrite))
            os.replace(file, self.folder / name)
        except OSError as error:
            message = f"the output is in {file}, because it cannot be moved to {self.folder / name}: {error}"
            raise OutputError(message) from error
        return self.folder / name


def _is_part(name: str) -> bool:
    """Whether a file has only begun to come, where a system cannot keep it without a name."""
    return name.startswith(".") and name.endswith(".part")


def plan(paths: List[str], to: Optional[str], together: bool, overwrite: bool) -> List[Target]:
    """Which inputs become which outputs; ``together`` they become one."""
    sources, folder, output = _split(paths, to, together)
    if output is not None:
        return [Target(sources, output.parent, output.stem, output.suffix or f".{to}", named=True)]
    if together:
        raise UsageError("name the output: the inputs become one")
    suffix = f".{(to or '').lstrip('.')}"
    targets = [
        Target([source], folder or _folder_of(source), _stem(source), suffix, overwrite=overwrite) for source in sources
    ]
    if overwrite:
        _check(targets)
    return targets


def _check(targets: List[Target]) -> None:
    """Outputs that replace what is there must replace neither each other nor their inputs."""
    claimed: Dict[Path, str] = {}
    for target in targets:
        [source] = target.sources
        other = claimed.setdefault(target.path, source)
        if other != source:
            raise UsageError(f"{other} and {source} would both become {target.path}; leave out --overwrite")
        if not is_url(source) and target.path.exists() and os.path.samefile(source, target.path):
            raise UsageError(f"{source} would overwrite itself; name a folder for the outputs")


def _split(paths: List[str], to: Optional[str], together: bool) -> Tuple[List[str], Optional[Path], Optional[Path]]:
    """Inputs, the folder for outputs, and the output where there is one."""
    *first, last = paths
    is_folder = last.endswith(("/", os.sep)) or os.path.isdir(last)
    if to is not None and not together:
        if first and is_folder:
            return _expand(first), Path(last), None
        if len(first) == 1 and not glob.has_magic(first[0]) and not os.path.exists(last) and not is_url(last):
            return _expand(first), None, Path(last)
        return _expand(paths), None, None
    sources = _expand(first)
    if not sources or (len(sources) > 1 and not together) or is_folder or not (Path(last).suffix or to):
        raise UsageError("name one input and one output; or inputs and a format, as in: convert *.png --to jpg")
    return sources, None, Path(last)


def _expand(patterns: List[str]) -> List[str]:
    """Inputs by name, by URL, and by globs that the shell has left alone. Each once."""
    sources: List[str] = []
    for pattern in patterns:
        if is_url(pattern) or os.path.exists(pattern) or not glob.has_magic(pattern):
            sources.append(pattern)
        else:
            found = sorted(path for path in glob.glob(pattern, recursive=True) if os.path.isfile(path))
            if not found:
                raise UsageError(f"nothing matches {pattern}")
            sources += found
    for source in sources:
        if not is_url(source) and not os.path.isfile(source):
            raise UsageError(f"there is no file {source}")
    return list(dict.fromkeys(sources))


def _folder_of(source: str) -> Path:
    return Path() if is_url(source) else Path(source).parent


def _stem(source: str) -> str:
    """The name of an input without its extension."""
    name = unquote(urlsplit(source).path.rsplit("/", 1)[-1]) if is_url(source) else os.path.basename(source)
    return Path(name).stem or "output"

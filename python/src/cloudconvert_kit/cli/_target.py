"""Where the output of one conversion goes, and how it gets there."""

from __future__ import annotations

import shutil
import sys
import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import List, Optional, Sequence

from .._native import move_into, move_to
from ..errors import OutputError
from ._common import STANDARD

__all__ = ["Target"]


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
    #: The pipe or the device that it is written into instead.
    into: Optional[Path] = None
    #: Where it is downloaded to, beside its place.
    parts: Optional[Path] = field(default=None)

    @property
    def path(self) -> Path:
        """Where it goes if it is one file of the format that was asked for."""
        return self.into or self.folder / (self.stem + self.suffix)

    def is_there(self) -> bool:
        """Whether it has been made before."""
        return self.into is None and self.path.exists()

    def open(self) -> Path:
        """A new folder for what comes."""
        beside = None if self.into else self.folder
        try:
            if beside is not None:
                beside.mkdir(parents=True, exist_ok=True)
            self.parts = Path(tempfile.mkdtemp(prefix=".cloudconvert-kit-", dir=beside))
        except OSError as error:
            raise OutputError(
                f"nothing can be written to {beside or tempfile.gettempdir()}: {error}; name another place"
            ) from error
        return self.parts

    def take(self) -> List[Path]:
        """Moves what has come to its place. Several files of one input come as a ZIP, whatever was asked for.

        What has its name is whole, and the service may have deleted it: it is moved however the program ends.
        """
        if self.parts is None:
            return []
        come = sorted(self.parts.iterdir())
        whole = [file for file in come if not _is_part(file.name)]
        taken: List[Path] = []
        left: List[str] = []
        for file in whole:
            try:
                taken.append(self._move(file, len(whole) > 1))
            except OSError as error:
                left.append(f"the output is in {file}, because it cannot be moved to {self.path}: {error}")
        if left:
            for file in come:
                if _is_part(file.name):
                    file.unlink(missing_ok=True)
            raise OutputError("; ".join(left))
        shutil.rmtree(self.parts, ignore_errors=True)
        self.parts = None
        return taken

    def _move(self, file: Path, several: bool) -> Path:
        if self.into is not None:
            _pour(file, self.into)
            return self.into
        name = self.stem + self.suffix
        if several:
            name = file.name
        elif file.suffix.lower() != self.suffix.lower():
            name = self.stem + file.suffix
        if not self.named or several or name != self.path.name:
            return Path(move_into(file, self.folder, name, self.overwrite))
        move_to(file, self.folder / name)
        return self.folder / name


def _pour(file: Path, into: Path) -> None:
    """Writes all of a file into a pipe, a device or the standard output."""
    if str(into) != STANDARD:
        move_to(file, into)
        return
    with file.open("rb") as content:
        shutil.copyfileobj(content, sys.stdout.buffer)
    sys.stdout.buffer.flush()
    file.unlink()


def _is_part(name: str) -> bool:
    """Whether a file has only begun to come, where a system cannot keep it without a name."""
    return name.startswith(".") and name.endswith(".part")

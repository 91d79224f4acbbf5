"""Where the output of one conversion goes."""

from __future__ import annotations

import shutil
import sys
import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import Optional, Sequence, Union

from .._native import move_to
from .._result import Called
from .._result import Target as Named
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
    #: Where it is downloaded to before it is written into that.
    parts: Optional[Path] = field(default=None)

    @property
    def path(self) -> Path:
        """Where it goes if it is one file of the format that was asked for."""
        return self.into or self.folder / (self.stem + self.suffix)

    def is_there(self) -> bool:
        """Whether it has been made before."""
        return self.into is None and self.path.exists()

    def place(self, each: bool) -> Union[Named, Path]:
        """Where the client saves it; ``each`` comes under names of its own. Folders are made."""
        try:
            if self.into is None:
                self.folder.mkdir(parents=True, exist_ok=True)
            else:
                self.parts = Path(tempfile.mkdtemp(prefix="cloudconvert-kit-"))
        except OSError as error:
            place = tempfile.gettempdir() if self.into else self.folder
            raise OutputError(f"nothing can be written to {place}: {error}; name another place") from error
        called = None if each else Called(self.stem, self.suffix, self.named)
        return self.parts or Named(self.folder, True, self.overwrite, called)

    def pour(self) -> None:
        """Writes what has come into the pipe or the device.

        What has its name is whole, and the service may have deleted it: it is written however the program ends.
        """
        if self.parts is None or self.into is None:
            return
        parts, self.parts = self.parts, None
        for file in [file for file in parts.iterdir() if not _is_part(file.name)]:
            try:
                _pour(file, self.into)
            except OSError as error:
                why = f"because it cannot be written into {self.into}: {error}; take it from there"
                raise OutputError(f"the output is in {file}, {why}") from error
        shutil.rmtree(parts, ignore_errors=True)


def _pour(file: Path, into: Path) -> None:
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

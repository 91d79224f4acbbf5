"""Where the output of one conversion goes."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Optional, Sequence

from .._result import Called
from .._result import Target as Named
from ..errors import OutputError

__all__ = ["Target", "written_into"]


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

    @property
    def path(self) -> Path:
        """Where it goes if it is one file of the format that was asked for."""
        return self.into or self.folder / (self.stem + self.suffix)

    def is_there(self) -> bool:
        """Whether it has been made before."""
        return self.into is None and self.path.exists()

    def place(self, each: bool) -> Named:
        """Where the client saves it; ``each`` comes under names of its own. Folders are made."""
        if self.into is not None:
            return written_into(self.into)
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise OutputError(f"nothing can be written to {self.folder}: {error}; name another place") from error
        called = None if each else Called(self.stem, self.suffix, self.named)
        return Named(os.path.join(self.folder, ""), self.overwrite, called)


def written_into(stream: Path) -> Named:
    """A pipe, a device or the standard output, which takes one output before the service deletes what it has of it."""
    return Named(str(stream), False)

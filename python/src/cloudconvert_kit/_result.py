"""What came out of a conversion."""

from __future__ import annotations

import os
import weakref
from pathlib import Path
from typing import Any, List, Mapping, Optional, Sequence, Union

from ._native import Download
from ._progress import Progress
from .errors import OutputError

__all__ = ["File", "Result"]

StrPath = Union[str, "os.PathLike[str]"]


class File:
    """One output file: in memory while it is small, else on disk."""

    def __init__(self, name: str, size: int, download: Optional[Download], path: Optional[Path]) -> None:
        #: Its name: a base name that is safe to write.
        self.name = name
        #: Its size in bytes.
        self.size = size
        self._download = download
        self._path = path
        if download is not None:
            # Also when Python ends, which destroys nothing by itself.
            weakref.finalize(self, download.discard)

    @property
    def path(self) -> Optional[Path]:
        """Where it lies; ``None`` while it is in memory. A temporary file goes away with this object."""
        if self._download is None:
            return self._path
        path = self._download.path
        return None if path is None else Path(path)

    def read(self) -> bytes:
        """All its bytes."""
        content = None if self._download is None else self._download.memory()
        if content is not None:
            return content
        if self.path is None:
            raise OutputError(f"{self.name} was downloaded by another process and is not here")
        return self.path.read_bytes()

    def save(self, path: StrPath) -> Path:
        """Writes it to a file, or under its own name into an existing folder. The file appears when it is whole."""
        target = Path(path)
        if target.is_dir():
            target = target / self.name
        try:
            if self._download is not None:
                self._download.save(target)
            else:
                target.write_bytes(self.read())
        except OSError as error:
            raise OutputError(f"the output cannot be written: {error}") from error
        return target

    def __repr__(self) -> str:
        return f"<File {self.name!r}, {self.size} bytes>"


class Result:
    """A finished conversion."""

    #: The outputs. None where nothing was downloaded.
    files: Sequence[File]
    #: The process, which is deleted by now unless ``save`` was set or nothing was downloaded.
    process_id: Optional[str]
    process_url: Optional[str]
    #: Where the service stored the output, if it stays there.
    url: Optional[str]
    #: What the service calls the output.
    filename: Optional[str]
    #: The facts that mode ``info`` found out.
    info: Any
    #: The last snapshot.
    progress: Progress

    def __init__(self, files: Sequence[File], facts: Mapping[str, Any], progress: Progress) -> None:
        self.files = files
        self.process_id = facts.get("processId")
        self.process_url = facts.get("processUrl")
        self.url = facts.get("url")
        self.filename = facts.get("filename")
        self.info = facts.get("info")
        self.progress = progress

    def save(self, path: StrPath) -> List[Path]:
        """Writes the output to a file, or all outputs into an existing folder; returns their paths."""
        if len(self.files) != 1 and not Path(path).is_dir():
            what = "there is no output" if not self.files else "there are several outputs; name an existing folder"
            raise OutputError(what)
        return [file.save(path) for file in self.files]

    def read(self) -> bytes:
        """The bytes of the only output."""
        if len(self.files) != 1:
            raise OutputError(f"there are {len(self.files)} outputs, not one; read those in `files`")
        return self.files[0].read()

    def __repr__(self) -> str:
        return f"<Result of {self.process_id}: {', '.join(file.name for file in self.files) or 'no files'}>"


def result_of(
    facts: Mapping[str, Any], downloads: Sequence[Download], target: Optional[Path], progress: Progress
) -> Result:
    """A result as the core tells it, with what was downloaded here."""
    here = {download.name: download for download in downloads}
    folder = target is not None and target.is_dir()
    files: List[File] = []
    for entry in facts.get("files", ()):
        name = entry["name"]
        path = target / name if folder and target is not None else target
        files.append(File(name, entry["size"], here.get(name), path))
    return Result(files, facts, progress)

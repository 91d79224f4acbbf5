"""What came out of a conversion."""

from __future__ import annotations

import os
import shutil
import tempfile
import weakref
from dataclasses import dataclass
from pathlib import Path
from typing import Any, List, Mapping, Optional, Sequence, Union

from ._native import Download, is_folder, move_into, move_to
from ._progress import Progress
from .errors import OutputError

__all__ = ["Called", "File", "Result", "Target", "file_of", "result_of", "target_of"]

StrPath = Union[str, "os.PathLike[str]"]


@dataclass(frozen=True)
class Called:
    """A name for the only output in a folder, which may come with another extension than is expected."""

    stem: str
    #: The extension that is expected, with its dot.
    suffix: str
    #: Whether a file of just this name is replaced.
    replaces: bool


@dataclass(frozen=True)
class Target:
    """What the user named for outputs."""

    #: Absolute, with the slash at its end that the user wrote.
    path: str
    #: Whether files in a folder are replaced.
    overwrite: bool
    #: What the only output is called in a folder, if not as the service says.
    called: Optional[Called] = None

    def place(self, name: str) -> Path:
        """Where an output of this name is, once it is there."""
        path = Path(self.path)
        return path / name if path.is_dir() else path

    def __fspath__(self) -> str:
        return self.path


def _is_folder(path: StrPath, each: bool) -> bool:
    """Whether outputs saved there get names of their own; ``each`` says that they are several."""
    named = target_of({"save_to": path})
    return named is not None and is_folder(named, each)


def target_of(options: Mapping[str, Any]) -> Optional[Target]:
    """What the options name for outputs. The core says what it means."""
    named = options.get("save_to")
    if not named or isinstance(named, Target):
        return named or None
    path = os.fsdecode(named)
    slash = os.sep if path.endswith(("/", os.sep)) else ""
    return Target(os.path.abspath(path) + slash, bool(options.get("overwrite")))


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
        return self._found().read_bytes()

    def save(self, path: StrPath, *, overwrite: bool = False) -> Path:
        """Writes it to a file, or under its own name into a folder: one that exists, or a path that ends with a slash.
        The file appears when it is whole.

        :param overwrite: whether a file in the folder is replaced. Else the name gets a number: ``photo (1).jpg``.
        """
        target, folder = Path(path), _is_folder(path, False)
        try:
            if self._download is not None:
                return Path(self._download.save(target, folder, overwrite))
            beside: Optional[Path] = target if folder else target.parent
            # Nothing is put beside a pipe or a device.
            if target.exists() and not (folder or target.is_file()):
                beside = None
            with tempfile.TemporaryDirectory(prefix=".cloudconvert-kit-", dir=beside) as part:
                copied = shutil.copyfile(self._found(), Path(part) / self.name)
                if folder:
                    return Path(move_into(copied, target, self.name, overwrite))
                return Path(move_to(copied, target))
        except OSError as error:
            raise OutputError(f"the output cannot be written: {error}; check the place and the free space") from error

    def _found(self) -> Path:
        path = self.path
        if path is None:
            raise OutputError(f"{self.name} was downloaded by another process and is not here: save it there")
        if path.exists() and not path.is_file():
            raise OutputError(
                f"{self.name} was written into {path}, and cannot be read from there: save to a file to read it"
            )
        return path

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

    def save(self, path: StrPath, *, overwrite: bool = False) -> List[Path]:
        """Writes the output to a file, or all outputs into a folder, which is made for several; returns their paths.

        :param overwrite: whether files in the folder are replaced. Else the names get numbers: ``photo (1).jpg``.
        """
        if not self.files:
            raise OutputError("there is no output: look at `url` and `info`, or download one")
        # A slash at its end says to each file that it is a folder.
        place = os.path.join(path, "") if _is_folder(path, len(self.files) > 1) else path
        return [file.save(place, overwrite=overwrite) for file in self.files]

    def read(self) -> bytes:
        """The bytes of the only output."""
        if len(self.files) != 1:
            raise OutputError(f"there are {len(self.files)} outputs, not one; read those in `files`")
        return self.files[0].read()

    def __repr__(self) -> str:
        return f"<Result of {self.process_id}: {', '.join(file.name for file in self.files) or 'no files'}>"


def file_of(download: Download) -> File:
    """One file that was downloaded on its own."""
    content, path = download.memory(), download.path
    size = len(content) if content is not None else os.path.getsize(path) if path is not None else 0
    return File(download.name, size, download, None)


def result_of(
    facts: Mapping[str, Any],
    downloads: Sequence[Download],
    target: Optional[Target],
    progress: Progress,
) -> Result:
    """A result as the core tells it, with what was downloaded here, and by another process before."""
    here = {download.name: download for download in downloads}
    files: List[File] = []
    for entry in facts.get("files", ()):
        name = entry["name"]
        path = None if target is None else target.place(name)
        files.append(File(name, entry["size"], here.get(name), path))
    return Result(files, facts, progress)

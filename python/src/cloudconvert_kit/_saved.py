"""A conversion at rest: what the core saved, and where this machine had the files."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field, replace
from typing import Dict, Mapping, Optional, Sequence, Tuple

from .errors import BadRequestError

__all__ = ["Mark", "Saved"]

#: By what a file is known again: its number in the file system, its time in nanoseconds, its length.
Mark = Tuple[int, int, int]


def _nothing() -> Dict[str, str]:
    return {}


@dataclass(frozen=True)
class Saved:
    """Written as JSON. It holds neither the key nor the bytes of any file, but URLs whose owner can use the process."""

    #: What the core needs to go on.
    conversion: str
    #: The paths that are uploaded, if the source consists of such.
    paths: Sequence[str] = ()
    #: Where the output goes, if that was told.
    save_to: Optional[str] = None
    #: Whether files in the folder are replaced.
    overwrite: bool = False
    #: The paths of outputs that have their names already.
    placed: Mapping[str, str] = field(default_factory=_nothing)
    #: By what the files of outputs are known that were about to get their names: outputs' names, and marks of files.
    claims: Sequence[Tuple[str, Mark]] = ()
    #: The URL that the conversion began with, if it followed a process.
    url: Optional[str] = None

    def to_json(self) -> str:
        """What :meth:`from_json` reads."""
        return json.dumps({name: value for name, value in asdict(self).items() if value})

    @classmethod
    def from_json(cls, text: str) -> Saved:
        """Reads what :meth:`to_json` wrote."""
        try:
            saved = cls(**json.loads(text))
            return replace(saved, claims=[(name, (int(a), int(b), int(c))) for name, (a, b, c) in saved.claims])
        except (TypeError, ValueError) as error:
            raise BadRequestError("this is not a saved conversion") from error

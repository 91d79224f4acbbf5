"""A conversion at rest: what the core saved, and where this machine had the files."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from typing import Optional, Sequence

from .errors import BadRequestError

__all__ = ["Saved"]


@dataclass(frozen=True)
class Saved:
    """Written as JSON. It holds neither the key nor the bytes of any file, but URLs whose owner can use the process."""

    #: What the core needs to go on, with the names that outputs have in the target.
    conversion: str
    #: The paths that are uploaded, if the source consists of such.
    paths: Sequence[str] = ()
    #: Where the output goes, if that was told.
    save_to: Optional[str] = None
    #: Whether files in the folder are replaced.
    overwrite: bool = False
    #: The URL that the conversion began with, if it followed a process.
    url: Optional[str] = None

    def to_json(self) -> str:
        """What :meth:`from_json` reads."""
        return json.dumps({name: value for name, value in asdict(self).items() if value})

    @classmethod
    def from_json(cls, text: str) -> Saved:
        """Reads what :meth:`to_json` wrote."""
        try:
            return cls(**json.loads(text))
        except (TypeError, ValueError) as error:
            raise BadRequestError("this is not a saved conversion: give what `checkpoint` was called with") from error

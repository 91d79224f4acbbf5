"""A conversion at rest: what the core saved, and where this machine had the files."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from typing import Any, Callable, Dict, Optional, Sequence

from .errors import BadRequestError

__all__ = ["Saved"]


@dataclass(frozen=True)
class Saved:
    """Written as JSON. It holds neither the key nor the bytes of any file, but URLs whose owner can use the process.

    A member means the same for ever: what means something else gets another name.
    """

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
        """Reads what :meth:`to_json` wrote. What a later release adds is left out."""
        try:
            told: Any = json.loads(text)
            known = {name: told[name] for name in _KINDS if name in told}
        except (TypeError, ValueError) as error:
            raise BadRequestError(_DAMAGED) from error
        if "conversion" not in known or not all(_KINDS[name](value) for name, value in known.items()):
            raise BadRequestError(_DAMAGED)
        return cls(**known)


_DAMAGED = "this is not a saved conversion, or not all of it: give what `checkpoint` was called with, or convert anew"


def _is_text(value: Any) -> bool:
    return isinstance(value, str)


def _are_texts(value: Any) -> bool:
    # Of what is in a list of JSON, type checkers know nothing.
    items: Any = value
    return isinstance(value, list) and all(map(_is_text, items))


#: What each member is.
_KINDS: Dict[str, Callable[[Any], bool]] = {
    "conversion": _is_text,
    "paths": _are_texts,
    "save_to": _is_text,
    "overwrite": lambda value: isinstance(value, bool),
    "url": _is_text,
}

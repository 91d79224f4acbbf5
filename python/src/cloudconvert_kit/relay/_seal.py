"""Whose a conversion is, told by what it carries itself: there is nothing to remember."""

from __future__ import annotations

import hashlib
import hmac
import json

__all__ = ["Seal"]


class Seal:
    """The marks of one relay. They are the same for the same secret, in every language of the kit."""

    def __init__(self, secret: str) -> None:
        self._key = f"cloudconvert-kit relay {secret}".encode()

    def mark(self, who: str, what: str = "") -> str:
        """The mark of a person on something: 32 letters and digits."""
        text = json.dumps([who, what], separators=(",", ":"), ensure_ascii=False)
        return hmac.new(self._key, text.encode("utf-8", "replace"), hashlib.sha256).hexdigest()[:32]

    def is_mark(self, mark: str, who: str, what: str = "") -> bool:
        """Whether it is that, in constant time."""
        return hmac.compare_digest(mark.encode(), self.mark(who, what).encode())

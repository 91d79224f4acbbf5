"""Whose a conversion is, told by what it carries itself: there is nothing to remember."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import json
from typing import Optional

from .._native import decrypt, encrypt

__all__ = ["Seal"]

#: How many bytes AES-GCM wants beside its key.
_NONCE = 12


class Seal:
    """The marks of one relay. They are the same for the same secret, in every language of the kit."""

    def __init__(self, secret: str) -> None:
        self._key = f"cloudconvert-kit relay {secret}".encode()
        self._cipher = self._sign("cipher")

    def mark(self, who: str) -> str:
        """The mark of a person: 32 letters and digits."""
        return self._of(who, "").hex()[:32]

    def close(self, who: str, text: str) -> str:
        """A text that nobody can read, for this person to hand in again. The same text is closed in the same way each
        time.
        """
        nonce = self._of(who, text)[:_NONCE]
        closed = nonce + encrypt(self._cipher, nonce, _bytes(who), _bytes(text))
        return base64.urlsafe_b64encode(closed).decode().rstrip("=")

    def open(self, who: str, closed: str) -> Optional[str]:
        """The text that was closed for this person, if it was."""
        try:
            octets = base64.urlsafe_b64decode(closed + "=" * (-len(closed) % 4))
        except (binascii.Error, ValueError):
            return None
        text = decrypt(self._cipher, octets[:_NONCE], _bytes(who), octets[_NONCE:])
        return None if text is None else text.decode()

    def _of(self, who: str, text: str) -> bytes:
        return self._sign(json.dumps([who, text], separators=(",", ":"), ensure_ascii=False))

    def _sign(self, text: str) -> bytes:
        return hmac.new(self._key, _bytes(text), hashlib.sha256).digest()


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "replace")

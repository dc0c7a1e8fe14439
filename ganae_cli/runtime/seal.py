"""The seal of a folder that this user's ganae has made where it lies: nobody else can make it, and no copy has it.

It is a keyed hash of the folder's path; the key lies in the user's own cache. A run folder that was sent, copied or
moved has none that is valid, so that what it says of where to send numbers to counts only once its user says so.

The variable GANAE_KEY_FOLDER names another folder than the user's cache, or is `off`: no folder has a seal then.
"""

import contextlib
import hashlib
import hmac
import os
import secrets
from pathlib import Path

from ganae_cli.runtime import user_cache

VARIABLE, NAME = "GANAE_KEY_FOLDER", "key"
BYTES = 32


def of(folder: Path) -> str | None:
    """Return the seal of a folder; None where no key can be kept."""
    key = _key()
    return hmac.new(key, os.fsencode(folder.resolve()), hashlib.sha256).hexdigest() if key else None


def is_valid(folder: Path, seal: object) -> bool:
    """Return True if a text is the seal of a folder."""
    own = of(folder) if isinstance(seal, str) and seal.isascii() else None
    return own is not None and hmac.compare_digest(own, str(seal))


def _key() -> bytes | None:
    """Return the user's key, which is made if there is none."""
    place = user_cache.folder(VARIABLE, "key")
    try:
        if place is None or user_cache.made(place):
            return None
        path = place / NAME
        if not path.exists():
            _make(path)
        key = path.read_bytes()
        is_secret = user_cache.is_own_file(path) and not path.stat().st_mode & 0o077
        return key if is_secret and len(key) == BYTES else None
    except OSError:
        return None


def _make(path: Path) -> None:
    """Make a key; whoever is first makes it for all."""
    temporary = path.with_name(f"{NAME}-{secrets.token_hex(8)}")
    with os.fdopen(os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(secrets.token_bytes(BYTES))
    try:
        with contextlib.suppress(FileExistsError):
            os.link(temporary, path)
    finally:
        temporary.unlink()

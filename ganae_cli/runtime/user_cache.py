"""Where this user's programs keep what they can compute again."""

import os
import sys
from pathlib import Path


def folder(variable: str, name: str) -> Path | None:
    """Return the folder `ganae/<name>` of the user's cache, or None if the user wants none or has no home folder.

    variable: name of an environment variable, which may hold another folder, or `off`. The folder need not exist.
    """
    given = os.environ.get(variable, "")
    if given == "off":
        return None
    try:
        return Path(given).expanduser().absolute() if given else _users_cache() / "ganae" / name
    except (OSError, RuntimeError):  # no current folder, no home folder
        return None


def _users_cache() -> Path:
    if sys.platform == "win32":
        return Path(os.environ.get("LOCALAPPDATA") or Path.home() / "AppData" / "Local")
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Caches"
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")

"""Text that can be shown to strangers: without the home folder, the user's name, the host's name and secrets."""

import contextlib
import getpass
import os
import platform
import re
from collections.abc import Mapping
from pathlib import Path

_SECRET = re.compile(r"key|token|secret|passw|credential|auth", re.I)
_COMMON = ("root", "user", "localhost", "vm", "linux")  # names that say nothing, and that other words may contain


def anonymous(text: str) -> str:
    """Return text with `~`, USER and HOST in place of this user's home folder, name, and host.

    >>> anonymous("/tmp/a")
    '/tmp/a'
    """
    for name, instead in _names().items():
        text = re.sub(rf"(?<![A-Za-z0-9]){re.escape(name)}(?![A-Za-z0-9])", instead, text)
    return "".join(c if c.isprintable() else repr(c)[1:-1] for c in text)


def shown(name: str, value: str) -> str:
    """Return the value of an environment variable, or only that it is set if it may be a secret.

    >>> shown("TF_NUM_THREADS", "2"), shown("GANAE_TOKEN", "a1b2"), shown("X", "https://me:pw@host/")
    ('2', '(set)', '(set)')
    """
    return "(set)" if _SECRET.search(name) or re.search(r"://[^/]*@", value) or len(value) > 200 else anonymous(value)


def _names() -> Mapping[str, str]:
    """Return what must not be shown, and what stands in its place; longest first."""
    found: dict[str, str] = {}
    with contextlib.suppress(RuntimeError):
        home = str(Path.home())
        found |= {home: "~"} if len(home) > 1 else {}
    with contextlib.suppress(OSError, KeyError):
        found[getpass.getuser()] = "USER"
    host = platform.node()
    found |= {host: "HOST", host.partition(".")[0]: "HOST", os.environ.get("USER", ""): "USER"}
    kept = {name: new for name, new in found.items() if len(name) > 1 and name.lower() not in _COMMON}
    return dict(sorted(kept.items(), key=lambda pair: -len(pair[0])))

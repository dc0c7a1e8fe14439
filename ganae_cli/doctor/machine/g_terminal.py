"""Terminal: encoding, locale and width."""

import codecs
import os
import sys
from collections.abc import Iterator

from ganae_cli import terminal
from ganae_cli.doctor.finding import Finding, ok, warning


def check() -> Iterator[Finding]:
    """Yield how text is written."""
    encoding = getattr(sys.stdout, "encoding", None) or "ascii"
    names = [f"{name}={os.environ[name]}" for name in ("LC_ALL", "LC_CTYPE", "LANG", "TERM") if os.environ.get(name)]
    where = f"{terminal.width()} columns" if sys.stdout.isatty() else "no terminal"
    seen = ", ".join([encoding, where, *names])
    if codecs.lookup(encoding).name == "utf-8":
        yield ok(seen)
    else:
        yield warning(seen, "some characters are shown by stand-ins: LC_ALL=C.UTF-8 shows all")

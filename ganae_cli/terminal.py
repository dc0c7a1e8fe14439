"""Text for a terminal: its width, lines wrapped at spaces, and commands that can be pasted into a shell."""

import contextlib
import os
import re
import shlex
import sys
import textwrap
from collections.abc import Callable, Iterable
from typing import Any, TextIO

from ganae_cli.secrets import without_hidden

PIPED = 100  # columns of a line where no terminal and no COLUMNS says how many
LEAST = 40  # narrower than this, a terminal is left to break the lines itself
_COMMAND = re.compile(r"`ganae [^`]*`|(?:^|(?<=\s))ganae [a-z].*$")
_GLUE = "\0"  # stands for a space at which a line must not be broken
# What a terminal obeys instead of showing it: control characters (C0, C1, also as bytes of a file name), line ends of
# other kinds, and marks that write text in another direction, so that it reads as what it is not.
_OBEYED = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff\udc80-\udc9f]")


def printable(text: str) -> str:
    """Return text with everything that a terminal would obey as `\\x1b` or `\\u202e`; line ends and tabs stay.

    Names and files may come from strangers: an escape code in them could hide text, rename the window or type.

    >>> printable("run \x1b[2Jgone")
    'run \\\\x1b[2Jgone'
    """
    return _OBEYED.sub(lambda found: _escape(ord(found[0])), text)


def one_line(text: str) -> str:
    """Return printable text without line ends and tabs, for the cell of a table or a name in a line."""
    return " ".join(printable(text).split())


def whole(line: str) -> str:
    """Return a printable line without what is hidden; a line end in it, as of the name of a file, is shown, too.

    >>> whole("  cannot read a\\nb.png")
    '  cannot read a\\\\x0ab.png'
    """
    return printable(without_hidden(line)).replace("\n", _escape(ord("\n")))


def _escape(code: int) -> str:
    code = code - 0xDC00 if code >= 0xDC80 and code < 0xDD00 else code
    return f"\\x{code:02x}" if code < 256 else f"\\u{code:04x}"


def width(stream: TextIO | None = None) -> int:
    """Return the columns of a line on a stream (None: standard output): COLUMNS, the terminal's, or PIPED."""
    columns = os.environ.get("COLUMNS", "")
    if columns.isdecimal() and int(columns) > 0:
        return max(LEAST, int(columns))
    try:
        found = os.get_terminal_size((stream or sys.stdout).fileno()).columns
    except (OSError, ValueError, AttributeError):  # no terminal, a closed stream, a stand-in for a stream
        found = 0
    return max(LEAST, found) if found else PIPED


def wrapped(line: str, columns: int, indent: str | None = None, whole_commands: bool = True) -> list[str]:
    """Return a line broken at spaces into lines of at most `columns`; a word or a command stays whole.

    indent: of the second and later lines (None: that of the line itself). whole_commands: False breaks commands too.

    >>> wrapped("  one two three", 12)
    ['  one two', '  three']
    >>> wrapped("stopped; go on with: ganae resume runs/a", 20)
    ['stopped; go on with:', 'ganae resume runs/a']
    """
    if len(line) <= columns:
        return [line]
    first = line[: len(line) - len(line.lstrip())]
    glued = line.strip()
    if whole_commands:
        glued = _COMMAND.sub(lambda found: found[0].replace(" ", _GLUE), glued)
    later = first if indent is None else indent
    wrapper = textwrap.TextWrapper(columns, initial_indent=first, subsequent_indent=later)
    wrapper.break_long_words = wrapper.break_on_hyphens = wrapper.replace_whitespace = False
    return [piece.replace(_GLUE, " ") for piece in wrapper.wrap(glued)]


def fitted(text: str, stream: TextIO | None = None) -> str:
    """Return text with its lines wrapped where the stream (None: standard output) is a terminal, else as it is."""
    out = stream or sys.stdout
    if not out.isatty():
        return text
    columns = width(out)
    return "\n".join(piece for line in text.split("\n") for piece in wrapped(line, columns))


_takers: list[Callable[[str, dict[str, Any]], object]] = []  # who shows lines in another form, if somebody does
_known: dict[str, Any] = {}


def take_lines(taker: Callable[[str, dict[str, Any]], object] | None) -> None:
    """Let `taker(line, facts)` show all lines from now on (`runtime.messages`); None: they are shown as text again."""
    _takers[:] = [taker] if taker else []
    if taker is None:
        _known.clear()


def know(**facts: Any) -> None:
    """Note facts that hold for all lines to come, such as the run that they are about."""
    _known.update(facts)


def known() -> dict[str, Any]:
    """Return the facts that hold for all lines."""
    return dict(_known)


def event(name: str, line: str, **facts: Any) -> None:
    """Tell programs of something by facts; a line of text has been shown to people already, or is not needed."""
    for taker in _takers:
        taker(whole(line), {"event": name} | facts)


def tell(line: str, **facts: Any) -> None:
    """Show the user a line on standard error at once, `whole`, wrapped where that is a terminal.

    That nobody can read it any more is no error: the work goes on. facts: for programs that read lines as JSON; `event`
    says what the line is about, `level` how grave it is where its beginning does not.
    """
    if _takers:
        _takers[0](whole(line), dict(facts))
        return
    with contextlib.suppress(OSError, ValueError):  # ValueError: it was closed
        print(fitted(whole(line), sys.stderr), file=sys.stderr, flush=True)


def columns(rows: Iterable[tuple[str, str]], line: int, most: int = 40, indent: str = "  ") -> list[str]:
    """Return the lines of two columns, the right one wrapped so that no line is longer than `line`.

    The left column is at most `most` wide, and at most two fifths of the line; a longer cell pushes the right one
    aside, or has a line of its own where both together would be too long.

    >>> columns([("a", "one two"), ("abc", "three")], 12)
    ['  a    one', '       two', '  abc  three']
    """
    rows = list(rows)
    most = min(most, line * 2 // 5)
    left_width = min(most, max((len(left) for left, right in rows if right and len(left) <= most), default=0))
    found = []
    for left, right in rows:
        start = f"{indent}{left:<{left_width}}  "
        if not right:
            found += wrapped(f"{indent}{left}", line, f"{indent}  ")
        elif len(left) <= left_width or len(indent) + len(left) + 2 + len(right) <= line:
            found += wrapped(f"{start}{right}".rstrip(), line, " " * len(start))
        else:
            found += [f"{indent}{left}", *wrapped(f"{indent}{' ' * (left_width + 2)}{right}", line)]
    return found


def command(*words: str | os.PathLike[str]) -> str:
    """Return a command of ganae as it is typed into a shell: words with spaces, braces and the like are quoted.

    >>> command("resume", "my runs/a", "train.steps=9")
    "ganae resume 'my runs/a' train.steps=9"
    """
    return shlex.join(["ganae", *(os.fspath(word) for word in words)])

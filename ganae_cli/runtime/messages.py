"""The form of the lines on standard error: text or JSON (`log.format=json`), all of them or faults alone (`--quiet`).

While a form is chosen, descriptor 2 is a pipe into this process, so that no line passes by, whoever writes it: ganae's
own lines come through `terminal.tell` with facts, all others, of libraries in C++ too, are read from the pipe. What is
no terminal any more gets no bars, so there are none between the lines.
"""

import contextlib
import json
import math
import os
import sys
import threading
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from ganae_cli import terminal
from ganae_cli.errors import UserError, did_you_mean
from ganae_cli.secrets import without_hidden

TEXT, JSON = FORMATS = ("text", "json")
QUIET, KEY = "--quiet", "log.format"
COMPOSING = ("train", "resume", "tune", "launch")  # commands whose words KEY=VALUE are settings of a run
SHOWN = ("warning", "error")  # levels, with --quiet
CHUNK = 2**16
_NO_BARS = "TTY_COMPATIBLE"  # variable that `rich` goes by, before FORCE_COLOR
_now: "list[Messages]" = []  # the form that is chosen, if one is


def begin(words: list[str]) -> list[str]:
    """Choose the form that the words of a command line ask for; return the words that are left for the command.

    Raises UserError for a format that there is not.
    """
    rest = [word for word in words if word != QUIET]
    if set(COMPOSING) & set(rest[:2]):
        asked = next((_value(word) for word in reversed(rest) if _is_form(word)), None)
    else:
        rest, asked = taken(rest)
    _choose(asked == JSON, QUIET in words)
    return rest


def taken(words: Iterable[str]) -> tuple[list[str], str | None]:
    """Return the words that ask for no format, and the format that the last of the others names; None without one.

    Raises UserError for a format that there is not.

    >>> taken(["sweep.jobs=2", "log.format=json"])
    (['sweep.jobs=2'], 'json')
    """
    words = list(words)
    asked = [_value(word) for word in words if _is_form(word)]
    for name in asked:
        if name not in FORMATS:
            raise UserError(f"{KEY}={name}: expected one of {', '.join(FORMATS)}{did_you_mean(name, FORMATS)}")
    return [word for word in words if not _is_form(word)], asked[-1] if asked else None


def _is_form(word: str) -> bool:
    return word.lstrip("+").startswith(f"{KEY}=")


def _value(word: str) -> str:
    return word.partition("=")[2]


def choose(name: str) -> None:
    """Choose the format that a config names, once it is known."""
    _choose(name == JSON, bool(_now) and _now[0].is_quiet)


def is_chosen() -> bool:
    """Return True while lines have another form than text, or only faults are shown."""
    return bool(_now)


def is_quiet() -> bool:
    """Return True while only faults are shown."""
    return bool(_now) and _now[0].is_quiet


def is_json() -> bool:
    """Return True while lines are objects."""
    return bool(_now) and _now[0].is_json


def descriptor() -> int | None:
    """Return the descriptor that lines are written to in their form; None: it is standard error itself.

    For a process that is started to write its lines there in this form itself, or after the end of this one.
    """
    return _now[0].out if _now else None


def end() -> None:
    """Show lines as text again."""
    while _now:
        _now.pop().stop()


def _choose(is_json: bool, is_quiet: bool) -> None:
    if _now and (_now[0].is_json, _now[0].is_quiet) == (is_json, is_quiet):
        return
    end()
    if is_json or is_quiet:
        _now.append(Messages(is_json, is_quiet))
        _now[0].start()


class Messages:
    """Lines in a form. One object for each line with JSON; without it, what is shown at all is shown as text.

    The fields: `time` (ISO 8601), `level` (info, warning, error), `event` (message, progress, end, output), `message`,
    `run` once its folder is known, and those that the event has.
    """

    def __init__(self, is_json: bool, is_quiet: bool):
        self.is_json, self.is_quiet = is_json, is_quiet
        self.out: int | None = None  # what was standard error; None: a stand-in for it that has no descriptor
        self.reader: threading.Thread | None = None
        self.lock = threading.Lock()
        self.before: str | None = None

    def start(self) -> None:
        """Take all lines from now on."""
        self.before = os.environ.get(_NO_BARS)
        os.environ[_NO_BARS] = "0"
        terminal.take_lines(self.take)
        if not _writes_to(sys.stderr, 2):
            return
        sys.stderr.flush()
        self.out = os.dup(2)
        reading, writing = os.pipe()
        os.dup2(writing, 2)
        os.close(writing)
        self.reader = threading.Thread(target=self._read, args=(reading,), name="messages", daemon=True)
        self.reader.start()

    def stop(self) -> None:
        """Give standard error back."""
        terminal.take_lines(None)
        os.environ.pop(_NO_BARS)
        if self.before is not None:
            os.environ[_NO_BARS] = self.before
        if self.out is None or self.reader is None:
            return
        with contextlib.suppress(OSError, ValueError):
            sys.stderr.flush()
        os.dup2(self.out, 2)
        self.reader.join(1)  # it ends with the last process that writes to the pipe
        with self.lock:
            os.close(self.out)
            self.out = None

    def take(self, line: str, facts: dict[str, Any]) -> None:
        """Show a line of ganae's own."""
        level = str(facts.pop("level", level_of(line)))
        if self.is_quiet and level not in SHOWN:
            return
        if self.is_json:
            head = {"time": _time(), "level": level, "event": facts.pop("event", "message"), "message": line}
            self._write(json.dumps(_plain(head | terminal.known() | facts)))
        elif line:
            self._write(line)

    def _read(self, reading: int) -> None:
        """Show what others write."""
        with os.fdopen(reading, "rb", buffering=CHUNK) as lines:
            for raw in lines:
                line = terminal.whole(raw.decode(errors="replace").rstrip("\r\n"))
                if not self.is_json:
                    self._write(line)
                elif line.strip() and not (self.is_quiet and level_of(line) not in SHOWN):
                    event = "message" if line.startswith("ganae: ") else "output"
                    self.take(line, {"event": event})

    def _write(self, line: str) -> None:
        with self.lock, contextlib.suppress(OSError, ValueError):  # that nobody can read it any more is no error
            if self.out is None:
                print(line, file=sys.stderr, flush=True)
                return
            rest = f"{line}\n".encode(errors="replace")
            while rest:
                rest = rest[os.write(self.out, rest) :]


def level_of(line: str) -> str:
    """Return the level of a line, by its beginning.

    >>> level_of("ganae: warning: the disk is slow"), level_of("step 100/9000")
    ('warning', 'info')
    """
    return next((level for level in SHOWN if line.startswith(f"ganae: {level}: ")), "info")


def error_in(line: str) -> str | None:
    """Return the line `ganae: error: …` that a line of either format holds; None for any other.

    >>> error_in('{"level": "error", "message": "ganae: error: no room"}')
    'ganae: error: no room'
    """
    line = text_of(line)
    return line if level_of(line) == "error" else None


def text_of(line: str) -> str:
    """Return a line of either format as text.

    >>> text_of('{"level": "info", "message": "step 4/9"}'), text_of("{'a'}")
    ('step 4/9', "{'a'}")
    """
    with contextlib.suppress(ValueError):
        found = json.loads(line) if line.startswith("{") else None
        if isinstance(found, dict) and "message" in found:
            return str(found["message"])
    return line


def _writes_to(stream: Any, number: int) -> bool:
    """Return True unless something else stands in the place of a standard stream, as in tests and notebooks."""
    try:
        return stream.fileno() == number
    except (AttributeError, OSError, ValueError):
        return False


def _time() -> str:
    return datetime.now().astimezone().isoformat(timespec="milliseconds")


def _plain(value: Any) -> Any:
    """Return a value as JSON has it: a number that is not finite as a word, hidden values replaced."""
    if isinstance(value, dict):
        return {str(key): _plain(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(one) for one in value]
    if isinstance(value, float) and not math.isfinite(value):
        return "NaN" if math.isnan(value) else "Infinity" if value > 0 else "-Infinity"
    return value if value is None or isinstance(value, bool | int | float) else without_hidden(str(value))

"""Read files that anybody may have written: regular files of a limited size, UTF-8 text, JSON."""

import json
import os
import shutil
import stat
from pathlib import Path
from typing import Any

from ganae_cli.errors import UserError

MOST = 16 * 2**20  # bytes of a JSON file: those of runs have a few thousand
MOST_DEEP = 32


def read_bytes(path: Path, most: int = MOST) -> bytes:
    """Return the content of a file. Raises FileNotFoundError if there is none.

    most: bytes. Raises UserError for a larger file, for what is no file (a pipe would be waited for without end), and
    for one that cannot be read.
    """
    try:
        handle = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
        with os.fdopen(handle, "rb") as file:
            facts = os.fstat(handle)
            if not stat.S_ISREG(facts.st_mode):
                raise UserError(f"cannot read {path}: it is not a file")
            if facts.st_size > most:
                raise UserError(f"cannot read {path}: it has {facts.st_size:,} bytes, expected at most {most:,}")
            return file.read(most)
    except FileNotFoundError:
        raise
    except OSError as error:
        raise UserError(f"cannot read {path}: {error.strerror or error}") from error


def read_start(path: Path, most: int) -> bytes:
    """Return the first bytes of a file, `most` of them; nothing of what is no file, or cannot be read."""
    return _read_part(path, most, at_end=False)


def read_end(path: Path, most: int) -> bytes:
    """Return the last bytes of a file, `most` of them; nothing of what is no file, or cannot be read."""
    return _read_part(path, most, at_end=True)


def _read_part(path: Path, most: int, at_end: bool) -> bytes:
    try:
        handle = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
        with os.fdopen(handle, "rb"):
            facts = os.fstat(handle)
            start = max(0, facts.st_size - most) if at_end else 0
            return os.pread(handle, most, start) if stat.S_ISREG(facts.st_mode) else b""
    except OSError:
        return b""


def read_text(path: Path, most: int = MOST) -> str:
    """Return the content of a file in UTF-8, without a byte order mark. Raises as `read_bytes`, and for other bytes."""
    try:
        return read_bytes(path, most).decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise UserError(f"cannot read {path}: byte {error.start + 1} is not UTF-8 text") from error


def read_json(path: Path, most: int = MOST) -> Any:
    """Return the content of a JSON file, of any type. Raises as `read_text`, and UserError for what is not JSON."""
    text = read_text(path, most)
    try:
        content = json.loads(text)
        _refuse_depth(path, content)
        return content
    except json.JSONDecodeError as error:
        raise UserError(f"cannot read {path}: line {error.lineno} is not JSON ({error.msg})") from error
    except UserError:
        raise
    except ValueError as error:  # a whole number of thousands of digits
        raise UserError(f"cannot read {path}: it holds a number that is too long") from error
    except RecursionError as error:
        raise UserError(f"cannot read {path}: it is nested too deeply") from error


def read_object(path: Path, most: int = MOST) -> dict[str, Any]:
    """Return the content of a JSON file that holds an object. Raises as `read_json`, and for any other type."""
    content = read_json(path, most)
    if not isinstance(content, dict):
        raise UserError(f"cannot read {path}: expected an object {{…}}, got {kind(content)}")
    return content


def _refuse_depth(path: Path, content: Any) -> None:
    """Raise UserError for objects and lists far within one another, in which whoever walks through them would end."""
    level = [content]
    for _ in range(MOST_DEEP):
        inner = (one.values() if isinstance(one, dict) else one for one in level if isinstance(one, dict | list))
        level = [value for values in inner for value in values]
    if level:
        raise UserError(f"cannot read {path}: it is nested too deeply")


def kind(value: Any) -> str:
    """Return what a value of a JSON file is, in words.

    >>> kind([1]), kind(2.5), kind(None)
    ('a list', 'a number', 'null')
    """
    names = {dict: "an object", list: "a list", str: "text", bool: "true or false", type(None): "null"}
    return names.get(type(value), "a number")


def is_whole(value: Any, most: int = 2**63 - 1) -> bool:
    """Return True for a whole number from 0 to `most`; a bool is none."""
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= most


def is_number(value: Any) -> bool:
    """Return True for a number that fits into 64 bits, NaN and infinity too; a bool is none."""
    return isinstance(value, float) or (isinstance(value, int) and not isinstance(value, bool) and abs(value) < 2**63)


def is_seconds(value: Any) -> bool:
    """Return True for a time that a training may have taken: a finite number from 0 up."""
    return is_number(value) and 0 <= value < 1e12


def keep_aside(path: Path) -> Path:
    """Give a damaged file a second name, `NAME.damaged-1` or the next free number, under which its content stays.

    Return that name. The file itself stays too, for the caller to replace: a kill in between loses nothing.
    """
    number = 1
    while True:
        place = path.with_name(f"{path.name}.damaged-{number}")
        try:
            os.link(path, place, follow_symlinks=False)
            return place
        except FileExistsError:
            number += 1
        except OSError:  # a file system without hard links
            with path.open("rb") as source, place.open("xb") as copy:
                shutil.copyfileobj(source, copy)
            return place

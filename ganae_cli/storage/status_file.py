"""`status.json` of a run: what is believed of it. Another process may have written it, or anybody."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from ganae_cli.errors import UserError
from ganae_cli.storage.plain_file import is_number, is_seconds, is_whole, read_object

MOST_BYTES = 2**20
STATES = ("pending", "running", "done", "failed", "interrupted")


def read(path: Path) -> dict[str, Any]:
    """Return the status without entries of a wrong type; {} if there is none, or it cannot be read.

    It only reports, and the run writes it anew, so a damaged one stops nothing.
    """
    try:
        found = read_object(path, MOST_BYTES)
    except (FileNotFoundError, UserError):
        return {}
    kept = {key: value for key, value in found.items() if _TYPES.get(key, _is_plain)(value)}
    if "metrics" in kept:
        kept["metrics"] = {name: value for name, value in kept["metrics"].items() if _is_plain(value)}
    return kept


def _is_text(value: Any) -> bool:
    return isinstance(value, str)


def _is_text_or_null(value: Any) -> bool:
    return value is None or isinstance(value, str)


def _is_plain(value: Any) -> bool:
    return value is None or isinstance(value, str | bool) or is_number(value)


def _is_flat(value: Any) -> bool:
    """Return True for an object of plain values."""
    return isinstance(value, dict) and all(map(_is_plain, value.values()))


_TYPES: dict[str, Callable[[Any], bool]] = {
    "state": lambda value: value in STATES,
    "step": is_whole,
    "steps": is_whole,
    "budget": is_seconds,
    "pid": lambda value: is_whole(value, 2**31 - 1) and value > 0,
    "seconds": is_seconds,
    "host": _is_text,
    "model": _is_text,
    "dataset": _is_text,
    "error": _is_text_or_null,
    "stopped_by": _is_text_or_null,
    "rollbacks": lambda value: isinstance(value, list) and all(_is_flat(one) for one in value),
    "warnings": lambda value: isinstance(value, list) and all(map(_is_text, value)),
    "metrics": lambda value: isinstance(value, dict),
    "objective": _is_flat,
}

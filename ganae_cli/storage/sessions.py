"""`environment.json` of a run: the facts of the first process that trained it, and in `resumed` those of the others."""

from pathlib import Path
from typing import Any

from ganae_cli.storage.plain_file import is_whole, read_object

WHOLE = ("replicas", "threads", "steps_per_execution")  # that `compatibility` compares


def read(path: Path) -> list[dict[str, Any]]:
    """Return the facts of each process, oldest first; [] without a file.

    Facts of a wrong type that others go by are left out. Raises UserError for a file that cannot be read.
    """
    try:
        first = read_object(path)
    except FileNotFoundError:
        return []
    later = first.pop("resumed", [])
    sessions = [first, *(later if isinstance(later, list) else [])]
    return [_sound(facts) for facts in sessions if isinstance(facts, dict)]


def _sound(facts: dict[str, Any]) -> dict[str, Any]:
    wrong = {key for key in WHOLE if key in facts and not is_whole(facts[key])}
    wrong |= {"data"} if "data" in facts and not _is_data(facts["data"]) else set()
    return {key: value for key, value in facts.items() if key not in wrong}


def _is_data(value: Any) -> bool:
    """Return True for what a run records of its data (`compatibility.described`)."""
    if not isinstance(value, dict) or not isinstance(value.get("fingerprint"), str):
        return False
    shape = value.get("shape")
    rows = [value.get("training_rows"), value.get("test_rows"), value.get("validation_rows", 0)]
    columns = value.get("columns", [])
    are_texts = isinstance(columns, list) and all(isinstance(text, str) for text in [*columns, value.get("labels", "")])
    return all(map(is_whole, rows)) and are_texts and isinstance(shape, list) and all(is_whole(size) for size in shape)

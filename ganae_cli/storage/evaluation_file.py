"""`evaluation.json` of a run: one entry for each metric, with its value, interval and protocol."""

import json
import math
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from ganae_cli.errors import UserError
from ganae_cli.storage.atomic import write_atomically
from ganae_cli.storage.plain_file import is_number, read_json

MOST_BYTES = 2**22
MOST_ENTRIES = 10_000
LONGEST = 80  # letters of a name


class EvaluationFile:
    """A JSON list of objects {"metric", "value", "interval", "protocol", …}."""

    def __init__(self, path: Path):
        self.path = path

    def write(self, entries: Iterable[dict[str, Any]]) -> None:
        """Write the entries, in place of those before."""
        write_atomically(self.path, json.dumps(list(entries), indent=2, allow_nan=False) + "\n")

    def read(self) -> list[dict[str, Any]]:
        """Return the entries, without those that are none; [] if there is no file, or it cannot be read.

        It only reports, and an evaluation writes it anew, so a damaged one stops nothing.
        """
        try:
            found = read_json(self.path, MOST_BYTES)
        except (FileNotFoundError, UserError):
            return []
        return [one for one in found[:MOST_ENTRIES] if _is_entry(one)] if isinstance(found, list) else []

    def is_full(self, step: int | None) -> bool:
        """Return True if the weights of this step were evaluated, other than quickly at the end of a training."""
        of_step = [one["protocol"] for one in self.read() if one["protocol"].get("step") == step]
        return any(not protocol.get("quick") for protocol in of_step)

    def values(self, step: int | None = None) -> dict[str, Any]:
        """Return metric -> value, of those that have one. step: of the weights; None: whatever was evaluated.

        Where all features are of one space, `features` names it, as numbers of different spaces cannot be compared.
        """
        entries = [one for one in self.read() if step is None or one["protocol"].get("step") == step]
        spaces = {one["protocol"]["features"] for one in entries if "features" in one["protocol"]}
        named = {"features": spaces.pop()} if len(spaces) == 1 else {}
        return named | {one["metric"]: one["value"] for one in entries if one["value"] is not None}


def _is_entry(one: Any) -> bool:
    """Return True for an entry as `write` is given them: names that can head a column, and a finite number or null."""
    return (
        isinstance(one, dict)
        and _is_name(one.get("metric"))
        and isinstance(one.get("protocol"), dict)
        and _is_name(one["protocol"].get("features", "none"))
        and "value" in one
        and (one["value"] is None or (is_number(one["value"]) and math.isfinite(one["value"])))
    )


def _is_name(value: Any) -> bool:
    return isinstance(value, str) and value.isascii() and value.isidentifier() and len(value) <= LONGEST

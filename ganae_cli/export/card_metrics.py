"""The metrics of a model card: those of the page of an evaluation, each with its protocol, and the verdicts."""

from collections.abc import Iterator
from typing import Any

from ganae_cli.evaluation import evaluate
from ganae_cli.evaluation.scorecard import number
from ganae_cli.evaluation.trained import Trained
from ganae_cli.terminal import one_line

Entry = dict[str, Any]


def of_weights(trained: Trained) -> list[Entry]:
    """Return the entries of the run's `evaluation.json` that are of just these weights."""
    weights = "averaged" if trained.game.averages.are_taken else "live"
    wanted = {"step": trained.checkpoint.step, "weights": weights}
    return [one for one in trained.folder.evaluation.read() if wanted.items() <= one["protocol"].items()]


def chosen_ones(entries: list[Entry]) -> tuple[list[Entry], list[Entry]]:
    """Return the scores that everybody is shown, and the verdicts; the file has them all."""
    known = evaluate.metrics()
    main = {name for name, metric in known.items() if metric.place is not None}
    scores = [one for one in entries if one["value"] is not None and "verdict" not in one["protocol"]]
    verdicts = [one for one in entries if "verdict" in one["protocol"]]
    return [one for one in scores if one["metric"] in main or one["metric"] not in known], verdicts


def section(entries: list[Entry]) -> Iterator[str]:
    """Give the lines of the section."""
    scores, verdicts = chosen_ones(entries)
    yield "## Metrics"
    yield ""
    if not scores:
        yield "These weights were not evaluated: `ganae evaluate RUN`, then export again."
        yield ""
        return
    shared = {
        key: value for key, value in scores[0]["protocol"].items() if all(_has(one, key, value) for one in scores)
    }
    yield f"Protocol of all: {_told(shared)}."
    yield ""
    yield "| metric | value | 95 % interval | beside | better | protocol |"
    yield "| --- | --- | --- | --- | --- | --- |"
    protocols: list[str] = []
    for one in scores:
        told = _told({key: value for key, value in one["protocol"].items() if key not in shared})
        protocols += [] if told in protocols else [told]
        interval = " to ".join(number(end) for end in one.get("interval") or [])
        cells = [one["metric"], number(one["value"]), interval, number(one.get("beside")), one.get("better") or ""]
        yield f"| {' | '.join([*cells, str(protocols.index(told) + 1)])} |"
    yield ""
    yield 'Protocols by number; "beside" says what stands beside the value:'
    yield ""
    yield from (f"{place}. {told}" for place, told in enumerate(protocols, start=1))
    yield ""
    yield from _verdicts(verdicts)


def _verdicts(verdicts: list[Entry]) -> Iterator[str]:
    if verdicts:
        yield "Verdict, by these numbers and the history of the losses:"
        yield ""
    for one in verdicts:
        state, seen = (one_line(str(one["protocol"].get(key, ""))) for key in ("verdict", "seen"))
        yield f"- {one['metric']}: {state}; {seen}"
    if verdicts:
        yield ""


def _has(entry: Entry, key: str, value: Any) -> bool:
    return key in entry["protocol"] and entry["protocol"][key] == value


def _told(protocol: dict[str, Any]) -> str:
    """Return the entries of a protocol in words.

    >>> _told({"rate": 1 / 150, "layers": [0.1 + 0.2, 3], "rows": 12000, "is_new": True})
    'rate 0.00667, layers [0.3, 3], rows 12000, is_new True'
    """
    return one_line(", ".join(f"{key} {_rounded(value)}" for key, value in protocol.items()))


def _rounded(value: Any) -> Any:
    """Return a value with its numbers as the page of an evaluation shows them; a whole number stays as it is."""
    if isinstance(value, list):
        return f"[{', '.join(str(_rounded(each)) for each in value)}]"
    return number(value) if isinstance(value, float) else value

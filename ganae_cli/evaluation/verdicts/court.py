"""All verdicts on a training, and the lines in which they are told."""

from collections.abc import Iterable, Mapping
from typing import Any

from ganae_cli import registry
from ganae_cli.evaluation.verdicts.base import ACCUSED, HEALTHY, Evidence, Judge, Verdict


def judges() -> dict[str, Judge]:
    """Return every judge by the name under which it is declared."""
    registry.import_parts("ganae_cli.evaluation.verdicts")
    return {name: registry.build("verdict", name) for name in registry.names("verdict")}


def needs() -> tuple[str, ...]:
    """Return the metrics that judges look at."""
    return tuple(dict.fromkeys(metric for judge in judges().values() for metric in judge.needs))


def verdicts(evidence: Evidence) -> dict[str, Verdict]:
    """Return the verdict of every judge."""
    return {name: judge.judge(evidence) for name, judge in judges().items()}


def entries(found: Mapping[str, Verdict], protocol: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return the verdicts for `evaluation.json`."""
    return [verdict.entry(name, protocol) for name, verdict in found.items()]


def lines(found: Iterable[Verdict]) -> list[str]:
    """Return the verdicts in words: each accusation with its numbers and advice, then what is sound, in one line."""
    told: list[str] = []
    known = list(found)
    for verdict in known:
        if verdict.state == ACCUSED:
            told.append(f"{verdict.name}: {verdict.what} (threshold: {verdict.threshold})")
            told.append(f"  try: {verdict.advice}")
    sound = [verdict.name for verdict in known if verdict.state == HEALTHY]
    others = [f"{verdict.name} ({verdict.what})" for verdict in known if verdict.state not in (ACCUSED, HEALTHY)]
    if sound:
        told.append(f"{'otherwise ' if told else ''}healthy: no sign of {_listed(sound)}")
    if others:
        told.append(f"not judged: {', '.join(others)}")
    return told


def _listed(words: list[str]) -> str:
    """Return words as a list that ends in "or".

    >>> _listed(["a"]), _listed(["a", "b", "c"])
    ('a', 'a, b or c')
    """
    return " or ".join([", ".join(words[:-1]), words[-1]] if len(words) > 1 else words)

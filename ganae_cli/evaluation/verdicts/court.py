"""All verdicts on a training, and the lines in which they are told."""

from collections.abc import Iterable, Mapping
from typing import Any

from ganae_cli import registry
from ganae_cli.evaluation.scores import Evaluation, Score
from ganae_cli.evaluation.verdicts.base import ACCUSED, HEALTHY, Evidence, Judge, Verdict

NEAR = ("clipped_density", "precision")  # how many samples lie where data are
NOTHING = 0.05  # of what held-out rows score
SOMETHING = 0.2  # that they must score, or the space of features tells nothing


def judges() -> dict[str, Judge]:
    """Return every judge by the name under which it is declared."""
    registry.import_parts("ganae_cli.evaluation.verdicts")
    return {name: registry.build("verdict", name) for name in registry.names("verdict")}


def needs() -> tuple[str, ...]:
    """Return the metrics that judges look at, and those that tell whether samples are anywhere near the data."""
    return tuple(dict.fromkeys([*(metric for judge in judges().values() for metric in judge.needs), *NEAR]))


def verdicts(evidence: Evidence) -> dict[str, Verdict]:
    """Return the verdict of every judge."""
    return {name: judge.judge(evidence) for name, judge in judges().items()}


def entries(found: Mapping[str, Verdict], protocol: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return the verdicts for `evaluation.json`."""
    return [verdict.entry(name, protocol) for name, verdict in found.items()]


def lines(found: Iterable[Verdict], evaluation: Evaluation | None = None) -> list[str]:
    """Return the verdicts in words: each accusation with its numbers and advice, then what is sound, in one line.

    evaluation: that they are of. Where its samples are nowhere near the data, that is said, and nothing is called
    healthy: ways of failing that show in samples cannot show yet.
    """
    known = list(found)
    accused = [verdict for verdict in known if verdict.state == ACCUSED]
    told: list[str] = []
    for verdict in accused:
        told.append(f"{verdict.name}: {verdict.what} (threshold: {verdict.threshold})")
        told.append(f"  try: {verdict.advice}")
    if lost := nowhere(evaluation):
        told.append(lost)
    if lost and not accused:
        told.append("  try: a longer training (train.steps), or other settings if the losses have come to rest")
    sound = [verdict.name for verdict in known if verdict.state == HEALTHY]
    others = [f"{verdict.name} ({verdict.what})" for verdict in known if verdict.state not in (ACCUSED, HEALTHY)]
    if sound:
        healthy = "" if lost else "otherwise healthy: " if told else "healthy: "
        told.append(f"{healthy}no sign of {_listed(sound)}")
    if others:
        told.append(f"not judged: {', '.join(others)}")
    return told


def nowhere(evaluation: Evaluation | None) -> str:
    """Return in words that samples are nowhere near the data; "" if they are somewhere, or nobody knows.

    That is: both clipped density and precision, of those that were measured, are below 5 % of what held-out rows score.
    Clipped density alone is hard on samples: those of an `aegan` after 300 steps on digits scored 0.07, and half of
    them lay among the data (precision 0.45).
    """
    scores = [score for name in NEAR if evaluation and (score := evaluation.score(name))]
    if not scores or any(_is_somewhere(score) for score in scores):
        return ""
    seen = ", ".join(f"{score.metric.replace('_', ' ')} {score.value:.0%}{_of_real(score)}" for score in scores)
    return f"samples are nowhere near the data: {seen}"


def _is_somewhere(score: Score) -> bool:
    """Return True unless a score is next to nothing, beside held-out rows for which it is something."""
    real = 1.0 if score.beside is None else score.beside
    return not (score.value < NOTHING * real and real >= SOMETHING)


def _of_real(score: Score) -> str:
    return "" if score.beside is None else f" (held-out rows: {score.beside:.0%})"


def _listed(words: list[str]) -> str:
    """Return words as a list that ends in "or".

    >>> _listed(["a"]), _listed(["a", "b", "c"])
    ('a', 'a, b or c')
    """
    return " or ".join([", ".join(words[:-1]), words[-1]] if len(words) > 1 else words)

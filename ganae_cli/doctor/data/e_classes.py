"""Classes: how many rows each has, and the splits"""

from collections.abc import Iterator

import numpy as np

from ganae_cli.datasets import balance
from ganae_cli.datasets.splits import fitting_batch
from ganae_cli.doctor.finding import Finding, ok, problem, warning
from ganae_cli.doctor.survey import Survey
from ganae_cli.terminal import one_line

WORDS = {"train": "training", "test": "testing", "validation": "validation"}
LISTED = 20
FEW = 100  # training rows, below which a model learns them by heart


def check(survey: Survey) -> Iterator[Finding]:
    """Yield the splits, the classes, and what is uneven in them."""
    if not survey.splits:
        return
    said = ", ".join(f"{count:,} for {WORDS[name]}" for name, count in survey.splits.items())
    training = survey.splits.get("train", 0)
    if training < survey.batch_size:
        near = fitting_batch(training)
        yield problem(f"{said}: no batch of train.batch_size={survey.batch_size}", f"type train.batch_size={near}")
    elif training < FEW:
        yield warning(said, "so few are learned by heart: gather more, or use augmentation")
    else:
        yield ok(said)
    if survey.labels is None or not survey.classes:
        yield ok("no classes")
        return
    counts = np.bincount(survey.labels, minlength=len(survey.classes)).tolist()
    named = [f"{one_line(name)} ({count:,})" for name, count in zip(survey.classes, counts, strict=True)]
    yield ok(f"{len(named)} classes: {', '.join(named[:LISTED])}{', …' if len(named) > LISTED else ''}")
    yield from (warning(line) for line in balance.faults(survey.labels, survey.classes))

"""Classes in latent codes: does a linear classifier, do nearest neighbours tell them apart?"""

from collections.abc import Iterator

import numpy as np

from ganae_cli.evaluation.measures.base import Measure, Progress, score
from ganae_cli.evaluation.scores import CODES, HIGHER, Metric, Score
from ganae_cli.evaluation.subject import Subject
from ganae_cli.metrics.codes.probes import Probe, knn_probe, linear_probe
from ganae_cli.metrics.intervals import of_mean
from ganae_cli.registry import register


@register("measure", "probes")
class Probes(Measure):
    """`metrics.codes.probes`: learned of codes of training rows, tested on those of held-out rows."""

    metrics = {
        "linear_probe": Metric(CODES, "linear probe, accuracy", HIGHER, 20),
        "knn_probe": Metric(CODES, "5 nearest codes, accuracy", HIGHER, None),
    }

    def refusal(self, subject: Subject) -> str | None:
        if not subject.model.encodes:
            return "there is no encoder"
        labels = [subject.rows.labels_of(split) for split in ("train", "held_out")]
        if any(one is None for one in labels) or len(np.unique(np.asarray(labels[0]))) < 2:
            return "the dataset has no labels of two classes"
        return None

    def scores(self, subject: Subject, progress: Progress) -> Iterator[Score]:
        train, known = subject.model.codes_of_train, np.asarray(subject.rows.labels_of("train"))
        held_out, labels = subject.model.codes_of_held_out, np.asarray(subject.rows.labels_of("held_out"))
        yield _score("linear_probe", linear_probe(train, known, held_out, labels))
        progress(0.5)
        yield _score("knn_probe", knn_probe(train, known, held_out, labels, progress=lambda s: progress(0.5 + s / 2)))


def _score(name: str, found: Probe) -> Score:
    return score(name, of_mean(found.hits), found.baseline, "the most frequent class", learned_rows=found.rows)

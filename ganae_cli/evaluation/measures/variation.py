"""Variation: how far samples are from each other, beside real data; that of reconstructions, too."""

from collections.abc import Iterable, Iterator

from ganae_cli.evaluation.measures.base import Measure, Progress, score
from ganae_cli.evaluation.scores import NEITHER, RECONSTRUCTION, VARIETY, Metric, Score
from ganae_cli.evaluation.subject import Subject
from ganae_cli.metrics.variation import variation
from ganae_cli.registry import register


@register("measure", "variation")
class Variation(Measure):
    """`metrics.variation` of samples beside training rows, and of reconstructions beside their originals."""

    metrics = {
        "sample_variation": Metric(VARIETY, "distance between samples, of real", NEITHER, None),
        "reconstruction_variation": Metric(RECONSTRUCTION, "the same of reconstructions", NEITHER, None),
    }
    is_quick = True

    def names(self, subject: Subject) -> Iterable[str]:
        return self.metrics if subject.model.reconstructs else ("sample_variation",)

    def scores(self, subject: Subject, progress: Progress) -> Iterator[Score]:
        made, held_out, train = subject.samples, subject.rows.held_out, subject.rows.train
        if (value := variation(made, train)) is not None:
            real = subject.of_data("variation", lambda: variation(held_out, train))
            yield score("sample_variation", value, real, rows=len(made))
        model = subject.model
        if model.reconstructs and (value := variation(model.reconstructed("held_out"), held_out)) is not None:
            yield score("reconstruction_variation", value, 1.0, rows=len(held_out))  # the held-out rows, of themselves

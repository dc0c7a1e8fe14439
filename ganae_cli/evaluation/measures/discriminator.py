"""The discriminator: how well does it tell samples from held-out rows, and training rows from held-out rows?"""

from collections.abc import Iterator

from ganae_cli.evaluation.measures.base import Measure, Progress, score
from ganae_cli.evaluation.scores import NEITHER, QUALITY, Metric, Score
from ganae_cli.evaluation.subject import Subject
from ganae_cli.metrics.memorisation.membership import auc
from ganae_cli.registry import register


@register("measure", "discriminator")
class Discriminator(Measure):
    """P(D(real) > D(sample)), the area under its ROC curve, for the final discriminator and averaged samples.

    0.5: it cannot tell them, 1: it can tell all. Beside it stands that of training rows, which it has seen.
    """

    metrics = {"discriminator_auc": Metric(QUALITY, "discriminator tells samples, AUC", NEITHER, 60)}
    is_quick = True

    def refusal(self, subject: Subject) -> str | None:
        return None if subject.model.discriminates else "there is no discriminator that sees single rows"

    def scores(self, subject: Subject, progress: Progress) -> Iterator[Score]:
        made = subject.model.logits("samples")
        held_out, train = (auc(subject.model.logits(split), made) for split in ("held_out", "train"))
        yield score("discriminator_auc", held_out, train, "training rows instead of held-out rows", rows=len(made))

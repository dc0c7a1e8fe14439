"""Mismatch of the codes of all data together with the prior N(0, I), from which samples are drawn."""

from collections.abc import Iterator

from ganae_cli.engine.game import Game
from ganae_cli.evaluation.measures.base import Measure, Progress, score
from ganae_cli.evaluation.scores import CODES, LOWER, Metric, Score
from ganae_cli.evaluation.subject import Subject
from ganae_cli.metrics.codes.aggregate import mismatch
from ganae_cli.registry import register


@register("measure", "prior_mismatch")
class PriorMismatch(Measure):
    """`metrics.codes.aggregate` of held-out rows. The column held-out has real draws from the prior."""

    metrics = {
        "prior_mmd": Metric(CODES, "mismatch with the prior (MMD²)", LOWER, 60),
        "prior_kl": Metric(CODES, "KL of fitted Gaussian to the prior", LOWER, None),
        "prior_wasserstein": Metric(CODES, "sliced Wasserstein to the prior", LOWER, None),
    }

    def refusal(self, subject: Subject) -> str | None:
        if not subject.model.encodes:
            return "there is no encoder"
        if subject.source is None or subject.source.name != "prior":
            return "codes of samples are not drawn from a prior"
        if subject.game is not None and type(subject.game).decode is not Game.decode:  # ALAE encodes w = F(z)
            return "codes of the encoder are not those that samples are drawn from"
        return None

    def scores(self, subject: Subject, progress: Progress) -> Iterator[Score]:
        codes = subject.model.codes_of_posterior
        found = mismatch(codes, seed=subject.settings.seed, progress=progress)
        values = {
            "prior_mmd": found.mmd,
            "prior_kl": found.gaussian_kl,
            "prior_wasserstein": found.sliced_wasserstein,
        }
        for name, beside in values.items():
            yield score(name, beside.value, float(beside.prior.mean()), rows=beside.rows, what="draws from N(0, I)")

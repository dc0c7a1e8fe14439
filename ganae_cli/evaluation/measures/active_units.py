"""Dimensions of latent codes that tell anything of the input: active units, and posterior collapse."""

from collections.abc import Iterable, Iterator

from ganae_cli.evaluation.measures.base import Measure, Progress, score
from ganae_cli.evaluation.scores import CODES, LOWER, NEITHER, Metric, Score
from ganae_cli.evaluation.subject import Subject
from ganae_cli.metrics.codes.active_units import THRESHOLD, active_units, gaussian_kl, posterior_collapse
from ganae_cli.registry import register


@register("measure", "active_units")
class ActiveUnits(Measure):
    """`metrics.codes.active_units` of held-out rows; of a Gaussian encoder also the KL of each dimension.

    The threshold is relative to the most varied dimension where the codes have a scale of their own: without a prior.
    """

    metrics = {
        "active_units": Metric(CODES, "active units", NEITHER, 0),
        "kl": Metric(CODES, "KL to the prior, nats", NEITHER, 2),
        "collapsed_units": Metric(CODES, "collapsed units, share", LOWER, 3),
    }
    is_quick = True

    def refusal(self, subject: Subject) -> str | None:
        return None if subject.model.encodes else "there is no encoder"

    def names(self, subject: Subject) -> Iterable[str]:
        return ("active_units",) if not subject.model.is_gaussian else self.metrics

    def scores(self, subject: Subject, progress: Progress) -> Iterator[Score]:
        codes = subject.model.codes_of_held_out
        is_relative = not subject.model.is_gaussian
        found = active_units(codes, relative=is_relative)
        about = {"rows": len(codes), "threshold": THRESHOLD, "is_relative": is_relative}
        yield score("active_units", found.active, codes.shape[1], "z_dim", **about)
        if subject.model.posterior is None:
            return
        kl = gaussian_kl(*subject.model.posterior)
        by_dimension = [round(float(value), 4) for value in kl.mean(axis=0)]
        yield score("kl", float(kl.sum(axis=1).mean()), rows=len(codes), by_dimension=by_dimension)
        yield score("collapsed_units", posterior_collapse(kl).share, rows=len(codes), z_dim=codes.shape[1])

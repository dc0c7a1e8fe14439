"""Posterior collapse: a decoder that ignores its latent codes, so that every reconstruction is nearly the same."""

from ganae_cli.evaluation.collapse import LOW
from ganae_cli.evaluation.verdicts.base import ACCUSED, Evidence, Judge, Verdict
from ganae_cli.evaluation.verdicts.code_collapse import CodeCollapse
from ganae_cli.registry import register

MOST_COLLAPSED = 0.99  # of the dimensions of a Gaussian encoder's code
NO_BETTER = 0.9  # of the squared error of the mean row
PRIOR = ".prior"  # term that draws the code's distribution to the prior
ADVICE_PRIOR = "a weight that grows, as in model.weights.{}.prior='{{start: 0, end: 1, until: 0.3}}'"
BUILT_UPON = "code_generator."  # columns of a model that builds upon an autoencoder of another run
ADVICE_BUILT_UPON = "train.init_from=RUN with another autoencoder: this one was trained before, and stays what it is"
ADVICE = "smaller weights of the terms on codes (model.weights, loss.penalties) or a lower optimizer.learning_rate"


@register("verdict", "posterior_collapse")
class PosteriorCollapse(Judge):
    """Accused if no dimension of the code tells anything of the input, or reconstructions do not differ.

    Of a Gaussian encoder: every dimension is (0.01, 0.01)-collapsed, as Lucas et al. 2019 define it. A part of the
    dimensions may be: a model that is given more than it needs switches them off. Of any encoder: reconstructions keep
    less than a quarter of the distances between inputs, and their squared error is at least 0.9 of that of the mean
    row. Where codes have collapsed, that is the cause. Measured on digits: reconstructions had 0.80 or more of the
    variation in healthy runs, 0.02 or less with a weight of the prior of 300 and more.
    """

    name = "posterior collapse"
    needs = ("collapsed_units", "reconstruction_variation", "mse", *CodeCollapse.needs)
    threshold = (
        f"all dimensions collapsed, or reconstructions with less than {LOW:.0%} of the variation of their inputs and "
        f"at least {NO_BETTER:.0%} of the error of the mean row"
    )
    source = "Lucas et al. 2019, arXiv:1911.02469: KL below 0.01 nats for 99 % of inputs; the rest: ganae"

    def judge(self, evidence: Evidence) -> Verdict:
        units, variation = (evidence.value(name) for name in ("collapsed_units", "reconstruction_variation"))
        if variation is None and units is None:
            return self.unknown("there is no encoder")
        if CodeCollapse().judge(evidence).state == ACCUSED:
            return self.unknown("the codes themselves have collapsed")
        advice = _advice(evidence.columns)
        if units is not None and units > MOST_COLLAPSED:
            return self.accused(f"{units:.0%} of the dimensions of the code tell nothing of the input", advice)
        if variation is None:
            return self.healthy("some dimensions of the code tell something of the input")
        what, error = f"reconstructions differ by {variation:.0%} of what their inputs do", evidence.score("mse")
        share = error.value / error.beside if error is not None and error.beside else None
        if share is not None:
            what += f"; their squared error is {share:.0%} of that of the mean row"
        is_bad = variation < LOW and (share is None or share > NO_BETTER)
        return self.accused(what, advice) if is_bad else self.healthy(what)


def _advice(columns: list[str]) -> str:
    """Return what to try, in settings that the model has. columns: of the history."""
    if any(name.startswith(BUILT_UPON) for name in columns):
        return ADVICE_BUILT_UPON
    players = [name.removesuffix(PRIOR) for name in columns if name.endswith(PRIOR)]
    return ADVICE_PRIOR.format(players[0]) if players else ADVICE

"""Code collapse (收缩): different inputs that share one latent code, or codes that lie on a line."""

from ganae_cli.evaluation.verdicts.base import Evidence, Judge, Verdict
from ganae_cli.registry import register

MOST_COLLISIONS = 0.05  # of the pairs of different inputs
FEWEST_DIRECTIONS, OF_DIMENSIONS = 1.5, 3  # effective rank, of codes of at least so many dimensions
MOST_ERROR = 0.5  # of the squared error of the mean row: a low rank that suffices is no fault
ADVICE = "smaller weights of what acts on codes (loss.penalties, model.weights) or a lower optimizer.learning_rate"


@register("verdict", "code_collapse")
class CodeCollapse(Judge):
    """Accused if more than 5 % of pairs of different inputs have one code, or if codes lie on a line and lose the data.

    By chance 0.8 % of the pairs have one code of one dimension, 0.01 % one of two. Codes of low rank are accused only
    where less than half of the variance of the data is reconstructed: a model that finds the few directions that its
    data have, as `irmae` is made to, is healthy. Measured on digits: no collision and a rank of at least 3.6 of 4 in
    healthy runs; all pairs, or a rank of 1.0, where units were saturated or dead.
    """

    name = "code collapse"
    needs = ("collision_rate", "effective_rank", "mse")
    threshold = (
        f"{MOST_COLLISIONS:.0%} of pairs of different inputs with one code, or an effective rank below "
        f"{FEWEST_DIRECTIONS} with more than {MOST_ERROR:.0%} of the error of the mean row"
    )
    source = "effective rank: Roy and Vetterli 2007; collisions and thresholds: ganae"

    def judge(self, evidence: Evidence) -> Verdict:
        rate, rank, error = (evidence.score(name) for name in self.needs)
        seen = []
        if rate is not None:
            seen.append(f"{rate.value:.1%} of pairs of different inputs have one code")
        if rank is not None:
            seen.append(f"codes have an effective rank of {rank.value:.1f} of {rank.beside:.0f}")
        if not seen:
            return self.unknown("there is no encoder")
        collide = rate is not None and rate.value > MOST_COLLISIONS
        loses = error is not None and error.beside and error.value > MOST_ERROR * error.beside
        is_line = rank is not None and (rank.beside or 0) >= OF_DIMENSIONS and rank.value < FEWEST_DIRECTIONS
        what = "; ".join(seen)
        return self.accused(what, ADVICE) if collide or (is_line and loses) else self.healthy(what)

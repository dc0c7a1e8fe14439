"""Memorisation: samples that are copies of training rows, or nearly so."""

from ganae_cli.evaluation.collapse import LOW
from ganae_cli.evaluation.verdicts.base import Evidence, Judge, Verdict
from ganae_cli.registry import register

MOST_COPIES = 0.05  # of samples, beyond the share that held-out rows score
LEAST_AUTHENTIC = 0.4  # of what held-out rows score
ADVICE = "more training data (train.examples=null) or fewer steps (train.steps)"
ADVICE_GAN = "augmentation=diffaugment, more training data (train.examples=null) or fewer steps (train.steps)"


@register("verdict", "memorisation")
class Memorisation(Judge):
    """Accused if samples are copies of training rows, or hardly any is authentic.

    Copies are three times nearer to one training row than to the next (`metrics.memorisation.lone_neighbour`): they
    must be significantly more than 5 %, and what held-out rows score. Or authenticity, the share of samples that are
    not nearer to a training row than all its neighbours are, is significantly below 0.4 of that of held-out rows.
    Measured beside these: `gan`, `dcgan` and `aegan` that had learned 20 and 50 digits for long 0, 0.09 and 0.24,
    healthy models 0.59 or more. Distances alone accuse nobody: samples of a `began` that had lost classes, smooth ones
    of classes whose rows are alike, were nearer to the training set than new rows are, and copied nothing (0.62). Nor
    is authenticity looked at where samples are all alike: 17 % of those of a `vae` whose codes told nothing were
    authentic, since the mean digit is near to one training digit.
    """

    name = "memorisation"
    needs = ("copies", "authenticity", "sample_variation")
    threshold = (
        f"{MOST_COPIES:.0%} of samples copied, beyond the share of held-out rows, or an authenticity below "
        f"{LEAST_AUTHENTIC:.0%} of theirs"
    )
    source = (
        "copies: Yoon et al. 2023, Gu et al. 2023, arXiv:2310.02664; authenticity: Alaa et al. 2022, arXiv:2102.08921; "
        "thresholds: ganae"
    )

    def judge(self, evidence: Evidence) -> Verdict:
        copies, authentic = (evidence.score(name) for name in ("copies", "authenticity"))
        if copies is None:
            return self.unknown("copies were not looked for")
        advice, expected = ADVICE_GAN if evidence.discriminator_losses else ADVICE, copies.beside or 0.0
        what = (
            f"{copies.value:.1%} of samples are three times nearer to one training row than to the next (held-out "
            f"rows: {expected:.1%})"
        )
        if (copies.value if copies.low is None else copies.low) > expected + MOST_COPIES:
            return self.accused(what, advice)
        if authentic is None or authentic.beside is None:
            return self.healthy(what)
        variation = evidence.value("sample_variation")
        if variation is not None and variation < LOW:
            return self.unknown("samples are all alike, and so one training row is near to all of them")
        if (authentic.value if authentic.high is None else authentic.high) < LEAST_AUTHENTIC * authentic.beside:
            return self.accused(
                f"only {authentic.value:.0%} of samples are authentic (held-out rows: {authentic.beside:.0%}): the "
                "others are nearer to a training row than all its neighbours are",
                advice,
            )
        return self.healthy(what)

"""Discriminator too strong: it tells samples from data nearly always, and these do not come near to the data."""

from ganae_cli.evaluation.collapse import LOW
from ganae_cli.evaluation.verdicts.base import Evidence, Judge, Verdict
from ganae_cli.registry import register

CERTAIN = 0.99  # area under the ROC curve
WON = 0.1  # of the loss of a discriminator that cannot tell: so low a loss, for long, says so while a model trains
POOR = 0.5  # clipped density: the share of samples that lie where data are
ADVICE = "optimizer.discriminator_learning_rate=5e-5, loss.penalties.r1.weight=1 or augmentation=diffaugment"


@register("verdict", "discriminator_too_strong")
class DiscriminatorTooStrong(Judge):
    """Accused if the discriminator ranks 99 % of held-out rows above samples, and fewer than half of these are good.

    Losses of different kinds cannot be compared; this area can. It takes held-out rows, as the discriminator may know
    the training rows by heart. Alone it accuses nobody: a discriminator that tells nearly all samples from data may
    still teach the generator, whose samples then lie where data are. Where these are all alike, telling them is no art.
    Measured on digits: 0.70 to 0.86 in healthy runs, whose samples had a density of 1.00; 1.00 and 0.00 where the
    generator had hardly moved. On MNIST `dcgan` had 0.75 to 0.94, on photographs up to 0.996 with a density of 1.
    """

    name = "discriminator too strong"
    needs = ("discriminator_auc", "clipped_density", "sample_variation")
    threshold = f"{CERTAIN:.0%} of held-out rows ranked above samples (AUC), with a clipped density below {POOR:.0%}"
    source = "Arjovsky and Bottou 2017, arXiv:1701.04862: a perfect discriminator teaches nothing; thresholds: ganae"

    def judge(self, evidence: Evidence) -> Verdict:
        area, density, variation = (evidence.value(name) for name in self.needs)
        if area is None:
            return self.unknown("there is no discriminator that sees single rows")
        what = f"it ranks {area:.1%} of held-out rows above samples"
        if area <= CERTAIN:
            return self.healthy(what)
        if density is None:
            return self.unknown(f"{what}, whose quality was not measured")
        if variation is not None and variation < LOW:
            return self.unknown("samples are all alike, which is easily told")
        what += f", of which {density:.0%} lie where data are (clipped density)"
        return self.accused(what, ADVICE) if density < POOR else self.healthy(what)

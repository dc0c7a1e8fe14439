"""Mode collapse: samples that are all alike, or that leave out a part of the data."""

from ganae_cli.evaluation.collapse import LOW
from ganae_cli.evaluation.scores import Score
from ganae_cli.evaluation.verdicts.base import Evidence, Judge, Verdict
from ganae_cli.registry import register

FEWEST_MODES = 0.75  # of known modes
AT_MODES = 0.1  # share of samples at modes, below which their number says little
GOOD, LEAST_COVERED = 0.95, 0.9  # of the clipped density and the clipped coverage that held-out rows score
FAIR, LEAST_SHARE = 0.5, 0.6  # worse samples, and what they cover, beside their density; the worst say nothing
ADVICE = "model.sampler=kde or a larger model.z_dim"
ADVICE_GAN = "model=pacgan, augmentation=diffaugment, loss.penalties.r1.weight=1 or a lower optimizer.learning_rate"


@register("verdict", "mode_collapse")
class ModeCollapse(Judge):
    """Accused if samples hardly differ, if known modes are missing, or if a part of the data has no samples.

    Samples hardly differ: the root mean square distance between two of them is less than a quarter of that of real
    rows (`evaluation.collapse` has the figures). Modes: fewer than three quarters, where a tenth of the samples lie at
    a mode at all. Else the part of the data: clipped coverage, up to the end of its interval, is below 0.9 where
    clipped density is at least 0.95, so that no bad samples explain it; below 0.6 of clipped density where this is at
    least 0.5; each beside what held-out rows score. (In pixels, healthy runs on digits covered 0.94 to 1; nine `dcgan`
    on MNIST had a density of 0.51 to 0.68, and covered 0.68 to 0.93 of that; real digits of seven of the ten classes
    0.75. There, blurs of photographs cover all: features of a network see more.) If reconstructions
    are all alike, samples must be: then posterior or code collapse is the cause.
    """

    name = "mode collapse"
    needs = (
        *("sample_variation", "reconstruction_variation", "clipped_coverage", "clipped_density"),
        *("modes", "high_quality"),
    )
    threshold = (
        f"less than {LOW:.0%} of the distance between real rows, {FEWEST_MODES:.0%} of the modes, or "
        f"{LEAST_COVERED:.0%} of the data covered by good samples"
    )
    source = (
        "clipped coverage: Salvy et al. 2026, arXiv:2507.01761; modes: Srivastava et al. 2017, arXiv:1705.07761; "
        "thresholds: ganae"
    )

    def judge(self, evidence: Evidence) -> Verdict:
        variation, of_reconstructions = evidence.value("sample_variation"), evidence.value("reconstruction_variation")
        if variation is not None and variation < LOW:
            if of_reconstructions is not None and of_reconstructions < LOW:
                return self.unknown("reconstructions are all alike, and so are samples")
            return self._accused(evidence, f"samples hardly differ: {variation:.1%} of the distance between real rows")
        if modes := evidence.score("modes"):
            return self._of_modes(evidence, modes)
        coverage, density = evidence.score("clipped_coverage"), evidence.value("clipped_density")
        if coverage is not None and density is not None:
            return self._of_coverage(evidence, coverage, density / (evidence.beside("clipped_density") or 1.0))
        if variation is None:
            return self.unknown("the variety of samples was not measured")
        return self.healthy(f"samples differ by {variation:.0%} of the distance between real rows")

    def _of_modes(self, evidence: Evidence, score: Score) -> Verdict:
        quality, known = evidence.value("high_quality"), score.beside or score.about["known_modes"]
        what = f"{score.value:.0f} of {known:.0f} modes have samples"
        if quality is not None and quality < AT_MODES:
            return self.unknown(f"only {quality:.1%} of samples are at a mode")
        return self._accused(evidence, what) if score.value < FEWEST_MODES * known else self.healthy(what)

    def _of_coverage(self, evidence: Evidence, score: Score, density: float) -> Verdict:
        """Judge by clipped coverage. density: of samples, beside that of held-out rows."""
        expected = evidence.beside(score.metric) or 1.0
        what = f"samples cover {score.value:.0%} of the data (clipped coverage; held-out rows: {expected:.0%})"
        if density < FAIR:
            return self.unknown(f"only {density:.0%} as many samples as held-out rows lie where data are")
        most = score.value if score.high is None else score.high
        least = expected * (LEAST_COVERED if density >= GOOD else LEAST_SHARE * density)
        return self._accused(evidence, what) if most < least else self.healthy(what)

    def _accused(self, evidence: Evidence, what: str) -> Verdict:
        return self.accused(what, ADVICE_GAN if evidence.discriminator_losses else ADVICE)

"""MS-SSIM: how alike are two samples? A generator that makes one image of all codes scores 1."""

from collections.abc import Iterator

from ganae_cli.evaluation.measures.base import Measure, Progress, score
from ganae_cli.evaluation.scores import NEITHER, VARIETY, Metric, Score
from ganae_cli.evaluation.subject import Subject
from ganae_cli.metrics.distribution.ms_ssim import diversity
from ganae_cli.registry import register


@register("measure", "ms_ssim")
class MSSSIM(Measure):
    """`metrics.distribution.ms_ssim` of up to 1,000 random pairs; below that of real images, samples are noisier."""

    metrics = {"ms_ssim": Metric(VARIETY, "likeness of two samples (MS-SSIM)", NEITHER, None)}

    def refusal(self, subject: Subject) -> str | None:
        return None if subject.data.kind == "images" else "it compares images"

    def scores(self, subject: Subject, progress: Progress) -> Iterator[Score]:
        seed = subject.settings.seed
        made = diversity(subject.samples, seed=seed, progress=lambda share: progress(share / 2))
        real = diversity(subject.rows.held_out, seed=seed, progress=lambda share: progress(0.5 + share / 2))
        yield score("ms_ssim", made.estimate(), real.estimate(), pairs=len(made.rows), scales=made.scales)

"""Modes: of points from a mixture of Gaussians, and of images whose channels are images of their own."""

from collections.abc import Iterator
from typing import Any

import numpy as np

from ganae_cli.evaluation import channel_modes
from ganae_cli.evaluation.measures.base import Measure, Progress, score
from ganae_cli.evaluation.scores import HIGHER, LOWER, NEITHER, QUALITY, VARIETY, Metric, Score
from ganae_cli.evaluation.subject import Subject
from ganae_cli.metrics.modes import modes_3std
from ganae_cli.registry import register
from ganae_cli.samplers.random import random_stream

POINTS = 2500  # samples, as in VEEGAN's and PacGAN's protocol


@register("measure", "modes")
class Modes(Measure):
    """`metrics.modes` of 2,500 points, beside as many of a perfect sampler; of images, beside held-out ones."""

    metrics = {
        "high_quality": Metric(QUALITY, "high quality: within 3 std of a centre", NEITHER, 0),
        "modes": Metric(VARIETY, "modes", HIGHER, 0),
        "reverse_kl": Metric(VARIETY, "reverse KL of modes, nats", LOWER, 1),
        "spread": Metric(VARIETY, "spread within modes, of the true one", NEITHER, 2),
    }
    is_quick = True

    def refusal(self, subject: Subject) -> str | None:
        if subject.data.modes is not None or (subject.data.channel_classes and subject.source):
            return None
        return "the dataset has no known modes"

    def scores(self, subject: Subject, progress: Progress) -> Iterator[Score]:
        data, seed = subject.data, subject.settings.seed
        if data.modes is None or data.mode_std is None:
            yield from self._of_channels(subject)
            return
        samples = data.in_units(subject.more_samples(POINTS))
        stream = random_stream(seed, "perfect sampler")
        chosen = data.modes[stream.integers(len(data.modes), size=len(samples))]
        perfect = chosen + data.mode_std * stream.standard_normal(chosen.shape)
        found, real = (modes_3std(rows, data.modes, data.mode_std) for rows in (samples, perfect))
        about: dict[str, Any] = {"rows": len(samples), "known_modes": len(data.modes), "what": "a perfect sampler"}
        for name in ("high_quality", "modes", "reverse_kl", "spread"):
            yield score(name, found[name], real[name], **about)

    def _of_channels(self, subject: Subject) -> Iterator[Score]:
        data, seed = subject.data, subject.settings.seed
        classifier = channel_modes.classifier_of_channels(data, seed, subject.say)
        found = channel_modes.measure(subject.game, data, subject.source, classifier, seed)  # type: ignore[arg-type]
        known = int(np.count_nonzero(channel_modes.shares(data)))
        about: dict[str, Any] = {"rows": min(channel_modes.COUNT, len(data.test)), "known_modes": known}
        for name in ("modes", "reverse_kl"):
            yield score(name, found[name], found[f"real_{name}"], **about)

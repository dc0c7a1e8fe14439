"""Settings of an evaluation, which state how its numbers are made. Without TensorFlow."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Protocol:
    """Settings of an evaluation: config `evaluation`. Options: conf/evaluation/default.yaml."""

    samples: int = 10_000
    quick_samples: int = 2_000
    metrics: tuple[str, ...] | None = None
    features: str | None = None
    inception_weights: str | None = None
    seed: int = 1

"""Numbers that change during training: weights of loss terms, and strengths of noise."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import tensorflow as tf
from keras import ops

from ganae_cli.errors import UserError, did_you_mean

Scheduled = float | Mapping[str, Any]  # of a config: a number, or the fields of a `Schedule`
SHAPES = ("linear", "cosine")


@dataclass(frozen=True)
class Schedule:
    """From `start` to `end`, while the share of the training that is done goes from `after` to `until`.

    shape: "linear", or half a "cosine": end + (start - end) (1 + cos(pi d)) / 2, where d is the share of the way.

    >>> warm_up = Schedule(start=0.0, end=2.0, after=0.25, until=0.75)
    >>> [float(warm_up.at(share)) for share in (0.0, 0.25, 0.5, 0.75, 1.0)]
    [0.0, 0.0, 1.0, 2.0, 2.0]
    """

    start: float
    end: float
    after: float = 0.0
    until: float = 1.0
    shape: str = "linear"

    def __post_init__(self):
        if self.shape not in SHAPES:
            near = did_you_mean(self.shape, SHAPES)
            raise UserError(f"the shape of a schedule must be one of {', '.join(SHAPES)}, got '{self.shape}'{near}")

    @classmethod
    def of(cls, value: Scheduled) -> Schedule:
        """Return the schedule that a config gives as a mapping, or that of a number, which stays as it is."""
        return cls(**value) if isinstance(value, Mapping) else cls(value, value)

    @property
    def changes(self) -> bool:
        """True if the number is not the same all the time."""
        return self.start != self.end

    @property
    def is_zero(self) -> bool:
        """True if the number is 0 all the time."""
        return self.start == self.end == 0

    def at(self, share: float | tf.Tensor) -> float | tf.Tensor:
        """Return the number after a share t / T of the training, from 0 to 1; later, that of the end."""
        if not self.changes:
            return self.start
        done = ops.maximum(0.0, ops.minimum(1.0, (share - self.after) / (self.until - self.after)))
        left = 0.5 + 0.5 * ops.cos(math.pi * done) if self.shape == "cosine" else 1.0 - done
        return self.end + (self.start - self.end) * left

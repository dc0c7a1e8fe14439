"""Settings for pictures that are wrong for sound."""

from dataclasses import replace

import numpy as np
import pytest

from ganae_cli.builders import of_sound
from ganae_cli.datasets.base import Data
from tests.datasets.recordings import SOUND

DATA = Data("own", *np.zeros((2, 3, *SOUND.shape), np.uint8))


@pytest.mark.parametrize(
    ("words", "wrong"),
    [
        (("augmentation=ada",), "augmentation.flip=false augmentation.rotate90=false"),
        (("augmentation=ada", "augmentation.flip=false"), "augmentation.rotate90=false"),
        (("augmentation=diffaugment", "augmentation.flip=true"), "augmentation.flip=false"),
        (("augmentation=diffaugment",), ""),
        ((), ""),
    ],
)
def test_augmentations_that_play_backwards(compose, words, wrong):
    config = compose("model=gan", "dataset=digits", *words)
    found = of_sound.warnings(config, replace(DATA, sound=SOUND))
    assert [line.rpartition("type ")[2] for line in found] == ([wrong] if wrong else [])
    assert of_sound.warnings(config, DATA) == ()

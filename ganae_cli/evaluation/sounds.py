"""Images of sound, as a run on recordings makes them, turned into sound, in WAV files.

    trained = ganae_cli.load("latest")
    sounds.write(trained.sound, trained.sample(2), [Path("a.wav"), Path("b.wav")])

`datasets.sounds.griffin_lim.wave` returns the samples of one as an array.
"""

import wave
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from ganae_cli.datasets.pictures.parallel import mapped
from ganae_cli.datasets.sounds import griffin_lim
from ganae_cli.datasets.sounds.sound import Sound
from ganae_cli.storage.atomic import replacing

FULL = 32767  # of 16 bits


def write(
    sound: Sound, images: np.ndarray, paths: Sequence[Path], seed: int = 0, iterations: int | None = None
) -> None:
    """Write each image uint8 (mel_bins, frames, 1) as a WAV file: one channel, 16 bits, at the rate of the recordings.

    The phases of file i are found by `iterations` of Griffin-Lim, from those that (seed, i) draws: it is the same
    whatever files are written with it.
    """

    def act(number: int) -> None:
        times = griffin_lim.ITERATIONS if iterations is None else iterations
        save(griffin_lim.wave(sound, images[number], (seed, number), times), sound.rate, paths[number])

    for _ in mapped(act, range(len(paths)), "finding phases", 1, "sounds"):
        pass


def save(samples: np.ndarray, rate: int, path: Path) -> None:
    """Write samples from -1 to 1, float (N,), as a WAV file of 16 bits, atomically."""
    whole = np.rint(np.clip(samples, -1, 1) * FULL).astype("<i2")
    with replacing(path, sync=False) as temporary, temporary.open("wb") as file, wave.open(file, "wb") as written:
        written.setparams((1, 2, rate, 0, "NONE", "not compressed"))
        written.writeframes(whole.tobytes())

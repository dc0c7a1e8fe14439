"""From images back to sound: mel bands to frequencies by non-negative least squares, then phases by Griffin and Lim.

An image says how strong each band is, not at which frequencies within it, nor in which phase. The powers A >= 0 of
the frequencies minimise |A W - P|^2 for the bands P of the image, by multiplicative updates (Lee and Seung 2001,
"Algorithms for non-negative matrix factorization", equation 4, W fixed), from P spread over each band. Phases are found
by the algorithm of Griffin and Lim 1984 ("Signal estimation from modified short-time Fourier transform", IEEE ASSP
32(2)) in its fast form, with momentum 0.99 (Perraudin et al. 2013, "A fast Griffin-Lim algorithm", WASPAA), from random
ones.
"""

from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

from ganae_cli.datasets.sounds import spectrogram
from ganae_cli.datasets.sounds.sound import Sound

if TYPE_CHECKING:
    import tensorflow as tf

ITERATIONS = 60
UPDATES = 50  # of the powers
MOMENTUM = 0.99
LEAST = 1e-4  # sum of squares of the window, at both ends: what is divided by less is made of rounding errors
SMALL = 1e-12  # full scale is 1: below it, there is nothing to divide by


def wave(sound: Sound, image: np.ndarray, seed: int | Sequence[int] = 0, iterations: int = ITERATIONS) -> np.ndarray:
    """Return the sound of an image uint8 (mel_bins, frames, 1): float32 (frames * hop,), from -1 to 1.

    seed: one number, or several, of the first phases; the same seed gives the same sound. What would be louder than
    full scale is made quieter as a whole, not cut off.
    """
    found = phased(sound, magnitudes(sound, sound.power(image[::-1, :, 0])), seed, iterations)
    before, _ = spectrogram.margins(sound)
    made = found[before : before + sound.samples]
    return made / max(1.0, float(np.abs(made).max()))


def magnitudes(sound: Sound, power: np.ndarray) -> np.ndarray:
    """Return |X|, float64 (frames, n_fft // 2 + 1), whose bands have the powers (mel_bins, frames), nearly."""
    wanted = power / spectrogram.unit(sound)
    bands = spectrogram.weights(sound)
    target = bands.T @ wanted
    found = bands.T @ (wanted / bands.sum(axis=1)[:, None])
    for _ in range(UPDATES):
        found *= target / np.maximum(bands.T @ (bands @ found), SMALL)
    return np.sqrt(found).T


def phased(
    sound: Sound, magnitude: np.ndarray, seed: int | Sequence[int] = 0, iterations: int = ITERATIONS
) -> np.ndarray:
    """Return samples float32 (n_fft + (frames - 1) * hop,) whose transform has these magnitudes (frames, bins), nearly.

    With S the magnitudes and P(C) = STFT(ISTFT(C)), the projection on transforms of sounds, from random phases C_0:

        T_n = P(S exp(i angle C_n)),    C_{n+1} = T_n + 0.99 (T_n - T_{n-1})
    """
    import tensorflow as tf

    random = np.random.default_rng(np.random.SeedSequence(seed))
    phases = np.exp(2j * np.pi * random.random(magnitude.shape)).astype(np.complex64)
    with tf.device("/CPU:0"):
        return program(sound)(magnitude.astype(np.complex64), phases, iterations).numpy()


@lru_cache(spectrogram.KEPT)
def program(sound: Sound) -> Callable[[np.ndarray, np.ndarray, int], "tf.Tensor"]:
    """Return the iteration of a sound, traced once, a function of magnitudes, first phases and the number of steps."""
    import tensorflow as tf

    def iterate(wanted: tf.Tensor, phases: tf.Tensor, iterations: tf.Tensor) -> tf.Tensor:
        before, samples = tf.zeros_like(wanted), _inverse(sound, wanted * phases)
        for _ in tf.range(iterations):
            now = spectrogram.transform(sound, samples)
            ahead = now + MOMENTUM * (now - before)
            before = now
            phases = ahead / tf.cast(tf.maximum(tf.abs(ahead), SMALL), tf.complex64)
            samples = _inverse(sound, wanted * phases)
        return samples

    shape = (sound.frames, sound.n_fft // 2 + 1)
    given = [tf.TensorSpec(shape, tf.complex64)] * 2
    return tf.function(iterate, input_signature=[*given, tf.TensorSpec((), tf.int32)])


def _inverse(sound: Sound, transformed: "tf.Tensor") -> "tf.Tensor":
    """Return the samples whose transform is nearest: sum of w ifft(X) / sum of w^2 (Griffin and Lim 1984, equation 6).

    The sum below is that of the columns there are; `tf.signal.inverse_stft` takes that of endless ones, which fades
    both ends.
    """
    import tensorflow as tf

    window = spectrogram.window(sound)
    parts = tf.signal.irfft(transformed, [sound.n_fft]) * window
    squares = np.zeros(sound.n_fft + (sound.frames - 1) * sound.hop, np.float32)
    for frame in range(sound.frames):
        squares[frame * sound.hop :][: sound.n_fft] += window * window
    return tf.signal.overlap_and_add(parts, sound.hop) / np.maximum(squares, LEAST)

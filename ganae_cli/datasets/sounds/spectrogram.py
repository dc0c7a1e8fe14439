"""From a clip to an image: the short-time Fourier transform, mel bands, decibels; by tf.signal.

    X[k, t]  = sum over n of w[n] x[t hop + n - (n_fft - hop) / 2] exp(-2 pi i k n / n_fft),    w: Hann, periodic
    P[b, t]  = 4 / (n_fft sum of w^2)  sum over k of W[k, b] |X[k, t]|^2

The clip is mirrored at both ends by (n_fft - hop) / 2 samples, as Kong et al. 2020 do (HiFi-GAN, arXiv:2010.05646), so
`frames * hop` samples give exactly `frames` columns. W holds triangles of height 1, evenly spaced in mel = 1127 ln(1 +
f / 700), as HTK has it (Young et al. 2006, The HTK Book, 5.4); the mean of the samples, k = 0, is in none. The factor
makes the sum of P over a sine of amplitude A equal A^2, by Parseval's theorem: 0 dB is a sine of full scale.
"""

from collections.abc import Callable
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

from ganae_cli.datasets.sounds.sound import Sound

if TYPE_CHECKING:
    import tensorflow as tf
    from scipy.sparse import csr_array

KEPT = 8  # sounds whose matrices and programs are kept


@lru_cache(KEPT)
def weights(sound: Sound) -> "csr_array":
    """Return W, float64 (mel_bins, n_fft // 2 + 1): most of it is 0, and a row is a band here."""
    import tensorflow as tf
    from scipy.sparse import csr_array

    bins = sound.n_fft // 2 + 1
    with tf.device("/CPU:0"):
        made = tf.signal.linear_to_mel_weight_matrix(
            sound.mel_bins, bins, sound.rate, sound.low_hz, sound.high_hz, tf.float64
        )
    return csr_array(made.numpy().T)


@lru_cache(KEPT)
def window(sound: Sound) -> np.ndarray:
    """Return w, float32 (n_fft,): 0.5 - 0.5 cos(2 pi n / n_fft)."""
    places = np.arange(sound.n_fft) / sound.n_fft
    return (0.5 - 0.5 * np.cos(2 * np.pi * places)).astype(np.float32)


@lru_cache(KEPT)
def unit(sound: Sound) -> float:
    """Return 4 / (n_fft sum of w^2), which makes |X|^2 the power of a sine."""
    return 4 / (sound.n_fft * float(np.square(window(sound), dtype=np.float64).sum()))


def transform(sound: Sound, padded: "tf.Tensor") -> "tf.Tensor":
    """Return X, complex64 (frames, n_fft // 2 + 1), of samples float32 (n_fft + (frames - 1) * hop,)."""
    import tensorflow as tf

    return tf.signal.stft(padded, sound.n_fft, sound.hop, sound.n_fft, lambda *_, **__: window(sound))


@lru_cache(KEPT)
def program(sound: Sound) -> Callable[[np.ndarray], "tf.Tensor"]:
    """Return `transform` of a sound, traced once: a tenth of the time."""
    import tensorflow as tf

    given = tf.TensorSpec((sound.n_fft + (sound.frames - 1) * sound.hop,), tf.float32)
    return tf.function(lambda padded: transform(sound, padded), input_signature=[given])


def margins(sound: Sound) -> tuple[int, int]:
    """Return how many samples are added before a clip and after it."""
    both = sound.n_fft - sound.hop
    return both // 2, both - both // 2


def power(sound: Sound, clip: np.ndarray) -> np.ndarray:
    """Return P, float64 (mel_bins, frames), the lowest band first, of samples float32 (frames * hop,)."""
    import tensorflow as tf

    with tf.device("/CPU:0"):
        found = program(sound)(np.pad(clip.astype(np.float32), margins(sound), "reflect")).numpy()
    squared = np.square(found.real, dtype=np.float64) + np.square(found.imag, dtype=np.float64)
    return unit(sound) * (weights(sound) @ squared.T)


def image(sound: Sound, clip: np.ndarray) -> np.ndarray:
    """Return a clip of samples float32 (frames * hop,) as an image uint8 (mel_bins, frames, 1), low bands below."""
    return sound.pixels(power(sound, clip))[::-1, :, None]

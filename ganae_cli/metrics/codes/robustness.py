"""What noise on the input does to codes and reconstructions, one row per input. Lower is better throughout."""

from typing import NamedTuple

import numpy as np

from ganae_cli.metrics.codes.moments import spread


class Robustness(NamedTuple):
    """Of reconstructions of noisy inputs, float64 (N,): squared errors are means over the numbers of a row.

    clean: squared error of the reconstruction of the clean input. noisy: of that of the noisy input, to the clean one.
    input: of the noisy input itself. added: noisy - clean, what the noise costs. kept: sum of `added` over the sum of
    `input`, the share of the noise that comes through: 0 if it is removed, 1 if all of it is passed on.
    """

    clean: np.ndarray
    noisy: np.ndarray
    input: np.ndarray
    added: np.ndarray
    kept: float | None


def with_noise(inputs: np.ndarray, deviation: float, seed: int = 0) -> np.ndarray:
    """Return inputs (N, …) plus Gaussian noise of that standard deviation, in their unit; uint8 is rounded and cut.

    The noise of an input depends on the seed and its place alone, so that of two deviations differs in scale only.
    """
    random = np.random.default_rng(seed)
    found = np.empty_like(inputs)
    for i, row in enumerate(inputs):
        moved = row + deviation * random.normal(size=row.shape)
        found[i] = np.rint(moved).clip(0, 255) if inputs.dtype == np.uint8 else moved
    return found


def code_displacement(codes: np.ndarray, noisy: np.ndarray) -> np.ndarray:
    """Return how far noise moves each code, relative to the root mean square distance between two codes: float64 (N,).

    codes, noisy: (N, k), of clean and noisy inputs. 0: not at all; 1: as far as the code of another input. It does not
    depend on the scale of codes. If all clean codes are alike: 0 where the code stays, infinite where it moves.

    >>> code_displacement(np.array([[0.0], [4.0]]), np.array([[1.0], [4.0]])).tolist()
    [0.25, 0.0]
    """
    moved = np.linalg.norm(noisy.astype(np.float64) - codes, axis=1)
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(moved > 0, moved / spread(codes), 0.0)


def reconstruction_robustness(
    inputs: np.ndarray, noisy_inputs: np.ndarray, reconstructions: np.ndarray, noisy: np.ndarray
) -> Robustness:
    """Return what noise on the input does to reconstructions, all (N, …) in one unit.

    reconstructions, noisy: of the clean and of the noisy inputs. kept: None if there is no noise.

    >>> clean = np.zeros((1, 4))
    >>> found = reconstruction_robustness(clean, clean + 2, clean + 1, clean + [1, 1, 1, 3])
    >>> found.clean.tolist(), found.noisy.tolist(), found.added.tolist(), found.kept
    ([1.0], [3.0], [2.0], 0.5)
    """
    of_clean, of_noisy, of_input = (_squares(given, inputs) for given in (reconstructions, noisy, noisy_inputs))
    added, total = of_noisy - of_clean, float(of_input.sum())
    return Robustness(of_clean, of_noisy, of_input, added, float(added.sum()) / total if total > 0 else None)


def _squares(rows: np.ndarray, others: np.ndarray) -> np.ndarray:
    """Return the mean squared difference of each row to the other one of its place, one by one: images may be large."""
    pairs = zip(rows, others, strict=True)
    return np.array([np.square(np.subtract(a, b, dtype=np.float64)).mean() for a, b in pairs])

"""Measures of samples from data with known modes: modes covered, quality, spread within modes.

Of a mixture of Gaussians (`modes_3std`): the protocol of VEEGAN and PacGAN (Srivastava et al. 2017, arXiv:1705.07761;
Lin et al. 2018, arXiv:1712.04086), which takes 2,500 samples: a sample is of high quality within 3 standard deviations
of its nearest centre; a mode is covered if it has at least one such sample. In the plane a perfect sampler has 98.89 %
of high quality; a larger share is a sign of lost spread. Of classes that a classifier sees (`modes_of_classes`): a mode
is covered by any sample of its class.
"""

import numpy as np


def modes_3std(samples: np.ndarray, centres: np.ndarray, std: float) -> dict[str, float]:
    """Return measures of samples (N, D) by the centres (K, D) of the modes; std: of every mode in each direction.

    modes: number of modes covered, out of K. high_quality: share of the samples. reverse_kl: KL(q || uniform) in nats,
    where q are the shares of the modes among the high-quality samples. spread: root mean square distance of a mode's
    high-quality samples from their own mean, divided by that of a perfect sampler within 3 standard deviations; the
    mean over modes with 20 such samples or more (0 if there is none), and smallest_spread and largest_spread over the
    same modes.

    Of four samples two lie within 3 standard deviations of the first centre, one of the second and one of none. So q is
    (2/3, 1/3), and its KL from uniform 2/3 log 4/3 + 1/3 log 2/3 = 0.0566:

    >>> samples = np.array([[0.0, 0.0], [0.0, 0.1], [9.0, 0.0], [5.0, 0.0]])
    >>> found = modes_3std(samples, centres=np.array([[0.0, 0.0], [9.0, 0.0]]), std=0.1)
    >>> found["modes"], found["high_quality"], round(found["reverse_kl"], 4), found["spread"]
    (2.0, 0.75, 0.0566, 0.0)
    """
    distances = np.linalg.norm(samples[:, None, :] - centres[None], axis=-1)
    nearest, is_high = distances.argmin(axis=1), distances.min(axis=1) <= 3 * std
    counts = np.bincount(nearest[is_high], minlength=len(centres))
    share = counts[counts > 0] / max(1, counts.sum())
    expected = std * _spread_within(3.0, samples.shape[1])
    spreads = [_spread(samples[is_high & (nearest == k)]) / expected for k in np.flatnonzero(counts >= 20)]
    return {
        "modes": float(np.sum(counts > 0)),
        "high_quality": float(is_high.mean()),
        "reverse_kl": float(np.sum(share * np.log(share * len(centres)))) if len(share) else float("inf"),
        "spread": float(np.mean(spreads)) if spreads else 0.0,
        "smallest_spread": float(np.min(spreads)) if spreads else 0.0,
        "largest_spread": float(np.max(spreads)) if spreads else 0.0,
    }


def modes_of_classes(seen: np.ndarray, shares: np.ndarray) -> dict[str, float]:
    """Return how samples are spread over classes, each of which is a mode: Metz et al. 2017, arXiv:1611.02163, 3.3.1.

    seen: int (N,), the class that a classifier sees in each sample. shares: (K,), those of the classes in the data; a
    class of none is no mode.

    modes: number of modes that a sample is of. reverse_kl: KL(q || shares) in nats, where q are the shares of the
    samples; of N perfect samples it is about (K - 1) / 2N. Infinite, if a sample is of no mode.

    Four samples of shares 1/2, 1/4, 1/8 and 1/8 miss the last mode, and have the third twice as often as they should:
    0 + 0 + 1/4 log 2.

    >>> modes_of_classes(np.array([0, 2, 0, 1]), np.array([1 / 2, 1 / 4, 1 / 8, 1 / 8]))
    {'modes': 3.0, 'reverse_kl': 0.17328679513998632}
    """
    q = np.bincount(seen, minlength=len(shares)) / len(seen)
    is_seen = q > 0
    with np.errstate(divide="ignore"):
        divergence = float(np.sum(q[is_seen] * np.log(q[is_seen] / shares[is_seen])))
    return {"modes": float(np.count_nonzero(is_seen & (shares > 0))), "reverse_kl": divergence}


def _spread(points: np.ndarray) -> float:
    return float(np.sqrt(np.mean(np.sum((points - points.mean(axis=0)) ** 2, axis=1))))


def _spread_within(radius: float, dimension: int) -> float:
    """Return the root mean square distance from the centre, of a standard normal in D dimensions cut at `radius`.

    E[r^2 | r <= R] = D P(chi2_{D+2} <= R^2) / P(chi2_D <= R^2).
    """
    from scipy.stats import chi2

    return float(np.sqrt(dimension * chi2.cdf(radius**2, dimension + 2) / chi2.cdf(radius**2, dimension)))

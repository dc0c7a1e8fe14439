"""Directions in the space of latent codes, with their values. Arrays in, arrays out; without TensorFlow.

Each is a unit vector whose largest component is positive, so that the same model gives the same directions.
"""

from typing import NamedTuple

import numpy as np

STANDARD_DEVIATIONS, SINGULAR_VALUES = "standard deviations", "singular values"


class Directions(NamedTuple):
    """Directions (K, d), rows of length 1, and a value of each (K,), largest first where they are sorted by it.

    what: the values are, in words.
    """

    vectors: np.ndarray
    values: np.ndarray
    what: str = ""


def dimensions(spread: np.ndarray, count: int) -> Directions:
    """Return the axes of the first `count` numbers of a code, in their order. spread: standard deviations (d,).

    >>> dimensions(np.array([1.0, 2.0, 3.0]), 2)[:2]
    (array([[1., 0., 0.],
           [0., 1., 0.]]), array([1., 2.]))
    """
    return Directions(np.eye(len(spread))[:count], np.asarray(spread, np.float64)[:count], STANDARD_DEVIATIONS)


def principal(codes: np.ndarray, count: int) -> Directions:
    """Return the first principal components of codes (N, d), with the standard deviation of the codes along each."""
    return of_gram(covariance(codes), count, STANDARD_DEVIATIONS)


def covariance(codes: np.ndarray) -> np.ndarray:
    """Return the covariance matrix (d, d) of codes (N, d), N > 1, in float64."""
    return np.atleast_2d(np.cov(np.asarray(codes, np.float64), rowvar=False))


def gram(tangents: np.ndarray, block: int = 65536) -> np.ndarray:
    """Return J^T J in float64, (d, d), of a transposed Jacobian (d, numbers of an image), block by block."""
    parts = (np.asarray(tangents[:, i : i + block], np.float64) for i in range(0, tangents.shape[1], block))
    return np.asarray(sum(part @ part.T for part in parts))


def of_gram(matrix: np.ndarray, count: int, what: str = SINGULAR_VALUES) -> Directions:
    """Return the eigenvectors of a symmetric matrix (d, d) of the largest eigenvalues, with the roots of these.

    Of J^T J they are the right singular vectors of J and its singular values; of a covariance matrix the principal
    components and standard deviations. what: see `Directions`.

    >>> of_gram(np.array([[4.0, 0.0], [0.0, 9.0]]), 2)
    Directions(vectors=array([[0., 1.],
           [1., 0.]]), values=array([3., 2.]), what='singular values')
    """
    found, columns = np.linalg.eigh(matrix)
    order = np.argsort(found, kind="stable")[::-1][:count]
    vectors = columns.T[order]
    largest = np.abs(vectors).argmax(axis=1)
    vectors = vectors * np.sign(vectors[np.arange(len(vectors)), largest])[:, None]
    return Directions(vectors + 0.0, np.sqrt(np.maximum(found[order], 0)), what)  # + 0: no zero is negative

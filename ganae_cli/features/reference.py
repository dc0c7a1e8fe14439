"""Features of real rows, which samples are compared with; they are kept between runs in the user's cache.

The variable GANAE_FEATURE_CACHE names another folder than the user's cache, or is `off`.
"""

import hashlib
import json

import numpy as np

from ganae_cli.datasets.base import Data
from ganae_cli.datasets.fingerprint import fingerprint
from ganae_cli.datasets.rows import Array
from ganae_cli.errors import UserError, did_you_mean
from ganae_cli.features.base import Embedded, FeatureSpace, Progress
from ganae_cli.features.kept_arrays import REFERENCES
from ganae_cli.runtime.rng import stream

NEVER_KEPT = ("encoder",)  # what depends on the weights of a run
VERSION = 3  # changes with the rows that a seed draws
PART = 2**26  # bytes of rows that are held at once


def draw(data: Data, split: str, count: int, seed: int = 0) -> np.ndarray:
    """Return the numbers of `count` rows of a split, drawn without repetition; all of them if they are no more.

    The order is random, since files may be sorted, and the first n are the same for every count. Whoever takes rows,
    labels and features by one seed has those that belong together. Raises UserError for a split that there is not.
    """
    splits = {name: len(rows) for name, rows, _ in data.splits()}
    if split not in splits:
        raise UserError(
            f"dataset '{data.name}' has no {split} rows{did_you_mean(split, splits)} (it has: {', '.join(splits)})"
        )
    return np.random.Generator(np.random.PCG64(stream(seed, "rows"))).permutation(splits[split])[: max(0, count)]


def embed_reference(
    space: FeatureSpace,
    data: Data,
    split: str,
    count: int,
    seed: int = 0,
    progress: Progress = lambda share: None,
) -> Embedded:
    """Return the features of the rows that `draw` names, from the cache or computed now.

    space: prepared. A cache that cannot be used is done without.
    """
    rows, numbers = getattr(data, split, None), draw(data, split, count, seed)
    assert rows is not None  # or `draw` has refused it
    is_kept = space.name not in NEVER_KEPT
    path = REFERENCES.place(key(space, data, split, len(numbers), seed)) if is_kept else None
    arrays = REFERENCES.read(path) if path else None
    found = _of_file(arrays, len(numbers)) if arrays else None
    if found is None:
        found = embed_chosen(space, rows, numbers, progress)
        if path:
            REFERENCES.write(path, _to_file(found))
    progress(1.0)
    return found


def embed_chosen(
    space: FeatureSpace, rows: Array, numbers: np.ndarray, progress: Progress = lambda share: None
) -> Embedded:
    """Return the features of some rows of an array, by their numbers; 64 MB of them are held at once."""
    size = max(1, PART // max(1, rows.nbytes // max(1, len(rows))))
    parts: list[Embedded] = []
    for i in range(0, max(1, len(numbers)), size):  # of no rows, one empty part
        part = np.asarray(rows[numbers[i : i + size]])
        parts.append(space.embed(part, _of_part(progress, i / max(1, len(numbers)), len(part) / max(1, len(numbers)))))
    if len(parts) == 1:
        return parts[0]
    found = np.concatenate([part.rows for part in parts])
    is_same = all(part.frechet is part.rows for part in parts)
    frechet = found if is_same else np.concatenate([part.frechet for part in parts])
    known = [part.probabilities for part in parts if part.probabilities is not None]
    return Embedded(found, frechet, np.concatenate(known) if known else None)


def _of_part(progress: Progress, start: float, share: float) -> Progress:
    return lambda done: progress(min(1.0, start + share * done))


def key(space: FeatureSpace, data: Data, split: str, count: int, seed: int) -> str:
    """Return a name for all that determines the features of drawn rows.

    `Data.fingerprint` alone does not: it is of the data before a size of images, or validation rows, were chosen.
    """
    facts = json.dumps(space.facts, sort_keys=True, default=str)
    what = (VERSION, data.fingerprint, split, fingerprint(getattr(data, split)), count, seed, facts)
    return hashlib.sha256(repr(what).encode()).hexdigest()[:32]


def _to_file(found: Embedded) -> dict[str, np.ndarray]:
    """Return the arrays by name; `frechet` is left out where it is `rows`."""
    arrays = {"rows": found.rows}
    if found.frechet is not found.rows:
        arrays["frechet"] = found.frechet
    return arrays if found.probabilities is None else arrays | {"probabilities": found.probabilities}


def _of_file(arrays: dict[str, np.ndarray], count: int) -> Embedded | None:
    """Return the features of a file; None if it holds something else."""
    if "rows" not in arrays or not set(arrays) <= set(Embedded._fields):
        return None
    if any(one.dtype != np.float32 or one.ndim != 2 or len(one) != count for one in arrays.values()):
        return None
    return Embedded(arrays["rows"], arrays.get("frechet", arrays["rows"]), arrays.get("probabilities"))

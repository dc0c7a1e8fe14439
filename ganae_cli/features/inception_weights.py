"""The weights of Keras' InceptionV3: where they are, what is wrong with them, and the network with them."""

import hashlib
import random
import sys
import urllib.request
import warnings
from concurrent.futures import ThreadPoolExecutor
from contextlib import redirect_stdout
from pathlib import Path
from typing import Any

import numpy as np

from ganae_cli.errors import UserError, in_one_line
from ganae_cli.features.base import Say

URL = "https://storage.googleapis.com/tensorflow/keras-applications/inception_v3/"
FILE, MD5 = "inception_v3_weights_tf_dim_ordering_tf_kernels.h5", "9a0d58056eeedaa3f26cb7ebd46da564"
PUBLISHED = (MD5, "bcbd6486424b2319ff4ef7d526e38f63")  # the second has no classifier
BEGINNINGS = {".h5": b"\x89HDF\r\n\x1a\n", ".hdf5": b"\x89HDF\r\n\x1a\n", ".keras": b"PK\x03\x04"}  # of files by ending
OPTION = "evaluation.inception_weights"
PATIENCE = 5.0  # seconds until a server that does not answer counts as out of reach


def fault(weights: str | None) -> str | None:
    """Return why there are no weights, in one line; None if a file is there, or can be downloaded.

    weights: the file that the user names; None: that of Keras. What else is in the file is seen by `load`.
    """
    if weights is None:
        return None if _cached().is_file() else _out_of_reach()
    path = Path(weights).expanduser()
    beginning = BEGINNINGS.get(path.suffix.lower())
    if not beginning:
        return f"{OPTION}={weights}: expected a file .h5, .weights.h5 or .keras, such as {FILE}"
    try:
        with path.open("rb") as file:
            begins = file.read(len(beginning)) == beginning
    except OSError as error:
        return f"{OPTION}={weights} cannot be read: {error.strerror or error}"
    return None if begins else f"{OPTION}={weights}: the file is damaged, or no {path.suffix} file"


def published(say: Say) -> Path:
    """Return Keras' file, which is downloaded into its cache the first time. Raises UserError if it cannot be."""
    import keras

    path = _cached()
    if not path.is_file():
        say(f"Downloading the weights of InceptionV3 (96 MB) to {path}")
    try:
        with redirect_stdout(sys.stderr):  # Keras prints its progress to standard output, which is for results
            home = str(path.parent.parent)
            got = keras.utils.get_file(FILE, URL + FILE, file_hash=MD5, cache_dir=home, cache_subdir="models")
        return Path(got)
    except Exception as error:  # keras.utils.get_file raises Exception itself when a download fails
        raise UserError(f"features=inception: {_missing(in_one_line(error))}") from error


def load(path: Path) -> Any:
    """Return a Keras model: images float32 (N, 299, 299, 3) from -1 to 1 -> pooled features, class probabilities.

    The second is left out if the file has no classifier. Raises UserError if it holds other weights.

    Keras keeps its global state (dtype policy, names given) for each thread, so the model is built in one of its own:
    it is float32, and a training that goes on finds nothing changed.
    """
    state = random.getstate()  # Keras draws seeds for initial weights
    try:
        with ThreadPoolExecutor(1) as thread:
            return thread.submit(_load, path).result()
    finally:
        random.setstate(state)


def described(path: Path) -> dict[str, str]:
    """Return which weights a file holds: whether Keras publishes them, and the checksum of the file."""
    with path.open("rb") as file:
        sha256 = hashlib.file_digest(file, "sha256").hexdigest()
        file.seek(0)
        md5 = hashlib.file_digest(file, lambda: hashlib.md5(usedforsecurity=False)).hexdigest()
    return {
        "features_weights": "as Keras publishes them" if md5 in PUBLISHED else f"of the file {path.name}",
        "weights_sha256": sha256,
    }


def _load(path: Path) -> Any:
    import keras

    whole = keras.applications.InceptionV3(weights=None)
    try:
        _fill(whole, path)
        return keras.Model(whole.input, [whole.get_layer("avg_pool").output, whole.output])
    except Exception as error:  # whatever Keras, h5py and zipfile raise for another file
        reason = in_one_line(error, most=160)
    features = keras.applications.InceptionV3(weights=None, include_top=False, pooling="avg")
    try:
        _fill(features, path)
        return keras.Model(features.input, [features.output])
    except Exception as error:
        raise UserError(f"{OPTION}={path} has no weights of Keras' InceptionV3, such as {FILE}: {reason}") from error


def _fill(model: Any, path: Path) -> None:
    """Load all weights of a model. Raises ValueError for a file that leaves some as they are, or has no numbers."""
    for variable in model.variables:
        variable.assign(np.full(variable.shape, np.nan, np.float32))
    with warnings.catch_warnings():  # Keras warns once for each layer of a file that is about to be refused
        warnings.simplefilter("ignore")
        model.load_weights(path)
    if not all(np.isfinite(np.asarray(variable)).all() for variable in model.variables):
        raise ValueError("not all weights are there")


def _cached() -> Path:
    """Return where Keras keeps the file."""
    from ganae_cli.datasets.keras_copy import cache

    return cache().parent / "models" / FILE


def _out_of_reach() -> str | None:
    try:
        request = urllib.request.Request(URL + FILE, method="HEAD")
        urllib.request.urlopen(request, timeout=PATIENCE).close()
    except (OSError, ValueError) as error:  # URLError is an OSError
        return _missing(in_one_line(getattr(error, "reason", None) or error))
    return None


def _missing(reason: str) -> str:
    return (
        f"its weights are not in Keras' cache, {_cached().parent}, and cannot be "
        f"downloaded ({reason}): name a copy of {FILE} with {OPTION}=FILE"
    )

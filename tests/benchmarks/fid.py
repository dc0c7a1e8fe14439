"""FID end to end, beside the CPU path of `torch-fidelity`: `python -m tests.benchmarks.fid`.

Both have an InceptionV3 of random weights, of the same size, so that their numbers mean nothing and their seconds do:
weights do not change how long a product takes. Features of some images are timed, and the distance of 10,000 rows of
2,048 features; FID of 10,000 images takes 10,000 / images of the first and all of the second. Each runs in a process of
its own, and they take turns. Where other programs run, compare the seconds of CPU. Needs `torch` and `torch-fidelity`
0.4, its dependencies too: `pip install torch torchvision torch-fidelity`.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

CONTENDERS = ("ganae", "torch-fidelity")
ROOT = Path(__file__).parents[2]
ROWS, DIMENSIONS, BATCH = 10_000, 2048, 64


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--images", type=int, default=256)
    parser.add_argument("--side", type=int, default=32)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--threads", type=int, default=os.cpu_count())
    given = parser.parse_args()
    found: dict[str, list[dict]] = {name: [] for name in CONTENDERS}
    for number in range(given.rounds):
        for name in CONTENDERS[:: 1 if number % 2 == 0 else -1]:
            found[name].append(run(name, given.images, given.side, given.threads))
            print(number + 1, name, json.dumps(found[name][-1]), flush=True)
    print("\n".join(lines(found, given.images)))


def run(name: str, images: int, side: int, threads: int) -> dict:
    """Measure one contender in a process of its own; return seconds of features and of the distance."""
    wanted = {f"{library}_NUM_THREADS": str(threads) for library in ("OMP", "OPENBLAS", "MKL")}
    call = f"from {__spec__.name} import measure; measure({name!r}, {images}, {side}, {threads})"
    done = subprocess.run(
        [sys.executable, "-c", call], cwd=ROOT, env={**os.environ, **wanted}, capture_output=True, text=True
    )
    if done.returncode:
        sys.exit(f"{name} failed:\n{done.stderr[-2000:]}")
    return json.loads(done.stdout.splitlines()[-1])


def measure(name: str, images: int, side: int, threads: int) -> None:
    """Print seconds of the wall and of the processor, of features and of the distance, as JSON."""
    features, distance = ours(threads) if name == "ganae" else theirs(threads)
    rng = np.random.default_rng(0)
    shown = rng.integers(256, size=(images, side, side, 3), dtype=np.uint8)
    features(shown[:BATCH])  # compiled, threads started
    mixing = rng.normal(size=(64, DIMENSIONS)).astype(np.float32)
    rows = [np.maximum((width * rng.normal(size=(ROWS, 64))).astype(np.float32) @ mixing, 0) for width in (1.0, 0.9)]
    found = {}
    for what, compute in (("features", lambda: features(shown)), ("distance", lambda: distance(*rows))):
        began, busy = time.perf_counter(), time.process_time()
        value = compute()
        found[what] = {"seconds": time.perf_counter() - began, "busy": time.process_time() - busy}
        if what == "distance":
            found["fid"] = float(value)
    print(json.dumps(found))


def ours(threads: int) -> tuple[Callable, Callable]:
    import keras
    import tensorflow as tf

    from ganae_cli.features import inception
    from ganae_cli.features.pretrained import at_once, through
    from ganae_cli.metrics.distribution import frechet

    tf.config.threading.set_intra_op_parallelism_threads(threads)
    network = keras.applications.InceptionV3(weights=None, include_top=False, pooling="avg")
    forward = inception._compiled(network)
    return (
        lambda images: through(forward, images, at_once(images.shape[1:], inception.SIZE), lambda share: None),
        lambda real, samples: frechet.fid(samples, frechet.statistics(real)).value,
    )


def theirs(threads: int) -> tuple[Callable, Callable]:
    import torch
    from torch_fidelity import feature_extractor_inceptionv3 as extractor
    from torch_fidelity.metric_fid import fid_features_to_statistics, fid_statistics_to_metric

    torch.set_num_threads(threads)
    with tempfile.NamedTemporaryFile(suffix=".pth") as empty:
        torch.save({}, empty.name)

        class Random(extractor.FeatureExtractorInceptionV3):
            def load_state_dict(self, *args: object, **kwargs: object) -> None:
                """Keep the random weights."""

        network = Random("inception-v3-compat", ["2048"], feature_extractor_weights_path=empty.name)

    def features(images: np.ndarray) -> np.ndarray:
        parts = []
        with torch.no_grad():
            for i in range(0, len(images), BATCH):
                batch = np.ascontiguousarray(images[i : i + BATCH].transpose(0, 3, 1, 2))
                parts.append(network(torch.from_numpy(batch))[0].numpy())
        return np.concatenate(parts)

    def distance(real: np.ndarray, samples: np.ndarray) -> float:
        known = [fid_features_to_statistics(torch.from_numpy(rows)) for rows in (real, samples)]
        return fid_statistics_to_metric(*known, verbose=False)["frechet_inception_distance"]

    return features, distance


def lines(found: dict[str, list[dict]], images: int) -> list[str]:
    """Return medians and ratios in words."""
    told = []
    total: dict[str, dict[str, float]] = {}
    for name, rounds in found.items():
        total[name] = {}
        for kind in ("seconds", "busy"):
            features, distance = (
                statistics.median(one[what][kind] for one in rounds) for what in ("features", "distance")
            )
            total[name][kind] = features / images * ROWS + distance
            told.append(
                f"{name}, {kind}: {1000 * features / images:.0f} ms an image, {distance:.1f} for the distance; FID of "
                f"{ROWS:,} images {total[name][kind]:,.0f}"
            )
    for kind in ("seconds", "busy"):
        told.append(f"torch-fidelity / ganae, {kind}: {total['torch-fidelity'][kind] / total['ganae'][kind]:.2f}")
    return told


if __name__ == "__main__":
    main()

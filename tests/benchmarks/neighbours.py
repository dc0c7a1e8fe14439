"""Precision, recall, density and coverage, beside the package `prdc`: `python -m tests.benchmarks.neighbours`.

Both get the same rows, from a file, in a process of their own, and as many threads for products of matrices; they take
turns, so that a slower minute of the machine meets both. But `prdc` always starts eight threads more, and so it gets a
larger share where other programs run: there, compare the seconds of CPU. Ours also counts what clipped density and
clipped coverage need. Needs `prdc` 0.2, by the authors of density and coverage: `pip install prdc`.
"""

import argparse
import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

CONTENDERS = ("ganae", "prdc")
ROOT = Path(__file__).parents[2]
K = 5


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rows", type=int, default=10_000)
    parser.add_argument("--dimensions", type=int, default=2048)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--threads", type=int, default=os.cpu_count())
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        write_rows(Path(folder), given.rows, given.dimensions)
        found: dict[str, list[dict]] = {name: [] for name in CONTENDERS}
        for number in range(given.rounds):
            for name in CONTENDERS[:: 1 if number % 2 == 0 else -1]:
                found[name].append(run(name, folder, given.threads))
                print(number + 1, name, json.dumps(found[name][-1]), flush=True)
    print("\n".join(lines(found)))


def write_rows(folder: Path, rows: int, dimensions: int) -> None:
    """Write real rows and samples, float32: rectified, as the features of a network are, of 64 hidden numbers."""
    rng = np.random.default_rng(0)
    mixing = rng.normal(size=(64, dimensions)).astype(np.float32)
    for name, width in (("real", 1.0), ("samples", 0.9)):
        hidden = (width * rng.normal(size=(rows, 64))).astype(np.float32)
        np.save(
            folder / f"{name}.npy", np.maximum(hidden @ mixing + rng.normal(size=dimensions) * 0.1, 0, dtype=np.float32)
        )


def run(name: str, folder: str, threads: int) -> dict:
    """Measure one contender in a process of its own; return its seconds, memory and scores."""
    wanted = {f"{library}_NUM_THREADS": str(threads) for library in ("OMP", "OPENBLAS", "MKL")}
    words = [sys.executable, "-c", f"from {__spec__.name} import measure; measure({name!r}, {folder!r})"]
    done = subprocess.run(words, cwd=ROOT, env={**os.environ, **wanted}, capture_output=True, text=True)
    if done.returncode:
        sys.exit(f"{name} failed:\n{done.stderr[-2000:]}")
    return json.loads(done.stdout.splitlines()[-1])


def measure(name: str, folder: str) -> None:
    """Print seconds, those of the processor, memory in MB beyond rows and libraries, and scores, as JSON."""
    real, samples = (np.load(Path(folder) / f"{which}.npy") for which in ("real", "samples"))
    compute = ours if name == "ganae" else theirs
    compute(real[:100], samples[:100])  # imports, and starts threads
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    began, busy = time.perf_counter(), time.process_time()
    scores = compute(real, samples)
    seconds, busy = time.perf_counter() - began, time.process_time() - busy
    memory = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
    print(json.dumps({"seconds": seconds, "busy": busy, "memory": memory, "scores": scores}))


def ours(real: np.ndarray, samples: np.ndarray) -> dict[str, float]:
    from ganae_cli.metrics.distribution import density_coverage, precision_recall
    from ganae_cli.metrics.distribution.neighbourhoods import compare

    found = compare(real, samples, K)
    both = {**precision_recall.estimates(found), **density_coverage.estimates(found)}
    return {name: one.value for name, one in both.items()}


def theirs(real: np.ndarray, samples: np.ndarray) -> dict[str, float]:
    from prdc import compute_prdc

    return {name: float(value) for name, value in compute_prdc(real, samples, K).items()}


def lines(found: dict[str, list[dict]]) -> list[str]:
    """Return a line for each contender, medians over the rounds, and one for the ratios within each round."""
    written = [f"{'':8}{'seconds':>9}{'of CPU':>9}{'MB':>8}  scores"]
    for name, rounds in found.items():
        seconds, busy, memory = (statistics.median(one[key] for one in rounds) for key in ("seconds", "busy", "memory"))
        scores = ", ".join(f"{key} {value:.4f}" for key, value in rounds[0]["scores"].items())
        written.append(f"{name:8}{seconds:9.2f}{busy:9.2f}{memory:8.0f}  {scores}")
    for key, what in (("seconds", "seconds"), ("busy", "seconds of CPU")):
        ratios = [b[key] / a[key] for a, b in zip(found["ganae"], found["prdc"], strict=True)]
        middle, ends = statistics.median(ratios), f"{min(ratios):.2f} to {max(ratios):.2f}"
        written.append(f"prdc / ganae, {what}: {middle:.2f}, {ends} over {len(ratios)} rounds")
    apart = max(abs(found["ganae"][0]["scores"][name] - value) for name, value in found["prdc"][0]["scores"].items())
    return [*written, f"scores are {apart:.1e} apart at most"]


if __name__ == "__main__":
    main()

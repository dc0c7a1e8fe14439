"""The yardstick of training speed: one step of ganae against the same step in PyTorch, on the CPU.

    python -m tests.benchmarks.train_step [WORKLOAD …] [--rounds 5] [--seconds 10] [--contenders ganae,torch,…]

It needs the extra `bench` and a C++ compiler. Every contender of every round is a process of its own, and they take
turns, in the opposite order in every other round, so that a change of the machine's speed meets them all. Each is timed
for `--seconds` seconds after its first interval of steps. Columns, each a median over the rounds:

ms/step     median over intervals of steps; ganae's from its history.csv, as a user's run of `ganae train` writes it
images/s    rows of data that a step takes, of all its batches
GFLOP/s     of the convolutions and matrix products in ganae's graph of a step, for every contender alike: one that
            needs fewer is still credited with ganae's number
of peak     that, over the GFLOP/s of a product of 2048x2048 matrices measured in the same rounds
memory      largest resident set of the process
first step  how long it took: whatever compiles, compiles here; torch.compile with an empty cache
to its end  from starting the command to the end of the first step

Beside them is the ratio to ganae's time, taken in each round: median (smallest-largest). Nothing else should run. If
something must, set OMP_WAIT_POLICY=PASSIVE, or PyTorch's threads wait for one another by spinning.
"""

import argparse
import json
import sys
import tempfile
from dataclasses import asdict
from pathlib import Path

from tests.benchmarks import data, ganae_side
from tests.benchmarks.child import Child
from tests.benchmarks.table import Figures, lines
from tests.benchmarks.timing import Timed
from tests.benchmarks.workloads import WORKLOADS

SIDES = {"torch": "torch_side", "torch-compile": "torch_side", "keras-loop": "keras_side"}
CONTENDERS = ("ganae", *SIDES)
ONLY = {"keras-loop": "dcgan"}  # contenders that play one game


def main() -> None:
    options = _options()
    figures = []
    try:
        for name in options.workloads or WORKLOADS:
            figures.append(Figures(name, WORKLOADS[name]))
            _play(figures[-1], options)
    finally:  # what was measured before Ctrl-C is shown, too
        for found in figures:
            print("\n".join(lines(found, _contenders(found.name, options))))
        if options.out:
            Path(options.out).write_text(json.dumps([asdict(found) for found in figures], indent=1))


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser("python -m tests.benchmarks.train_step", description=__doc__.splitlines()[0])
    parser.add_argument(
        "workloads", nargs="*", metavar="WORKLOAD", help=f"{', '.join(WORKLOADS)}; all if none is named"
    )
    parser.add_argument("--rounds", type=int, default=5, help="how often each contender runs")
    parser.add_argument("--seconds", type=float, default=10.0, help="how long each is timed")
    parser.add_argument("--contenders", default=",".join(CONTENDERS), help="some of these, with commas between them")
    parser.add_argument("--out", metavar="FILE.json", help="where to write what every round found")
    options = parser.parse_args()
    options.contenders = options.contenders.split(",")
    for given, known in ((options.workloads, WORKLOADS), (options.contenders, CONTENDERS)):
        for name in set(given) - set(known):
            parser.error(f"no '{name}' here: choose from {', '.join(known)}")
    return options


def _contenders(workload: str, options: argparse.Namespace) -> list[str]:
    return [one for one in options.contenders if ONLY.get(one, workload) == workload]


def _play(figures: Figures, options: argparse.Namespace) -> None:
    """Run all rounds of a workload."""
    name, order = figures.name, _contenders(figures.name, options)
    with tempfile.TemporaryDirectory() as place:
        path = Path(place) / "data.npz"
        data.write(figures.workload, path)
        cost = _answer("step_cost", name)
        figures.flops, figures.parameters = cost.get("flops", 0), cost.get("parameters", 0)
        for number in range(options.rounds):
            figures.rounds.append({})
            peak = _answer("peak").get("gflops")
            figures.peaks += [peak] if peak else []
            for contender in order if number % 2 == 0 else reversed(order):
                timed = _run(figures, contender, path, options.seconds)
                figures.rounds[-1][contender] = timed
                found = timed.error or f"{timed.ms:.4g} ms/step"
                print(f"{name} round {number + 1} {contender}: {found}", file=sys.stderr, flush=True)


def _run(figures: Figures, contender: str, path: Path, seconds: float) -> Timed:
    """Run one contender once, in a new folder that is deleted afterwards."""
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        if contender == "ganae":
            return ganae_side.run(figures.workload, path, folder, seconds)
        words = [f"tests.benchmarks.{SIDES[contender]}", figures.name, contender, str(path), str(seconds)]
        child = Child(words, folder, TORCHINDUCTOR_CACHE_DIR=str(folder / "compiled"))
        ended = child.wait()
        if ended.code != 0:
            return Timed(error=ended.last_words)
        return Timed(**json.loads(ended.output.splitlines()[-1]) | {"memory": ended.memory})


def _answer(module: str, *words: str) -> dict:
    """Return what a module prints, or {} if it fails, with a message: the times do not depend on it."""
    with tempfile.TemporaryDirectory() as place:
        ended = Child([f"tests.benchmarks.{module}", *words], Path(place)).wait()
    if ended.code != 0:
        print(f"{module} {' '.join(words)}: {ended.last_words}", file=sys.stderr, flush=True)
        return {}
    return json.loads(ended.output.splitlines()[-1])


if __name__ == "__main__":
    main()

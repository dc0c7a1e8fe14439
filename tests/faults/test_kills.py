"""A run that is killed at any moment, and resumed, equals one that was not: bit for bit, and file for file.

The fast version kills a run at the most telling points. The slow one (`pytest -m slow -s tests/faults/test_kills.py`,
15 minutes on two cores, over 100 kills) kills a run before or within every kind of file event that it has, then again
at events of a resumed run, and then at a random byte or moment.
"""

import random
import re

import pytest

from tests.faults import runs
from tests.faults.compare import differences
from tests.faults.harness import Trial

SEED = 14
AGAIN = (  # how a resumed run is killed, in turn: at what only a resumed run does, and at its end
    {"match": r"rename .*environment\.json$"},
    {"match": r"rename .*history\.csv$"},  # cut
    {"match": r"open history\.csv$", "torn": 30},
    {"match": r"open checkpoints/.*\.weights\.h5$", "torn": 3000},
    {"match": r"remove checkpoints/step-\d+\.weights\.h5$"},
    {"match": r"open .*\.npz$", "torn": 300},
)


def chosen(events: list[str], dice: random.Random) -> list[int]:
    """Return one event of each kind, by its number: what is done to which file, before or after the last checkpoint."""
    last = max(number for number, event in enumerate(events) if re.search(r" checkpoints/step-\d+\.json$", event))
    kinds: dict[tuple[str, bool], list[int]] = {}
    for number, event in enumerate(events):
        kinds.setdefault((kind_of(event, events[number + 1 :]), number > last), []).append(number)
    return sorted(dice.choice(numbers) for numbers in kinds.values())


def kind_of(event: str, later: list[str]) -> str:
    """Return what is done to which file; a temporary file is named by the one whose place it takes later."""
    verb, _, path = event.partition(" ")
    path = path.rpartition(" ")[2]
    if verb == "open":
        path = next((line.rpartition(" ")[2] for line in later if line.startswith(f"os.rename {path} ")), path)
    return re.sub(r"\d+", "N", f"{verb} {path}")


def test_the_kind_of_an_event():
    later = ["os.remove x", "os.rename .tmp-00ff.json status.json"]
    assert kind_of("open .tmp-00ff.json", later) == "open status.json"
    assert kind_of(later[1], []) == "os.rename status.json"
    assert kind_of("open samples/step-00000009.png", later) == "open samples/step-N.png"


def test_killed_at_the_most_telling_points(forker, tmp_path):
    words = (*runs.AUTOENCODER, runs.PLAIN)
    whole = Trial(forker, words, tmp_path / "whole")
    whole.finish()
    run = Trial(forker, words, tmp_path / "run")
    assert run.killed(match=r"open history\.csv$", torn=10)  # within its header
    assert run.killed(match=r"open checkpoints/.*\.weights\.h5$", torn=5000)
    assert run.killed(match=r"rename .*step-00000014\.json$")  # weights without a JSON file
    assert run.killed(match=r"open history\.csv$", torn=30)  # of step 12, again
    assert run.killed(match=r"rename .*history\.csv$")  # the cut of the torn row
    assert run.killed(match=r"remove checkpoints/step-00000028\.weights\.h5$")  # in pruning, after the last step
    assert run.killed(match=r"open .*\.npz$", torn=500)  # of the sampler
    assert run.killed(match=r"rename .*status\.json$")  # before `running`
    run.finish()
    assert differences(whole.path, run.path) == [], run.deaths


KINDS = {
    "gan": (*runs.GAN, runs.PLAIN),
    "autoencoder": (*runs.AUTOENCODER, runs.PLAIN),
    "gan in blocks of steps": (*runs.GAN, "train.log_every=8", "train.checkpoint_every=8", "train.sample_every=12"),
    "gan on two devices": (*runs.GAN, runs.PLAIN, "hardware.devices=2", "hardware.strategy=mirrored"),
}


@pytest.mark.slow
@pytest.mark.parametrize("kind", KINDS)
def test_killed_everywhere(forker, tmp_path, kind):
    dice = random.Random(f"{SEED} {kind}")
    whole = Trial(forker, KINDS[kind], tmp_path / "whole")
    points = chosen(whole.events(), dice)
    if kind.startswith("gan "):
        points = sorted(dice.sample(points, 8))
    found = {}
    deaths = []
    for number, at in enumerate(points):
        run = Trial(forker, KINDS[kind], tmp_path / f"run-{at}")
        try:
            run.killed(at=at, **({"torn": dice.randrange(100)} if number % 2 else {}))
            run.killed(**AGAIN[number % len(AGAIN)])
            if number % 2:
                run.killed(size=dice.choice([200, 2000, 20_000, 60_000]))
            else:
                run.killed_after(dice.uniform(0.1, 3))
            run.finish()
            different = differences(whole.path, run.path)
        except AssertionError as error:
            different = [str(error)]
        deaths += run.deaths
        print(f"{kind}: {run.deaths}: {different or 'equal'}", flush=True)
        found |= {str(run.deaths): different} if different else {}
    print(f"{kind}: {len(deaths)} kills", flush=True)
    assert len(deaths) >= len(points)
    assert not found

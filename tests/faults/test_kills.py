"""A run that is killed at any moment, and resumed, equals one that was not: bit for bit, and file for file.

The fast version kills a run at the most telling points. The slow one (`pytest -m slow tests/faults/test_kills.py`, 15
minutes on two cores, over 100 kills) kills it at every kind of file event that it has, then again at events of a
resumed run, and then at a random byte or moment.
"""

import random
import re

import pytest

from tests.faults import runs
from tests.faults.harness import Trial, differences

SEED = 14
RESUMED = (  # events that only a resumed run has, or the end of a run
    r"open .*environment\.json",
    r"rename .*environment\.json",
    r"open .*history\.csv",
    r"rename .*history\.csv",
    r"open .*config\.yaml",
    r"remove checkpoints",
    r"open .*checkpoints",
    r"open .*status\.json",
)


def chosen(events: list[str], dice: random.Random) -> list[int]:
    """Return one event of each kind, by its number: what is done to which file, before or after the last step."""
    last = max(number for number, event in enumerate(events) if re.search(r"rename .*checkpoints/.*\.json$", event))
    kinds: dict[tuple[str, bool], list[int]] = {}
    for number, event in enumerate(events):
        kinds.setdefault((re.sub(r"\.tmp-\w+-|\d+", "", event), number > last), []).append(number)
    return sorted(dice.choice(numbers) for numbers in kinds.values())


def test_killed_at_the_most_telling_points(forker, tmp_path):
    words = (*runs.AUTOENCODER, runs.PLAIN)
    whole = Trial(forker, words, tmp_path / "whole")
    whole.finish()
    run = Trial(forker, words, tmp_path / "run")
    assert run.killed(match=r"rename .*step-00000014\.json$")  # weights without a JSON file
    assert run.killed(match=r"open history\.csv", torn=30)  # of step 12, again
    assert run.killed(match=r"rename .*history\.csv$")  # the cut of the torn row
    assert run.killed(match=r"remove checkpoints/step-00000028\.weights\.h5")  # in pruning, after the last step
    assert run.killed(match=r"open .*sampler", torn=500)
    assert run.killed(match=r"rename .*status\.json$")  # before `running`, and so
    run.finish()
    assert differences(whole.path, run.path) == [], run.deaths


KINDS = {
    "gan": (*runs.GAN, runs.PLAIN),
    "autoencoder": (*runs.AUTOENCODER, runs.PLAIN),
    "gan in blocks of steps": (*runs.GAN, "train.log_every=8", "train.checkpoint_every=8", "train.sample_every=12"),
    "gan on two devices": (*runs.GAN, runs.PLAIN, "hardware.devices=2"),
}


@pytest.mark.slow
@pytest.mark.parametrize("kind", KINDS)
def test_killed_everywhere(forker, tmp_path, kind):
    dice = random.Random(f"{SEED} {kind}")
    whole = Trial(forker, KINDS[kind], tmp_path / "whole")
    events = whole.events()
    (tmp_path / "events.txt").write_text("\n".join(events))
    points = chosen(events, dice)
    if kind.startswith("gan "):
        points = dice.sample(points, 8)
    found, deaths = {}, 0
    for number, at in enumerate(points):
        run = Trial(forker, KINDS[kind], tmp_path / f"run-{at}")
        assert run.killed(at=at, **({"torn": dice.randrange(100)} if number % 2 else {}))
        run.killed(
            match=RESUMED[number % len(RESUMED)], **({"torn": dice.randrange(100)} if dice.random() < 0.5 else {})
        )
        if number % 2:
            run.killed(size=dice.choice([100, 1000, 5000, 20_000]))
        else:
            run.killed_after(dice.uniform(0.1, 3))
        run.finish()
        deaths += len(run.deaths)
        different = differences(whole.path, run.path)
        print(f"{kind}: {run.deaths}: {different or 'equal'}", flush=True)
        if different:
            found[str(run.deaths)] = different
    print(f"{kind}: {deaths} kills")
    assert not found

"""What to type next, by what is left of a run."""

from collections import Counter

import pytest
from omegaconf import OmegaConf

from ganae_cli.doctor import advice
from ganae_cli.doctor.survey import Survey
from ganae_cli.storage.run_folder import RunFolder
from ganae_cli.sweeps import jobs
from ganae_cli.sweeps.sweep_file import SweepFile


@pytest.fixture
def folder(tmp_path):
    made = RunFolder(tmp_path)
    made.config.write_text("model: {name: gan}\ntrain: {steps: 20}\n")
    return made


def test_by_checkpoints(folder):
    resume = f"ganae resume {folder.path}"
    assert advice.of_run(folder) == f"go on from step 0: {resume}"
    for step in (10, 20):
        folder.checkpoints.add(step, lambda path: path.write_bytes(b"weights"))
    assert advice.of_run(folder) == f"measure it: {resume}"
    folder.write_status("done")
    assert advice.of_run(folder) == f"it is done: ganae sample {folder.path}"
    newest, older = folder.checkpoints.list()
    newest.weights.write_bytes(b"")
    assert advice.of_run(folder) == f"go on from step 10: {resume}"
    older.weights.write_bytes(b"")
    assert advice.of_run(folder).startswith("nothing to go on from")
    folder.config.write_text("- 1\n")
    assert advice.of_run(folder) == f"mend {folder.config}, then: ganae doctor {folder.path}"


def test_of_a_sweep(tmp_path):
    config = OmegaConf.create({"model": {"name": "gan"}, "train": {"steps": 9}})
    jobs.prepare(tmp_path / "s", [(["model=gan"], config)] * 2)
    assert advice.of_sweep(tmp_path / "s").endswith(f"unfinished jobs: ganae resume {tmp_path / 's'}")
    for job in "01":
        RunFolder(tmp_path / "s" / job).write_status("done")
    assert advice.of_sweep(tmp_path / "s") == f"every job is done: {tmp_path / 's' / 'results.csv'}"
    RunFolder(tmp_path / "s" / "1").write_status("interrupted", stopped_by="stop_when")
    assert advice.of_sweep(tmp_path / "s") == f"every job is done: {tmp_path / 's' / 'results.csv'}"
    (tmp_path / "s" / "1" / "config.yaml").unlink()
    assert advice.of_sweep(tmp_path / "s").endswith(f"ganae resume {tmp_path / 's'}")


def test_of_a_study(tmp_path):
    """A trial has ended that has a value, was pruned or failed; one that a signal stopped goes on."""
    SweepFile.write(tmp_path, [["seed=0"], ["seed=1"]], ["seed"])
    for number, facts in enumerate([{"state": "done"}, {"state": "interrupted", "stopped_by": "SIGINT"}]):
        folder = RunFolder(tmp_path / str(number))
        folder.path.mkdir()
        folder.config.write_text("seed: 0\n")
        folder.write_status(**facts)
    resume = f"ganae resume {tmp_path}"
    assert advice.of_study(tmp_path, 2) == f"1 of 2 trials have ended; train the others: {resume}"
    for facts in ({"state": "failed"}, *({"state": "interrupted", "stopped_by": by} for by in ("pruner", "stop_when"))):
        folder.write_status(**facts)
        said = f"all 2 trials have ended: {tmp_path / 'results.csv'}; for more: {resume} tune.trials=N"
        assert advice.of_study(tmp_path, 2) == said
    assert advice.of_study(tmp_path, 3).startswith("2 of 3 trials")


GIVEN = ["dataset=image_folder", "dataset.path=my pets", "dataset.image_size=1000"]


@pytest.mark.parametrize(
    ("facts", "words"),
    [
        ({"image_size": (1000, 1000)}, "dataset.image_size=64"),
        ({"image_size": (64, 64)}, "dataset.image_size=1000"),
        ({"refused": ["sizes"], "faults": {"a": "empty"}}, "dataset.image_size=64 dataset.skip_unreadable=true"),
        ({"image_size": (64, 64), "faults": {"a": "empty"}, "skips": True}, "dataset.image_size=1000"),
        ({"image_size": (64, 64), "batch_size": 2, "splits": {"train": 2}}, "dataset.image_size=1000"),
        (
            {"image_size": (64, 64), "batch_size": 3, "splits": {"train": 2}},
            "dataset.image_size=1000 train.batch_size=2",
        ),
    ],
)
def test_of_data(facts, words):
    """Settings that are suggested take the place of those with which the pictures were looked at."""
    settings = frozenset({"image_size", "skip_unreadable"})
    sizes = Counter({(100, 100): 2, (90, 90): 1})
    found = Survey("own", names=["x"] * 3, sizes=sizes, channels=3, settings=settings, **facts)
    assert advice.of_data(found, GIVEN) == ["dataset=image_folder", "dataset.path=my pets", *words.split()]


def test_no_setting_mends_it():
    sizes = Counter({(64, 64): 1})
    assert not advice.of_data(Survey("own"), GIVEN), "no picture at all"
    one = Survey("own", names=["x"], sizes=sizes, image_size=(64, 64), refused=["has one picture"])
    assert not advice.of_data(one, GIVEN)

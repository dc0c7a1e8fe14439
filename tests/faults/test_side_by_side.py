"""Processes that use one run folder at the same time."""

import os
import signal

import pytest

from ganae_cli.storage.run_folder import RunFolder
from tests.faults import runs
from tests.faults.compare import differences
from tests.faults.harness import Trial, is_alive

WORDS = (*runs.GAN, runs.PLAIN)


@pytest.fixture(scope="module")
def whole(forker, tmp_path_factory):
    run = Trial(forker, WORDS, tmp_path_factory.mktemp("whole") / "run")
    run.finish()
    return run.path


def test_second_resume_is_refused_while_it_trains(forker, whole, tmp_path):
    run = Trial(forker, WORDS, tmp_path / "run")
    log = tmp_path / "second.log"
    for _ in run.paused(r"remove checkpoints/step-00000014\.json$"):
        owner = RunFolder(run.path).status()["pid"]
        for words in (("resume", str(run.path)), ("train", *WORDS, f"hydra.run.dir={run.path}")):
            log.write_text("")
            assert forker.run(*words, log=log) == 2
            lines = [line for line in log.read_text().splitlines() if line.startswith("ganae: error: ")]
            assert len(lines) == 1
            assert f"in use by process {owner} on " in lines[0] or "already holds a run" in lines[0]
    assert run.code == 0, run.printed()
    assert differences(whole, run.path) == []


@pytest.mark.slow
@pytest.mark.parametrize("attempt", range(4))
def test_two_at_once(forker, whole, tmp_path, attempt):
    """Of two that begin in one fresh folder, and of two that go on, one is refused and the other is not disturbed."""
    both = [Trial(forker, WORDS, tmp_path / "run") for _ in range(2)]
    both[1].starts = 100  # files of its own beside the folder
    if attempt % 2:
        assert both[0].killed(match=r"remove checkpoints/step-00000014\.json$")
    numbers = [one.start() for one in both]
    codes = [forker.wait(number) for number in numbers]
    assert sorted(codes) == [0, 2], [one.printed() for one in both]
    assert differences(whole, both[0].path) == []


@pytest.mark.slow
def test_sampling_while_checkpoints_are_pruned(forker, tmp_path):
    """One checkpoint at every step, of which one is kept: each is gone before it has been read."""
    every = ("train.steps=1500", "train.checkpoint_every=1", "train.keep=1", "train.log_every=100")
    run = Trial(forker, (*WORDS, *every, "train.sample_every=100000"), tmp_path / "run")
    pid = run.start()
    while not RunFolder(run.path).checkpoints.list():
        assert is_alive(pid), run.printed()
    for number in range(4):
        log = tmp_path / f"{number}.log"
        code = forker.run("sample", str(run.path), "--count", "4", "--out", str(tmp_path / f"{number}.npz"), log=log)
        assert code == 0, log.read_text()
    assert is_alive(pid), "the run ended too soon to prove anything"
    os.kill(pid, signal.SIGTERM)
    assert forker.wait(pid) == 128 + signal.SIGTERM

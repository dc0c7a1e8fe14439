"""What is written down and said when another worker is gone; how a worker leaves."""

from types import SimpleNamespace

import pytest

from ganae_cli.errors import UserError
from ganae_cli.runtime.workers.watch import DONE, FAILED, STOPPED, Lost, WorkerLost
from ganae_cli.storage.run_folder import RunFolder
from ganae_cli.training import lost_worker

LOST = Lost(2, "worker 2 (c:1)", "was lost: its process was killed, or its machine is gone")


def worker(path, lost=None, is_chief=True):
    """Return a run of several workers; `.left` are the words with which this one has left."""
    left = []
    watch = SimpleNamespace(lost=lost, word=DONE, leave=left.append, give_up=None)
    session = SimpleNamespace(watch=watch, is_chief=is_chief, lost=lambda: WorkerLost(lost) if lost else None)
    return SimpleNamespace(setup=SimpleNamespace(session=session), folder=RunFolder(path), left=left)


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "config.yaml").write_text("seed: 0\n")
    RunFolder(tmp_path).write_status("running", step=310, error=None)
    return tmp_path


def test_the_chief_writes_that_the_run_was_interrupted(folder, capsys):
    run = worker(folder, LOST)
    RunFolder(folder).checkpoints.add(200, lambda path: path.write_bytes(b"weights"))
    assert lost_worker.recorded(run) == 1
    status = RunFolder(folder).status()
    assert (status["state"], status["step"], status["stopped_by"]) == ("interrupted", 200, "lost worker")
    assert status["error"] == str(LOST)
    said = " ".join(capsys.readouterr().err.split())
    assert said.startswith(
        f"ganae: error: {LOST}; the newest checkpoint is of step 200; go on, with as many workers as"
    )
    assert said.endswith(f"`ganae resume {folder}`")


def test_another_worker_writes_nothing(folder, capsys):
    assert lost_worker.recorded(worker(folder, LOST, is_chief=False)) == 1
    assert RunFolder(folder).status()["state"] == "running"
    assert "ganae: error: worker 2 (c:1) was lost" in capsys.readouterr().err


def test_a_run_without_a_checkpoint(folder, capsys):
    lost_worker.recorded(worker(folder), LOST)
    assert RunFolder(folder).status()["step"] == 0
    assert "it has no checkpoint yet" in " ".join(capsys.readouterr().err.split())


def test_the_watch_records_the_same_where_tensorflow_does_not_return(folder):
    run = worker(folder)
    lost_worker.give_up_in(run)
    run.setup.session.watch.give_up(LOST)
    assert RunFolder(folder).status()["stopped_by"] == "lost worker"


@pytest.mark.parametrize(
    ("error", "lost", "raised", "word"),
    [
        (None, None, None, DONE),
        (UserError("no such file"), None, UserError, FAILED),
        (UserError("no such file"), LOST, UserError, FAILED),
        (KeyboardInterrupt(), None, KeyboardInterrupt, STOPPED),
        (SystemExit(143), None, SystemExit, STOPPED),
        (RuntimeError("Collective ops is aborted"), LOST, WorkerLost, FAILED),
        (RuntimeError("a bug"), None, RuntimeError, FAILED),
    ],
)
def test_how_a_worker_leaves(folder, error, lost, raised, word):
    run = worker(folder, lost)

    def end():
        with lost_worker.watched(run.setup.session):
            if error:
                raise error

    if raised:
        with pytest.raises(raised):
            end()
    else:
        end()
    assert run.left == [word]


def test_a_failure_that_only_one_worker_has_met_is_told_to_the_others(folder):
    """Such as a full disk, which the chief alone writes to."""
    run = worker(folder)
    with lost_worker.watched(run.setup.session):
        assert lost_worker.told(run.setup.session, 143) == 143
        assert lost_worker.told(run.setup.session, 1) == 1
    assert run.left == [FAILED]


def test_a_loss_before_the_training(folder, capsys):
    def train():
        raise WorkerLost(LOST)

    assert lost_worker.said(train, folder) == (1, folder)
    assert "before the training went on" in " ".join(capsys.readouterr().err.split())
    assert lost_worker.said(lambda: (0, folder), folder) == (0, folder)

"""A run whose disk fills up, or goes away: one line, the last good checkpoint stays, and with room it goes on."""

import os
import shutil
from pathlib import Path

import pytest

from ganae_cli.storage.run_folder import RunFolder
from tests.faults import runs
from tests.faults.compare import differences
from tests.faults.harness import Trial
from tests.small_disk import mounted

GAN, AUTOENCODER = (*runs.GAN, runs.PLAIN), (*runs.AUTOENCODER, runs.PLAIN)
AT = {  # what cannot be written -> the event before it
    "checkpoint": r"open checkpoints/\S+\.weights\.h5$",
    "checkpoint's facts": r"rename .*checkpoints/step-\d+\.weights\.h5$",
    "history": r"open history\.csv$",
    "status": r"open history\.csv\nopen \S+\.json$",
    "samples": r"open samples/\S+\.png$",
    "TensorBoard events": r"rename .*samples/step-00000018\.png$",
    "sampler": r"open \S+\.npz$",
}


@pytest.fixture(scope="module")
def whole(forker, tmp_path_factory):
    """Return the run that nothing happens to, by its words."""
    done = {}

    def trained(words):
        if words not in done:
            done[words] = Trial(forker, words, tmp_path_factory.mktemp("whole") / "run")
            done[words].finish()
        return done[words].path

    return trained


@pytest.fixture
def disk(tmp_path):
    with mounted(tmp_path / "disk") as made:
        yield made


def assert_one_line(run: Trial, path: str) -> None:
    """The command failed with one line that names a path, and without a traceback; no checkpoint is damaged."""
    assert run.code == 1, run.printed()
    errors = [line for line in run.printed().splitlines() if "error" in line.lower()]
    assert len(errors) == 1, run.printed()
    assert errors[0].startswith("ganae: error: cannot write ")
    assert path in errors[0]
    assert "Traceback" not in run.printed()
    folder = RunFolder(run.path)
    assert all(checkpoint.is_whole() for checkpoint in folder.checkpoints.list())
    assert folder.state() in ("failed", "interrupted")
    assert not list(run.path.rglob(".tmp-*"))


def test_no_room_for_a_checkpoint(forker, whole, tmp_path):
    """Without a disk of its own: the kernel refuses files of more than 20 kB, and the weights have 48 kB."""
    run = Trial(forker, GAN, tmp_path / "run")
    run.code = run.run(size=20_000)
    assert_one_line(run, "step-00000007.weights.h5")
    assert RunFolder(run.path).status()["state"] == "failed"
    run.finish()
    assert differences(whole(GAN), run.path) == []


@pytest.mark.slow
@pytest.mark.parametrize("what", AT)
def test_full_disk_stops_the_run(forker, whole, disk, tmp_path, what):
    words = AUTOENCODER if what == "sampler" else GAN
    run = Trial(forker, words, disk.path / "run", tmp_path)
    for _ in run.paused(AT[what]):
        disk.fill()
    assert_one_line(run, str(run.path))
    assert "no space left" in run.printed()
    disk.empty()
    run.finish()
    assert differences(whole(words), run.path) == []


@pytest.mark.slow
@pytest.mark.parametrize("what", AT)
def test_full_disk_for_a_while(forker, whole, disk, tmp_path, what):
    """With train.on_write_error=continue the run goes on, and what can be written later is."""
    if what == "sampler":
        pytest.skip("there is nothing to go on with")
    words = (*GAN, "train.on_write_error=continue")
    run = Trial(forker, words, disk.path / "run", tmp_path)
    for number in run.paused(AT[what], r"mkdir samples$"):
        disk.empty() if number else disk.fill()
    assert run.code == 0, run.printed()
    warnings = [line for line in run.printed().splitlines() if "cannot write" in line]
    assert warnings
    assert len(warnings) == len(set(warnings))
    different = [line for line in differences(whole(words), run.path) if not line.startswith(("samples", "files"))]
    assert different == []


@pytest.mark.slow
@pytest.mark.parametrize("what", ["checkpoint", "history", "samples", "status"])
def test_permission_lost(forker, whole, tmp_path, what):
    run = Trial(forker, GAN, tmp_path / "run")
    for _ in run.paused(AT[what], obeys=True):
        close(run.path, 0o555, 0o444)
    assert_one_line(run, str(run.path))
    assert "ermission denied" in run.printed()
    close(run.path, 0o755, 0o644)
    assert run.run(obeys=True) == 0, run.printed()
    assert differences(whole(GAN), run.path) == []


def close(run: Path, folders: int, files: int) -> None:
    """Set the modes of a run's folders and files."""
    for path in (run, *run.rglob("*")):
        path.chmod(folders if path.is_dir() else files)


@pytest.mark.slow
def test_read_only(forker, whole, disk, tmp_path):
    """To go on in a folder that cannot be written is refused with one line, and changes nothing."""
    run = Trial(forker, GAN, disk.path / "run", tmp_path)
    assert run.killed(match=AT["status"])
    disk.remount("ro")
    before = {path: path.stat().st_mtime_ns for path in run.path.rglob("*")}
    assert run.run() in (1, 2)
    lines = [line for line in run.printed().splitlines() if line.startswith("ganae: error: ")]
    assert len(lines) == 1
    assert "read-only" in lines[0].lower()
    assert str(run.path) in lines[0]
    assert "Traceback" not in run.printed()
    assert {path: path.stat().st_mtime_ns for path in run.path.rglob("*")} == before
    disk.remount("rw")
    run.finish()
    assert differences(whole(GAN), run.path) == []


@pytest.mark.slow
@pytest.mark.parametrize("what", ["checkpoint", "history", "samples", "status"])
def test_deleted_folder(forker, tmp_path, what):
    run = Trial(forker, GAN, tmp_path / "run")
    for _ in run.paused(AT[what]):
        shutil.rmtree(run.path)
    assert run.code == 1, run.printed()
    lines = [line for line in run.printed().splitlines() if line.startswith("ganae: error: ")]
    assert len(lines) == 1, run.printed()
    assert str(run.path) in lines[0]
    assert "Traceback" not in run.printed()
    assert not run.path.exists()


@pytest.mark.slow
def test_clock_moved(forker, whole, tmp_path):
    """A run whose files are of another century goes on: clocks of files decide nothing."""
    for name, seconds in (("past", 0), ("future", 4_000_000_000)):
        run = Trial(forker, GAN, tmp_path / name)
        assert run.killed(match=AT["samples"])
        for path in (run.path, *run.path.rglob("*")):
            os.utime(path, (seconds, seconds))
        run.finish()
        assert differences(whole(GAN), run.path) == []

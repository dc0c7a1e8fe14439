"""The cache of compiled programs: read back they are the same, and no fault of the cache ends a run."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from ganae_cli.errors import UserError
from ganae_cli.runtime import kept_programs, xla_cache
from ganae_cli.storage.run_folder import RunFolder

WORDS = ("model=gan", "train.steps=4", "train.batch_size=16", "train.log_every=2", "hardware.threads=1")
CAN_MOUNT = (
    sys.platform == "linux"
    and subprocess.run(["unshare", "-rm", "true"], capture_output=True, timeout=20, check=False).returncode == 0
)


@pytest.fixture
def train(tmp_path):
    def train(name: str):
        command = [sys.executable, "-m", "ganae_cli", "train", *WORDS, f"hydra.run.dir={tmp_path / name}"]
        environ = {**os.environ, "GANAE_XLA_CACHE": str(tmp_path / "cache")}
        run = subprocess.run(command, env=environ, capture_output=True, text=True, timeout=300)
        return run, RunFolder(tmp_path / name)

    return train


def digest(folder: RunFolder) -> list[str]:
    """Return the history without its columns of time."""
    return [json.dumps({k: v for k, v in row.items() if "second" not in k}) for row in folder.history.read()]


def programs(tmp_path) -> list[Path]:
    return sorted((tmp_path / "cache").rglob("*.pb"))


@pytest.mark.slow
def test_a_program_is_written_once_and_read_back_and_no_fault_of_it_ends_a_run(train, tmp_path):
    first, one = train("one")
    assert first.returncode == 0, first.stderr
    kept = {path: path.stat().st_mtime_ns for path in programs(tmp_path)}
    assert kept
    second, other = train("other")
    assert second.returncode == 0, second.stderr
    assert {path: path.stat().st_mtime_ns for path in programs(tmp_path)} == kept
    assert digest(one) == digest(other)

    for path in kept:  # as after a power cut
        path.write_bytes(b"")
    third, folder = train("third")
    assert third.returncode == 0, third.stderr
    assert "warning: 1 kept program in " in third.stderr
    assert digest(folder) == digest(one)

    for path in programs(tmp_path):  # its checksum is right, and TensorFlow refuses it all the same
        path.write_bytes(path.read_bytes()[:1000])
        path.with_name(f"{path.name}.sha256").write_text(kept_programs.checksum(path))
    fourth, folder = train("fourth")
    assert fourth.returncode == 0, fourth.stderr
    assert "are thrown away; going on without a cache of compiled programs" in fourth.stderr
    assert fourth.stdout == f"{folder.path}\n"
    assert folder.status()["state"] == "done"
    assert digest(folder) == digest(one)
    assert not programs(tmp_path)


def turned_on(threads: int = 1) -> Path | None:
    with xla_cache.keep_programs(threads) as folder:
        return folder


def test_different_machines_have_folders_of_their_own(tmp_path, monkeypatch):
    monkeypatch.setenv("GANAE_XLA_CACHE", str(tmp_path))
    folders = set()
    for threads, flags in ((1, ""), (2, ""), (1, "--xla_cpu_prefer_vector_width=256")):
        monkeypatch.setenv("TF_XLA_FLAGS", "")
        monkeypatch.setenv("XLA_FLAGS", flags)
        folders.add(turned_on(threads))
    assert len(folders) == 3
    assert all(folder.parent == tmp_path for folder in folders)
    monkeypatch.setenv(
        "HOME", str(tmp_path)
    )  # as a shell does not, where the variable is set in quotes or by a service
    monkeypatch.setenv("GANAE_XLA_CACHE", "~/programs")
    monkeypatch.setenv("TF_XLA_FLAGS", "")
    assert turned_on().parent == tmp_path / "programs"


@pytest.mark.parametrize("given", ["off", "with a space"])
def test_no_cache_where_it_is_off_or_cannot_be(tmp_path, monkeypatch, given):
    monkeypatch.setenv("GANAE_XLA_CACHE", given)
    monkeypatch.setenv("TF_XLA_FLAGS", "--tf_xla_clustering_debug")
    assert turned_on() is None
    assert os.environ["TF_XLA_FLAGS"] == "--tf_xla_clustering_debug"
    assert not xla_cache.forget()


def test_no_cache_without_a_home_folder(tmp_path, monkeypatch):
    monkeypatch.delenv("GANAE_XLA_CACHE", raising=False)
    monkeypatch.delenv("XDG_CACHE_HOME", raising=False)
    monkeypatch.setenv("TF_XLA_FLAGS", "")
    (tmp_path / "file").touch()
    monkeypatch.setenv("HOME", str(tmp_path / "file"))  # below a file no folder can be made
    assert turned_on() is None
    assert os.environ["TF_XLA_FLAGS"] == ""


@pytest.fixture
def cache(tmp_path, monkeypatch) -> Path:
    monkeypatch.setenv("GANAE_XLA_CACHE", str(tmp_path))
    monkeypatch.setenv("TF_XLA_FLAGS", "--tf_xla_clustering_debug")
    tmp_path.chmod(0o700)
    return tmp_path


def spoil(cache: Path, fault: str) -> None:
    if fault == "is not a folder":
        cache.rmdir()
        cache.touch()
    if fault == "others can write to":
        cache.chmod(0o770)
    if fault == "belongs to another user":
        os.chown(cache, 1234, -1)


FAULTS = ["is not a folder", "others can write to", "belongs to another user"]


@pytest.mark.parametrize("fault", FAULTS)
def test_a_cache_that_others_may_have_written_is_not_used(cache, fault, capsys):
    if fault == FAULTS[2] and os.geteuid() != 0:
        pytest.skip("only root can give a folder away")
    spoil(cache, fault)
    assert turned_on() is None
    assert os.environ["TF_XLA_FLAGS"] == "--tf_xla_clustering_debug"
    said = capsys.readouterr().err
    assert said.startswith("ganae: warning: no cache of compiled programs: ")
    assert fault in said or "File exists" in said
    assert "GANAE_XLA_CACHE names another folder, or is off" in said


def test_a_disk_without_room_is_not_used(cache, monkeypatch, capsys):
    monkeypatch.setattr(xla_cache, "LEAST_FREE", 10**18)
    assert turned_on() is None
    assert "free, and 1,000,000,000.0 GB are needed" in capsys.readouterr().err


@pytest.mark.skipif(not CAN_MOUNT, reason="needs a mount of its own")
@pytest.mark.parametrize(("options", "said"), [("ro", "Read-only file system"), ("size=8k", "No space left")])
def test_a_disk_that_takes_nothing_is_not_used(tmp_path, options, said):
    """A real small or read-only disk, below which the folder of this machine exists already."""
    code = "from ganae_cli.runtime import xla_cache as x\nwith x.keep_programs(1) as found: print(found)"
    shell = (
        f'mount -t tmpfs -o {options},mode=700 tmpfs "$1" && (head -c 9000 /dev/zero > "$1/full"; exec "$2" -c "$3")'
    )
    command = ["unshare", "-rm", "sh", "-c", shell, "sh", str(tmp_path), sys.executable, code]
    run = subprocess.run(
        command, env={**os.environ, "GANAE_XLA_CACHE": str(tmp_path)}, capture_output=True, text=True, timeout=60
    )
    assert run.stdout == "None\n", run.stderr
    assert f"{tmp_path}: {said}" in run.stderr


def blame(error: Exception, is_first_step: bool = True, **options) -> None:
    with xla_cache.blamed(lambda: is_first_step, **options):
        raise error


@pytest.mark.parametrize(
    ("error", "is_first_step", "is_to_blame"),
    [
        (RuntimeError("training ended at step 0"), True, True),
        (RuntimeError("training ended at step 7"), False, False),
        (ValueError("a bug"), True, False),
        (UserError("refused"), True, False),
        (RuntimeError("OOM when allocating tensor"), True, False),
        (RuntimeError("failed to allocate memory"), True, False),
        (OSError("FOLDER/xla_compile_cache__1.pb; No space left on device"), False, True),
    ],
)
def test_which_errors_the_cache_may_have_caused(cache, error, is_first_step, is_to_blame):
    folder = turned_on()
    error.args = (str(error).replace("FOLDER", str(folder)),)
    with pytest.raises(xla_cache.CacheFault if is_to_blame else type(error)):
        blame(error, is_first_step)
    assert folder.exists() is not is_to_blame


def test_one_of_several_workers_keeps_its_error(cache):
    folder = turned_on()
    with pytest.raises(RuntimeError, match="ended") as caught:
        blame(RuntimeError("training ended"), can_start_again=False)
    assert type(caught.value) is RuntimeError
    assert "thrown away: try again" in caught.value.__notes__[0]
    assert not folder.exists()


def test_without_a_cache_nothing_is_blamed(monkeypatch):
    monkeypatch.setenv("TF_XLA_FLAGS", "")
    with pytest.raises(RuntimeError) as caught:
        blame(RuntimeError("training ended"))
    assert type(caught.value) is RuntimeError


def test_flags_of_the_user_stay_when_the_cache_goes(cache):
    turned_on()
    variables = xla_cache.without_programs(xla_cache.CacheFault("x"))
    assert variables == {"GANAE_XLA_CACHE": "off", "TF_XLA_FLAGS": "--tf_xla_clustering_debug"}

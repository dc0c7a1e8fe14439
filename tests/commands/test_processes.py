"""Real commands in surroundings that a shell, a scheduler or a careless user makes."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from ganae_cli.config.conf_tree import conf_dir
from ganae_cli.storage.run_folder import RunFolder

GANAE = [sys.executable, "-m", "ganae_cli"]
SMALL = [
    *("model=gan", "dataset=ring", "dataset.count=500", "hardware=cpu", "hardware.jit=false", "hardware.threads=1"),
    *("networks.generator.width=16", "networks.discriminator.width=16", "train.batch_size=16"),
]


def wait_for(condition, seconds: float = 200) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def test_a_reader_that_goes_away_ends_no_training(tmp_path):
    """`ganae train … 2>&1 | head -1`"""
    folder = RunFolder(tmp_path / "run")
    words = [*SMALL, "train.steps=200", "train.log_every=5", f"hydra.run.dir={folder.path}"]
    job = subprocess.Popen([*GANAE, "train", *words], stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    assert job.stdout.readline().startswith(b"dataset ring: 500 points of 2")
    job.stdout.close()
    assert job.wait(200) == 0
    assert (folder.status()["state"], folder.checkpoints.newest().step) == ("done", 200)
    assert "step 200/200" in folder.log.read_text()


def test_the_job_of_a_killed_sweep_stops_with_a_checkpoint(tmp_path):
    job = RunFolder(tmp_path / "sweep" / "0")
    words = [*SMALL, "train.steps=90000000", "train.log_every=5", "train.checkpoint_every=90000000"]
    swept = ["--multirun", "seed=1,2", f"hydra.sweep.dir={tmp_path / 'sweep'}"]
    sweep = subprocess.Popen([*GANAE, "train", *words, *swept], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    wait_for(lambda: job.status().get("step", 0) > 0)
    os.kill(sweep.pid, signal.SIGKILL)
    sweep.wait()
    wait_for(lambda: job.status()["state"] == "interrupted", 60)
    assert job.status()["error"] == "SIGTERM"
    assert job.checkpoints.newest().step == job.status()["step"]


@pytest.mark.parametrize("words", [["train"], ["resume", "latest"], ["sample", "latest"], ["list", "models"]])
def test_a_deleted_current_folder(tmp_path, words):
    (tmp_path / "gone").mkdir()
    script = f"cd gone && rmdir ../gone && exec {sys.executable} -m ganae_cli {' '.join(words)}"
    known = os.environ | {"PYTHONPATH": str(Path(__file__).parents[2])}
    run = subprocess.run(["bash", "-c", script], cwd=tmp_path, capture_output=True, text=True, env=known)
    assert run.stderr == "ganae: error: the current folder does not exist any more: go to another one (cd)\n"
    assert run.returncode == 2


@pytest.mark.parametrize("encoding", ["latin-1", "ascii:strict"])
@pytest.mark.parametrize("words", ["train --help", "list models", "train --cfg job model=vae", "sample --help"])
def test_an_output_that_lacks_characters(words, encoding):
    given = os.environ | {"PYTHONIOENCODING": encoding}
    run = subprocess.run([*GANAE, *words.split()], capture_output=True, env=given)
    assert (run.stderr, run.returncode) == (b"", 0)
    assert len(run.stdout.splitlines()) > 10


SLOW_IMPORT = (
    "import sys\nsys.modules['tensorflow'] = None\nfrom ganae_cli.cli import main\nsys.exit(main(sys.argv[1:]))\n"
)


def test_a_forgotten_package_is_found_before_tensorflow_is_imported(tmp_path):
    """For a new run, one to go on with, and one to sample."""
    (tmp_path / "conf" / "model").mkdir(parents=True)
    text = (conf_dir() / "model" / "vae.yaml").read_text()
    (tmp_path / "conf" / "model" / "mine.yaml").write_text(text.replace("name: vae", "name: mine"))
    known = os.environ | {"GANAE_CONFIG_PATH": str(tmp_path / "conf")}

    def ganae(*words: str) -> subprocess.CompletedProcess:
        command = [sys.executable, "-c", SLOW_IMPORT, *words]
        return subprocess.run(command, capture_output=True, text=True, env=known)

    run = tmp_path / "run"
    refused = ganae("train", "model=mine", f"hydra.run.dir={run}")
    line = "ganae: error: no code declares the model 'mine': name the package that does with {}\n"
    assert (refused.stderr, refused.returncode) == (line.format("plugins=[PACKAGE]"), 2)
    run.mkdir()
    (run / "config.yaml").write_text(ganae("train", "model=mine", "--cfg", "job").stdout.replace("plugins: []\n", ""))
    for command, option in (("resume", "plugins=[PACKAGE]"), ("sample", "--plugins PACKAGE")):
        refused = ganae(command, str(run))
        assert (refused.stderr, refused.returncode) == (line.format(option), 2)

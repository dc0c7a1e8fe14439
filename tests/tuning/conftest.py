"""Shared by the tests of tuning: a study whose trials are trained by a small program that needs no TensorFlow."""

import sys

import pytest
from omegaconf import OmegaConf

from ganae_cli.errors import UserError
from ganae_cli.sweeps import pool as pools
from ganae_cli.tuning import drive
from ganae_cli.tuning.objective import HIGHER, LOWER, METRIC, RUN, Objective
from ganae_cli.tuning.settings import Settings
from ganae_cli.tuning.space import Choice
from ganae_cli.tuning.study_file import StudyFile

FID = Objective("fid", LOWER, METRIC)
SIZE = Objective("parameters", LOWER, RUN)
COVERAGE = Objective("clipped_coverage", HIGHER, METRIC)
Z_DIM = {"model.z_dim": Choice(("2", "4", "8", "16", "64"))}

# What a trial does: a row each 100 steps, whose fid is best at z_dim = 8, the larger the seed the worse; z_dim = 64
# diverges. It goes on behind its last row, saves and ends on SIGTERM, and notes each beginning.
TRAINS = """
import math, os, signal, sys, time
from pathlib import Path
from ganae_cli.runtime import lifeline
from ganae_cli.storage.run_folder import RunFolder
lifeline.follow()
folder = RunFolder(Path(sys.argv[1]))
def end(number, frame):
    folder.write_status("interrupted", error=signal.Signals(number).name, stopped_by=signal.Signals(number).name)
    os._exit(128 + number)
signal.signal(signal.SIGTERM, end)
config = folder.read_config()
with (folder.path / "began").open("a") as file:
    file.write("x")
rows = folder.history.read()
z, seed = config.model.z_dim, config.seed
for step in range(100 + (int(rows[-1]["step"]) if rows else 0), config.train.steps + 1, 100):
    time.sleep(float(os.environ.get("PAUSE", "0")))
    if z == 64:
        folder.write_status("failed", step=step, error="NotFinite: generator.fool is not finite")
        sys.exit(1)
    value = abs(math.log2(z) - 3) + 10 / step + seed / 100
    folder.history.append({"step": step, "generator.fool": 1.0, "fid": value, "clipped_coverage": -value})
folder.write_status("done", step=config.train.steps, steps=config.train.steps, metrics={"parameters": 10 * z})
"""


def compose(words):
    """Return the config of a trial, as `command_line.study_plan` would."""
    config = OmegaConf.create(
        {
            "seed": 0,
            "model": {"name": "gan", "z_dim": 2},
            "train": {"steps": 500, "log_every": 100, "evaluate_every": 0, "max_minutes": None},
            "hardware": {"threads": 1, "device": "cpu"},
        }
    )
    config.merge_with_dotlist(list(words))
    if config.model.z_dim == 3:
        raise UserError("model.z_dim must be even, got 3")
    return config


def file_of(space=None, objectives=(FID,), **settings):
    return StudyFile(["model=gan"], Z_DIM if space is None else space, objectives, Settings(**settings))


@pytest.fixture
def trained(monkeypatch):
    """Let each trial be trained by the small program; return the words that start it."""
    monkeypatch.setattr(pools, "POLL_SECONDS", 0.01)
    monkeypatch.setattr(drive, "LOOK_SECONDS", 0.05)
    monkeypatch.setattr(pools, "command", lambda path, *_: [sys.executable, "-c", TRAINS, str(path)])

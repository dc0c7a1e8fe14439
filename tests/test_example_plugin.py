"""The example plugin, installed as a user would: its own tests pass, and the command finds its parts."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

PLUGIN = Path(__file__).parent / "example_plugin"
# With the hatchling that is installed already: nothing is fetched.
INSTALL = (sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--no-build-isolation", "--no-index")


@pytest.fixture(scope="module")
def plugin(tmp_path_factory):
    """Return a function that runs Python with the plugin installed and returns its standard output."""
    site = tmp_path_factory.mktemp("site")
    subprocess.run([*INSTALL, "--target", site, PLUGIN], check=True)
    environment = os.environ | {"PYTHONPATH": str(site), "GANAE_CONFIG_PATH": str(PLUGIN / "conf")}

    def run(*words, cwd=site):
        done = subprocess.run([sys.executable, *words], capture_output=True, text=True, cwd=cwd, env=environment)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    return run


def test_its_own_tests_pass(plugin):
    said = plugin("-m", "pytest", "-q", "-p", "no:cacheprovider", str(PLUGIN / "tests"), cwd=PLUGIN)
    assert "4 passed" in said


def test_the_command_lists_and_trains_its_parts(plugin, tmp_path):
    assert "denoiser" in plugin("-m", "ganae_cli", "list", "models").split()
    folder = tmp_path / "run"
    words = ["model=denoiser", "dataset=moons", "dataset.count=500", "debug=smoke", "hardware.jit=false"]
    words += ["loss.penalties.sliced_wasserstein.weight=0.5", f"hydra.run.dir={folder}"]
    said = plugin("-m", "ganae_cli", "train", *words)
    assert said.splitlines()[-1] == str(folder)
    header = (folder / "history.csv").read_text().splitlines()[0]
    assert "autoencoder.sliced_wasserstein" in header.split(",")
    plugin("-m", "ganae_cli", "sample", str(folder), "--count", "4", "--out", str(tmp_path / "s.npz"))

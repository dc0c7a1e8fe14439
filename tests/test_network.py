"""Nothing is fetched: ganae trains, resumes and samples in a process that can reach nobody."""

import os
import subprocess
import sys

import pytest

GUARD = """
import socket
class Refused(BaseException):
    pass
def refuse(*given, **named):
    raise Refused(f"a connection was asked for: {given}")
socket.socket.connect = socket.socket.connect_ex = socket.getaddrinfo = socket.create_connection = refuse
"""
CODE = """
from pathlib import Path
import sys
from ganae_cli.cli import main
run, small = sys.argv[1], ["train.log_every=2", "train.sample_every=2", "train.checkpoint_every=2"]
codes = [main(["train", "model=gan", "dataset=ring", "train.steps=2", *small, f"hydra.run.dir={run}"])]
codes.append(main(["resume", run, "train.steps=4"]))
codes.append(main(["sample", run, "--count", "4", "--out", f"{run}/samples.npz"]))
codes.append(main(["doctor", run]))
codes.append(main(["list", "runs"]))
print("codes", codes)
"""


@pytest.fixture
def alone():
    """Return what puts a command into a network without any other machine, where the system can."""
    has_unshare = sys.platform == "linux" and (
        subprocess.run(["unshare", "-rn", "true"], capture_output=True, check=False).returncode == 0
    )
    return ["unshare", "-rn"] if has_unshare else []


def test_no_connection_is_made(alone, tmp_path):
    """Also none that would be refused in silence: the guard is no Exception, so no `except` hides it."""
    (tmp_path / "sitecustomize.py").write_text(GUARD)
    where = os.pathsep.join([str(tmp_path), os.getcwd()])  # noqa: PTH109
    environ = {
        **os.environ,
        "PYTHONPATH": where,
        "GANAE_OUTPUTS": str(tmp_path),
        "GANAE_XLA_CACHE": str(tmp_path / "x"),
    }
    words = [sys.executable, "-c", CODE, str(tmp_path / "run")]
    run = subprocess.run([*alone, *words], env=environ, capture_output=True, text=True, timeout=600, check=False)
    assert run.stdout.splitlines()[-1] == "codes [0, 0, 0, 0, 0]", run.stderr


def test_the_guard_refuses(tmp_path):
    (tmp_path / "sitecustomize.py").write_text(GUARD)
    code = "import urllib.request; urllib.request.urlopen('http://127.0.0.1:9')"
    environ = {**os.environ, "PYTHONPATH": str(tmp_path)}
    run = subprocess.run([sys.executable, "-c", code], env=environ, capture_output=True, text=True, check=False)
    assert "Refused: a connection was asked for" in run.stderr

"""Replicas and workers learn the same as one process, up to the rounding of sums (without BatchNorm)."""

import csv
import json
import os
import socket
import subprocess
import sys
from pathlib import Path

import h5py
import numpy as np
import pytest

from ganae_cli.storage.history import CLOCK_COLUMNS
from ganae_cli.storage.run_folder import RunFolder

SETTINGS = [
    *("dataset=ring", "model=gan", "train.batch_size=32", "train.steps=12", "train.log_every=4", "train.ema=0.9"),
    *("hardware.threads=1", "networks.generator.width=16", "networks.discriminator.width=16"),
    *("loss=relativistic", "loss.penalties.r1.weight=0.1", "train.sample_every=1000", "dataset.count=500"),
]
TOLERANCE = 2e-5  # of weights after 12 steps of Adam at 2e-4: sums over replicas are added in another order


WORKER = """
import sys
import numpy as np
from ganae_cli.cli import main
from ganae_cli.engine.game import Game

fit = Game.fit

def fit_and_keep(game, *given, **options):
    fit(game, *given, **options)
    np.savez(sys.argv[1], *[variable.numpy() for variable in game.variables])

Game.fit = fit_and_keep
sys.exit(main(sys.argv[2:]))
"""  # a worker that also saves its own weights, which otherwise only the chief writes


def start(folder: Path, *more: str, keep: Path = Path(os.devnull), **variables: str) -> subprocess.Popen:
    begin = ["-m", "ganae_cli"] if keep == Path(os.devnull) else ["-c", WORKER, str(keep)]
    command = [sys.executable, *begin, "train", *SETTINGS, f"hydra.run.dir={folder}", *more]
    return subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=os.environ | variables
    )


def finish(*jobs: subprocess.Popen) -> list[str]:
    """Wait for jobs and return what each wrote to standard output."""
    said = [job.communicate(timeout=300) for job in jobs]
    for job, (_, error) in zip(jobs, said, strict=True):
        assert job.returncode == 0, error
    return [out for out, _ in said]


def weights(folder: Path) -> dict[str, np.ndarray]:
    found = {}
    with h5py.File(RunFolder(folder).checkpoints.newest().weights) as file:
        file.visititems(lambda name, item: found.update({name: item[()]}) if isinstance(item, h5py.Dataset) else None)
    return found


def assert_close(one: Path, other: Path) -> None:
    first, second = weights(one), weights(other)
    assert first.keys() == second.keys()
    for name, value in first.items():
        np.testing.assert_allclose(value, second[name], atol=TOLERANCE, rtol=1e-3, err_msg=name)
    with (one / "history.csv").open() as a, (other / "history.csv").open() as b:
        for row, same in zip(csv.DictReader(a), csv.DictReader(b), strict=True):
            for key in row.keys() - set(CLOCK_COLUMNS):
                assert float(row[key]) == pytest.approx(float(same[key]), abs=1e-4, rel=1e-3), key


@pytest.fixture(scope="module")
def single(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("single") / "run"
    finish(start(folder, "hardware=cpu", "hardware.jit=false"))
    return folder


@pytest.mark.parametrize("jit", ["false", "true"])
def test_two_replicas_equal_one(single, tmp_path, jit):
    finish(
        start(
            tmp_path / "run", "hardware=cpu", "hardware.devices=2", "hardware.strategy=mirrored", f"hardware.jit={jit}"
        )
    )
    assert_close(single, tmp_path / "run")


def free_ports(count: int) -> list[int]:
    sockets = [socket.socket() for _ in range(count)]
    for each in sockets:
        each.bind(("127.0.0.1", 0))
    ports = [each.getsockname()[1] for each in sockets]
    for each in sockets:
        each.close()
    return ports


@pytest.mark.parametrize(("jit", "first"), [("false", "worker"), ("true", "chief")])
def test_two_workers_equal_one_process(single, tmp_path, jit, first):
    """Two workers, or a chief and a worker, as Vertex AI and Kubeflow have it."""
    addresses = [f"127.0.0.1:{port}" for port in free_ports(2)]
    named = {"worker": addresses} if first == "worker" else {"chief": addresses[:1], "worker": addresses[1:]}
    tasks = [("worker", 0), ("worker", 1)] if first == "worker" else [("chief", 0), ("worker", 0)]
    jobs = []
    for index, (kind, number) in enumerate(tasks):
        task = {"cluster": named, "task": {"type": kind, "index": number}}
        folder = tmp_path / f"worker{index}"
        options = {"keep": tmp_path / f"weights{index}.npz", "TF_CONFIG": json.dumps(task)}
        jobs.append(start(folder, "hardware=multi_worker", f"hardware.jit={jit}", **options))
    said = finish(*jobs)
    assert [out.splitlines()[-1] for out in said] == [str(tmp_path / "worker0")] * 2, (
        "workers agree on the chief's folder"
    )
    assert not (tmp_path / "worker1").exists(), "only the chief writes"
    assert_close(single, tmp_path / "worker0")
    with np.load(tmp_path / "weights0.npz") as chief, np.load(tmp_path / "weights1.npz") as other:
        assert chief.files == other.files
        assert all(np.array_equal(chief[name], other[name]) for name in chief.files)

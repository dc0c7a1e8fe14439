"""Replicas and workers learn the same as one process, up to the rounding of sums (without BatchNorm).

A run goes on with another number of devices or workers, and bit for bit with the same.
"""

import csv
import json
import os
import shutil
import socket
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import h5py
import numpy as np
import pytest

from ganae_cli.runtime import devices
from ganae_cli.runtime.workers.cluster import Cluster
from ganae_cli.storage.history import CLOCK_COLUMNS
from ganae_cli.storage.run_folder import RunFolder

COMMON = [
    *("dataset=ring", "train.batch_size=32", "train.steps=12", "train.log_every=4", "train.ema=0.9"),
    *("hardware.threads=1", "train.sample_every=1000", "train.checkpoint_every=4", "train.keep=3", "dataset.count=500"),
]
GAN = ["model=gan", "networks.generator.width=16", "networks.discriminator.width=16"]
SETTINGS = [
    *(*GAN, "loss=relativistic", "loss.penalties.r1.weight=0.1"),
    *("optimizer.discriminator.clipnorm=0.05", "optimizer.generator.global_clipnorm=0.05"),  # of sums, not of parts
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
    return ganae("train", *COMMON, *SETTINGS, f"hydra.run.dir={folder}", *more, keep=keep, **variables)


def ganae(*words: str, keep: Path = Path(os.devnull), **variables: str) -> subprocess.Popen:
    begin = ["-m", "ganae_cli"] if keep == Path(os.devnull) else ["-c", WORKER, str(keep)]
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    return subprocess.Popen([sys.executable, *begin, *words], **pipes, text=True, env=os.environ | variables)


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


@pytest.mark.parametrize("jit", [pytest.param("false", marks=pytest.mark.slow), "true"])
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


def work(begin: Callable[[int, str], subprocess.Popen], first: str = "worker") -> list[str]:
    """Let two workers finish; begin: starts one, given its number and TF_CONFIG. Return what each wrote.

    first: "worker", or "chief" for a chief and a worker, as Vertex AI and Kubeflow have it.
    """
    addresses = [f"127.0.0.1:{port}" for port in free_ports(2)]
    named = {"worker": addresses} if first == "worker" else {"chief": addresses[:1], "worker": addresses[1:]}
    tasks = [("worker", 0), ("worker", 1)] if first == "worker" else [("chief", 0), ("worker", 0)]
    texts = [json.dumps({"cluster": named, "task": {"type": kind, "index": number}}) for kind, number in tasks]
    return finish(*[begin(index, own) for index, own in enumerate(texts)])


@pytest.mark.parametrize(("jit", "first"), [("false", "worker"), pytest.param("true", "chief", marks=pytest.mark.slow)])
def test_two_workers_equal_one_process(single, tmp_path, jit, first):
    def begin(index, own):
        words = "hardware=multi_worker", f"hardware.jit={jit}"
        return start(tmp_path / f"worker{index}", *words, keep=tmp_path / f"weights{index}.npz", TF_CONFIG=own)

    said = work(begin, first)
    assert [out.splitlines()[-1] for out in said] == [str(tmp_path / "worker0")] * 2, (
        "workers agree on the chief's folder"
    )
    assert not (tmp_path / "worker1").exists(), "only the chief writes"
    assert_close(single, tmp_path / "worker0")
    with np.load(tmp_path / "weights0.npz") as chief, np.load(tmp_path / "weights1.npz") as other:
        assert chief.files == other.files
        assert all(np.array_equal(chief[name], other[name]) for name in chief.files)


@pytest.mark.slow
def test_two_workers_that_the_config_names(single, tmp_path):
    """And a run that goes on with the same list, which its folder does not hold."""
    folder = tmp_path / "run"
    named = f"hardware.workers=[{','.join(f'127.0.0.1:{port}' for port in free_ports(2))}]"
    words = ["hardware=multi_worker", "hardware.jit=false", named]
    finish(*[start(folder, *words, f"hardware.worker={rank}", "train.steps=8") for rank in range(2)])
    assert "127.0.0.1" not in (folder / "config.yaml").read_text()
    finish(*[ganae("resume", str(folder), named, f"hardware.worker={rank}", "train.steps=12") for rank in range(2)])
    assert_close(single, folder)


@pytest.mark.parametrize(
    ("gpus", "addresses", "options", "shares"),
    [
        (4, ["a:1", "a:2", "b:1"], {}, [[0, 1], [2, 3], [0, 1, 2, 3]]),
        (4, ["a:1", "a:2"], {"devices": 1}, [[0], [2]]),
        (1, ["a:1", "a:2"], {}, [[], []]),
        (3, ["a:1", "a:2"], {}, [[0], [1]]),
        (1, ["a:1", "a:2"], {"has_own_gpus": True}, [[0], [0]]),
    ],
)
def test_workers_of_a_machine_share_its_gpus(monkeypatch, gpus, addresses, options, shares):
    """Two that share one compute on the CPU; what a scheduler has shared out is left as it is."""
    seen = []
    monkeypatch.setattr(devices.tf.config, "set_visible_devices", lambda own, kind: seen.append((own, kind)))
    for rank, share in enumerate(shares):
        cluster = Cluster(tuple(addresses), rank, has_own_gpus=options.get("has_own_gpus", False))
        assert devices._own_gpus(list(range(gpus)), cluster, options.get("devices")) == share
    assert seen == [(share, "GPU") for share in shares]


# Resumed ------------------------------------------------------------------------------------------------------------

ON_TWO = ["hardware.devices=2", "hardware.jit=false"]
STATEFUL = {  # what is kept from step to step: EMA, moments of batches, moves of a critic, falling weights, k_t
    "gan": [
        *(*GAN, "loss=wasserstein_gp", "loss.penalties.gradient_penalty.final_weight=1", "model.critic_steps=2"),
        *("networks.generator.norm=batch", "optimizer.schedule=linear"),
    ],
    "began": [
        "model=began",
        "model.k_rate=0.1",
        *(f"networks.{n}.width=16" for n in ("encoder", "decoder", "generator")),
    ],
}


def cut(whole: Path, folder: Path, step: int) -> Path:
    """Return a copy of a run, as it was when it was killed after the checkpoint of a step."""
    run = RunFolder(shutil.copytree(whole, folder))
    for checkpoint in run.checkpoints.list():
        if checkpoint.step > step:
            run.checkpoints.remove(checkpoint)
    run.write_status("running", step=step)
    return folder


def differing(one: Path, other: Path) -> list[str]:
    """Return the names of arrays that are not bit for bit the same in the newest checkpoints of two runs."""
    first, second = weights(one), weights(other)
    assert first.keys() == second.keys()
    return [name for name, value in first.items() if not np.array_equal(value, second[name])]


@pytest.mark.slow
@pytest.mark.parametrize("name", ["gan", "began"])
def test_a_run_on_two_devices_that_is_killed_and_resumed_is_one_that_was_not_bit_for_bit(tmp_path, name):
    whole = tmp_path / "whole"
    finish(ganae("train", *COMMON, *STATEFUL[name], *ON_TWO, f"hydra.run.dir={whole}"))
    killed = cut(whole, tmp_path / "killed", step=4)
    assert differing(whole, killed)
    finish(ganae("resume", str(killed)))
    assert differing(whole, killed) == []


@pytest.mark.slow
def test_a_run_goes_on_with_other_numbers_of_devices(single, tmp_path):
    """Sums are added in another order then, and no more."""
    folder = cut(single, tmp_path / "run", step=4)
    for count, steps in ((2, 7), (4, 9), (1, 12)):
        changes = (f"train.steps={steps}", f"hardware.devices={count}", "hardware.strategy=auto")
        finish(ganae("resume", str(folder), *changes))
    assert_close(single, folder)


@pytest.mark.slow
def test_a_run_of_two_workers_goes_on_with_two_bit_for_bit_and_with_one_process(single, tmp_path):
    whole = tmp_path / "whole"
    work(lambda index, own: start(whole, "hardware=multi_worker", "hardware.jit=false", TF_CONFIG=own))
    two, one = (cut(whole, tmp_path / name, step=4) for name in ("two", "one"))
    work(lambda index, own: ganae("resume", str(two), TF_CONFIG=own))
    assert differing(whole, two) == []
    finish(ganae("resume", str(one), "hardware.strategy=none"))
    assert_close(single, one)


@pytest.mark.slow
def test_two_replicas_augment_and_adapt_as_one(tmp_path):
    """Random numbers of images, and the probability that follows all replicas' logits."""
    words = [*COMMON[1:-1], *GAN, "dataset=digits", "augmentation=ada", "augmentation.speed=1000", "hardware=cpu"]
    words += ["network@networks.generator=mlp", "network@networks.discriminator=mlp", "hardware.jit=false"]
    words += ["augmentation.target=-0.9"]  # above which p rises, in 12 steps already
    finish(ganae("train", *words, f"hydra.run.dir={tmp_path / 'one'}"))
    finish(ganae("train", *words, f"hydra.run.dir={tmp_path / 'two'}", "hardware.devices=2", "hardware.strategy=auto"))
    assert_close(tmp_path / "one", tmp_path / "two")
    with (tmp_path / "one" / "history.csv").open() as file:
        assert float(list(csv.DictReader(file))[-1]["discriminator.augmentation_p"]) > 0

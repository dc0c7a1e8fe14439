"""Devices, precision, threads and the `tf.distribute` strategy of a run."""

import os
from dataclasses import dataclass

import keras
import tensorflow as tf

from ganae_cli.errors import UserError

PRECISIONS = ("float32", "mixed_bfloat16", "mixed_float16")
STRATEGIES = ("auto", "none", "mirrored", "multi_worker")


@dataclass(frozen=True)
class Session:
    """What `prepare` has set up. rank: this worker; it owns `replicas // ranks` of all replicas."""

    strategy: tf.distribute.Strategy
    jit: bool
    devices: list[str]
    threads: int
    rank: int = 0
    ranks: int = 1

    @property
    def replicas(self) -> int:
        return self.strategy.num_replicas_in_sync

    @property
    def is_chief(self) -> bool:
        return self.rank == 0


def prepare(
    device: str = "auto",
    devices: int | None = None,
    strategy: str = "auto",
    precision: str = "float32",
    jit: bool = True,
    threads: int | None = None,
    deterministic: bool = True,
) -> Session:
    """Set TensorFlow up; to be called before anything else touches a device.

    device: "cpu", "gpu" or "auto" (a GPU where there is one). devices: how many; None is all GPUs under "mirrored" and
    one otherwise; several CPUs are logical ones, to try a strategy without GPUs. Raises UserError for a missing device.
    """
    multi_worker = strategy == "multi_worker" or (strategy == "auto" and "TF_CONFIG" in os.environ)
    threads = _set_threads(threads)
    chosen = _choose_devices(device, devices, mirrored=strategy == "mirrored")
    keras.mixed_precision.set_global_policy(precision)
    on_gpu = chosen[0].startswith("GPU")
    if on_gpu and deterministic:  # on CPU our steps repeat bit for bit as they are
        tf.config.experimental.enable_op_determinism()
    if multi_worker:
        return _join_workers(jit, chosen, threads)
    if strategy == "mirrored" or len(chosen) > 1:
        return Session(tf.distribute.MirroredStrategy(chosen), jit, chosen, threads)
    return Session(tf.distribute.get_strategy(), jit, chosen, threads)


def _set_threads(threads: int | None) -> int:
    """The number of threads decides the order of sums on a CPU, so it is settled, recorded and kept on resuming."""
    threads = threads or len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else threads or os.cpu_count()
    try:
        tf.config.threading.set_intra_op_parallelism_threads(threads)
        tf.config.threading.set_inter_op_parallelism_threads(threads)
    except RuntimeError:  # already running, in a process that trains more than once
        threads = tf.config.threading.get_intra_op_parallelism_threads() or threads
    return threads


def _choose_devices(device: str, devices: int | None, mirrored: bool) -> list[str]:
    gpus = tf.config.list_physical_devices("GPU")
    if device == "gpu" and not gpus:
        raise UserError("hardware.device is gpu, but TensorFlow sees no GPU here; use hardware=auto or hardware=cpu")
    if device == "cpu" or not gpus:
        tf.config.set_visible_devices([], "GPU") if gpus else None
        return _logical_cpus(devices or 1)
    wanted = devices or (len(gpus) if mirrored else 1)
    if wanted > len(gpus):
        raise UserError(f"hardware.devices is {wanted}, but TensorFlow sees {len(gpus)} GPU(s) here")
    for gpu in gpus:
        tf.config.experimental.set_memory_growth(gpu, True)
    return [f"GPU:{i}" for i in range(wanted)]


def _logical_cpus(count: int) -> list[str]:
    cpu = tf.config.list_physical_devices("CPU")[0]
    if count > 1:
        try:
            tf.config.set_logical_device_configuration(cpu, [tf.config.LogicalDeviceConfiguration()] * count)
        except RuntimeError:  # devices already exist in this process: they must be enough
            if len(tf.config.list_logical_devices("CPU")) < count:
                raise
    return [f"CPU:{i}" for i in range(count)]


def _join_workers(jit: bool, devices: list[str], threads: int) -> Session:
    if "TF_CONFIG" not in os.environ:
        raise UserError(
            "hardware=multi_worker needs the variable TF_CONFIG in each worker's environment, as in "
            '{"cluster": {"worker": ["host1:2222", "host2:2222"]}, "task": {"type": "worker", "index": 0}}'
        )
    resolver = tf.distribute.cluster_resolver.TFConfigClusterResolver()
    strategy = tf.distribute.MultiWorkerMirroredStrategy(cluster_resolver=resolver)
    workers = len(resolver.cluster_spec().as_dict()["worker"])
    return Session(strategy, jit, devices, threads, rank=resolver.task_id or 0, ranks=workers)


def agree(session: Session, text: str, size: int = 1024) -> str:
    """The chief's text, in every worker: each adds its bytes to a sum to which only the chief brings any."""
    if session.ranks == 1:
        return text
    data = text.encode()[:size]
    mine = list(data.ljust(size, b"\0")) if session.is_chief else [0] * size

    @tf.function
    def total():
        first = tf.distribute.get_replica_context().replica_id_in_sync_group == 0
        values = tf.where(first, tf.constant(mine, tf.int32), tf.zeros(size, tf.int32))
        return tf.distribute.get_replica_context().all_reduce("SUM", values)

    values = session.strategy.experimental_local_results(session.strategy.run(total))[0]
    return bytes(values.numpy().astype("uint8")).rstrip(b"\0").decode()

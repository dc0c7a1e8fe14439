"""Devices, precision, threads and the `tf.distribute` strategy of a run."""

import contextlib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import keras
import tensorflow as tf

from ganae_cli.errors import UserError
from ganae_cli.runtime import library_log, process
from ganae_cli.runtime.log import say
from ganae_cli.runtime.preflight import joins_workers
from ganae_cli.runtime.workers import sentry
from ganae_cli.runtime.workers.cluster import Cluster
from ganae_cli.runtime.workers.meeting import meet
from ganae_cli.runtime.workers.watch import Watch, WorkerLost

CONFIRM = 3.0  # seconds in which the watch must see that a worker is gone, after TensorFlow has failed for it


@dataclass(frozen=True)
class Session:
    """The devices and the strategy of a run, as set up by `prepare`.

    jit: compile with XLA. threads: of one operation on the CPU. block: upper limit of steps in one call of the compiled
    program; None: as many as make it faster. rank: number of this worker among `ranks`; it owns `replicas // ranks` of
    all replicas. watch: over the other workers; None: there are none.
    """

    strategy: tf.distribute.Strategy
    jit: bool
    devices: list[str]
    threads: int
    block: int | None = 1
    rank: int = 0
    ranks: int = 1
    watch: Watch | None = None

    @property
    def replicas(self) -> int:
        return self.strategy.num_replicas_in_sync

    @property
    def is_chief(self) -> bool:
        return self.rank == 0

    def agree(self, text: str, size: int = 1024) -> str:
        """Return the chief's text in every worker, cut to `size` bytes; all workers must call it at the same step.

        The bytes of all workers are added up, and those of all but the chief are zero.
        """
        if self.ranks == 1:
            return text
        own = text.encode()[:size].ljust(size, b"\0") if self.is_chief else bytes(size)
        return bytes(self._sum(list(own))).rstrip(b"\0").decode(errors="ignore")  # the cut may go through a letter

    def any(self, flag: bool) -> bool:
        """Return True if the flag is set in at least one worker; all workers must call it at the same step."""
        return flag if self.ranks == 1 else self._sum([int(flag)])[0] > 0

    def first_of(self, text: str, size: int = 64) -> str:
        """Return the text of the first worker that has one, cut to `size` bytes; "" if none has.

        All workers must call it at the same step.
        """
        if self.ranks == 1:
            return text
        those_with = self._sum([int(rank == self.rank and bool(text)) for rank in range(self.ranks)])
        if not any(those_with):
            return ""
        speaks = those_with.index(1) == self.rank
        own = text.encode()[:size].ljust(size, b"\0") if speaks else bytes(size)
        return bytes(self._sum(list(own))).rstrip(b"\0").decode(errors="ignore")

    def lost(self, seconds: float = CONFIRM) -> WorkerLost | None:
        """Return the error for a worker that was lost, if that becomes known within some seconds."""
        found = self.watch.wait(seconds) if self.watch else None
        return WorkerLost(found) if found else None

    def _sum(self, values: list[int]) -> list[int]:
        """Return the sum of the values of all workers. Raises WorkerLost if one of them is gone."""
        try:
            with self.watch.waiting() if self.watch else contextlib.nullcontext():
                found = self.strategy.run(self._total, args=(tf.constant(values, tf.int32),))
                return self.strategy.experimental_local_results(found)[0].numpy().tolist()
        except (tf.errors.OpError, RuntimeError) as error:
            if lost := self.lost():
                raise lost from error
            raise

    @cached_property
    def _total(self):
        """The program that adds up; traced once for each number of values."""
        local = self.replicas // self.ranks

        @tf.function
        def total(own):
            context = tf.distribute.get_replica_context()
            is_first = context.replica_id_in_sync_group % local == 0  # one replica counts for its worker
            return context.all_reduce("SUM", tf.where(is_first, own, tf.zeros_like(own)))

        return total


def prepare(
    device: str = "auto",
    devices: int | None = None,
    strategy: str = "auto",
    precision: str = "float32",
    jit: bool = True,
    steps_per_execution: int | None = None,
    threads: int | None = None,
    deterministic: bool = True,
    workers: Sequence[str] | None = None,
    worker: int | None = None,
) -> Session:
    """Set TensorFlow up and return the session. Call it before anything else uses a device.

    device: "cpu", "gpu" or "auto" (a GPU if there is one). devices: number of devices; None: all GPUs under "mirrored",
    else one. Several CPU devices are logical ones, to try a strategy without GPUs. steps_per_execution: the session's
    `block`; None: 1 on a GPU, on a CPU as many as make it faster. threads: None: all processors. workers, worker: the
    addresses of all workers, and the number of this one. Raises UserError for a missing device.
    """
    cluster = joins_workers({"strategy": strategy, "workers": workers, "worker": worker})
    threads = _set_threads(threads)
    chosen = _choose_devices(device, devices, mirrored=strategy == "mirrored" or cluster is not None, cluster=cluster)
    keras.mixed_precision.set_global_policy(precision)
    on_gpu = chosen[0].startswith("GPU")
    if on_gpu and deterministic:  # on a CPU steps repeat bit for bit without it
        tf.config.experimental.enable_op_determinism()
    if cluster:
        return _join_workers(cluster, jit, chosen, threads)
    if strategy == "mirrored" or len(chosen) > 1:
        return Session(tf.distribute.MirroredStrategy(chosen), jit, chosen, threads)
    block = steps_per_execution or (1 if on_gpu else None)  # the gain of larger blocks was measured on CPUs only
    return Session(tf.distribute.get_strategy(), jit, chosen, threads, block if jit else 1)


def _set_threads(threads: int | None) -> int:
    """Set the number of threads and return it.

    It decides the order of sums on a CPU, so it is recorded with the run and used again when the run is resumed.
    """
    threads = threads or process.processors()
    try:
        tf.config.threading.set_intra_op_parallelism_threads(threads)
        tf.config.threading.set_inter_op_parallelism_threads(threads)
    except RuntimeError:  # TensorFlow already runs, in a process that trains more than once
        threads = tf.config.threading.get_intra_op_parallelism_threads() or threads
    return threads


def _choose_devices(device: str, devices: int | None, mirrored: bool, cluster: Cluster | None) -> list[str]:
    gpus = tf.config.list_physical_devices("GPU")
    if cluster and gpus and device != "cpu":
        gpus = _own_gpus(gpus, cluster, devices)
    if device == "gpu" and not gpus:
        raise UserError("hardware.device is gpu, but TensorFlow sees no GPU here; use hardware=auto or hardware=cpu")
    if device == "cpu" or not gpus:
        if gpus:
            try:
                tf.config.set_visible_devices([], "GPU")
            except RuntimeError as error:
                raise _used_otherwise("hardware.device=cpu") from error
        return _logical_cpus(devices or 1)
    wanted = devices or (len(gpus) if mirrored else 1)
    if wanted > len(gpus):
        raise UserError(f"hardware.devices is {wanted}, but TensorFlow sees {len(gpus)} GPU(s) here")
    with contextlib.suppress(RuntimeError):  # this process has used them before: they grow as they did
        for gpu in gpus:
            tf.config.experimental.set_memory_growth(gpu, True)
    return [f"GPU:{i}" for i in range(wanted)]


def _logical_cpus(count: int) -> list[str]:
    cpu = tf.config.list_physical_devices("CPU")[0]
    if count > 1:
        settings = [tf.config.LogicalDeviceConfiguration()] * count
        try:
            tf.config.set_logical_device_configuration(cpu, settings)
        except RuntimeError as error:  # devices already exist in this process: they must be enough
            if len(tf.config.list_logical_devices("CPU")) < count:
                raise _used_otherwise(f"hardware.devices={count}") from error
    return [f"CPU:{i}" for i in range(count)]


def _used_otherwise(setting: str) -> UserError:
    """Return the error for devices that this process has set up before, which TensorFlow does only once."""
    return UserError(
        f"{setting}: this process has used its devices in another way before, and keeps to it; "
        "train this run in a process of its own"
    )


def _own_gpus(gpus: list, cluster: Cluster, devices: int | None) -> list:
    """Let TensorFlow see the GPUs of this worker alone, and return them: its share of those of the machine.

    Without a GPU for each worker of the machine, all compute on the CPU: two processes on one GPU cannot add up.
    """
    share = len(gpus) if cluster.has_own_gpus else len(gpus) // cluster.neighbours
    first = 0 if cluster.has_own_gpus else cluster.place * share
    own = gpus[first : first + min(share, devices or share)]
    try:
        tf.config.set_visible_devices(own, "GPU")
    except RuntimeError as error:
        raise _used_otherwise("several workers") from error
    return own


def _join_workers(cluster: Cluster, jit: bool, devices: list[str], threads: int) -> Session:
    watch = meet(cluster, say)
    watch.give_up = lambda lost: say(f"ganae: error: {lost}; it was lost before the training began: start all again")
    resolver = tf.distribute.cluster_resolver.SimpleClusterResolver(
        tf.train.ClusterSpec({"worker": list(cluster.addresses)}),
        task_type="worker",
        task_id=cluster.rank,
        num_accelerators={"GPU": sum(name.startswith("GPU") for name in devices)},
        rpc_layer="grpc",
    )
    with sentry.posted(watch), process.default_signals():  # TensorFlow does not return while it waits
        strategy = tf.distribute.MultiWorkerMirroredStrategy(cluster_resolver=resolver)
    library_log.only_fatal()
    return Session(strategy, jit, devices, threads, rank=cluster.rank, ranks=len(cluster.addresses), watch=watch)

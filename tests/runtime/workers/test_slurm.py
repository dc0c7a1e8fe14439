"""The workers that SLURM has started, as its variables say."""

import pytest

from ganae_cli.errors import UserError
from ganae_cli.runtime.workers.slurm import cluster, expand

STEP = {
    "SLURM_JOB_ID": "4711",
    "SLURM_STEP_ID": "0",
    "SLURM_NTASKS": "5",
    "SLURM_STEP_NUM_TASKS": "5",
    "SLURM_STEP_NODELIST": "node[09-10],gpu-a3",
    "SLURM_STEP_TASKS_PER_NODE": "2(x2),1",
}
PORT = 12000 + 16 * 4711 * 7 % 20000


@pytest.fixture
def slurm(monkeypatch):
    """Return a function that sets variables in place of all others of SLURM, and returns the cluster."""

    def told(**variables: str):
        for name in ("SLURM_STEP_ID", "SLURM_NODEID", "SLURM_LOCALID", "SLURM_PROCID", "SLURM_DISTRIBUTION", *STEP):
            monkeypatch.delenv(name, raising=False)
        for name, value in variables.items():
            monkeypatch.setenv(name, value)
        return cluster()

    return told


@pytest.mark.parametrize(
    ("text", "hosts"),
    [
        ("a", ["a"]),
        ("node[01-03,7],gpu-a[1-2]", ["node01", "node02", "node03", "node7", "gpu-a1", "gpu-a2"]),
        ("n[098-101]", ["n098", "n099", "n100", "n101"]),
        ("r[1-2]n[1-2]", ["r1n1", "r1n2", "r2n1", "r2n2"]),
        ("a[1].b,c", ["a1.b", "c"]),
    ],
)
def test_lists_of_hosts(text, hosts):
    assert expand(text) == hosts


@pytest.mark.parametrize("text", ["a[1", "a]", "a[x-2]", "a[3-1]", "a[1-99999999]", "[]", "a[1-]", "a[]"])
def test_a_list_that_cannot_be_read(text):
    with pytest.raises(ValueError):
        expand(text)


@pytest.mark.parametrize("rank", range(5))
def test_every_task_finds_the_same_list(slurm, rank):
    """Two tasks on each of two hosts, one on the third."""
    local = [0, 1, 0, 1, 0][rank]
    found = slurm(**STEP, SLURM_PROCID=str(rank), SLURM_LOCALID=str(local), SLURM_NODEID=str(rank // 2))
    hosts = ["node09", "node09", "node10", "node10", "gpu-a3"]
    assert found.addresses == tuple(f"{host}:{PORT + number % 2}" for number, host in enumerate(hosts))
    assert (found.rank, found.place, found.named_by) == (rank, local, "SLURM")


def test_tasks_that_go_round_the_hosts(slurm):
    found = slurm(**STEP, SLURM_PROCID="3", SLURM_NODEID="0", SLURM_LOCALID="1", SLURM_DISTRIBUTION="cyclic:block")
    assert [address.split(":")[0] for address in found.addresses] == ["node09", "node10", "gpu-a3", "node09", "node10"]


def test_variables_of_the_job_where_the_step_has_none(slurm):
    """The few that a script may set, or an older SLURM."""
    told = {"SLURM_PROCID": "1", "SLURM_NTASKS": "2", "SLURM_JOB_NODELIST": "a[1-2]", "SLURM_JOB_ID": "4711"}
    assert slurm(**told).addresses == (f"a1:{PORT}", f"a2:{PORT}")
    assert slurm(**told | {"SLURM_JOB_NODELIST": "a1"}).addresses == (f"a1:{PORT}", f"a1:{PORT + 1}")


def test_ports_of_other_jobs_and_steps_are_other_ones(slurm):
    told = STEP | {"SLURM_PROCID": "0"}
    ports = {slurm(**told | {"SLURM_JOB_ID": str(job)}).addresses for job in range(4711, 5711)}
    assert len(ports) == 1000
    assert slurm(**told | {"SLURM_STEP_ID": "1"}) != slurm(**told)
    assert slurm(**told, GANAE_WORKER_PORT="5000").addresses[:2] == ("node09:5000", "node09:5001")


def test_a_process_that_is_no_task(slurm, monkeypatch):
    assert slurm() is None
    assert slurm(SLURM_NTASKS="4", SLURM_JOB_NODELIST="a[1-4]") is None  # a shell of salloc
    monkeypatch.setenv("ENVIRONMENT", "BATCH")
    told = STEP | {"SLURM_PROCID": "0"}
    del told["SLURM_STEP_ID"]
    with pytest.raises(UserError, match=r"this is a SLURM job of 5 tasks, .* start it with srun ganae"):
        slurm(**told)
    assert slurm(**STEP, SLURM_PROCID="0")


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"SLURM_STEP_NODELIST": "node[1"}, r"SLURM_STEP_NODELIST=node\[1"),
        ({"SLURM_STEP_NODELIST": ""}, "no SLURM_STEP_NODELIST"),
        ({"SLURM_STEP_NODELIST": "a,a,b"}, "SLURM_STEP_NODELIST=a,a,b"),
        ({"SLURM_STEP_TASKS_PER_NODE": "2(x2)"}, r"5 tasks on 3 hosts, where SLURM_STEP_TASKS_PER_NODE=2\(x2\)"),
        ({"SLURM_STEP_TASKS_PER_NODE": "two"}, "SLURM_STEP_TASKS_PER_NODE=two"),
        ({"SLURM_PROCID": "5"}, "SLURM_PROCID=5 of 5 tasks"),
        ({"SLURM_LOCALID": "1"}, "SLURM_LOCALID=1 of task 0, where 0 was expected; srun --distribution=block"),
        ({"GANAE_WORKER_PORT": "http"}, "GANAE_WORKER_PORT must be a port, 1 to 65534, got 'http'"),
    ],
)
def test_variables_that_do_not_fit_together(slurm, changed, message):
    with pytest.raises(UserError, match=message) as refused:
        slurm(**STEP | {"SLURM_PROCID": "0"} | changed)
    assert "\n" not in str(refused.value)


def test_tasks_whose_gpus_are_their_own(slurm, monkeypatch):
    told = STEP | {"SLURM_PROCID": "0"}
    assert not slurm(**told).has_own_gpus
    monkeypatch.setenv("SLURM_TRES_PER_TASK", "cpu=4")
    assert not slurm(**told).has_own_gpus
    monkeypatch.setenv("SLURM_TRES_PER_TASK", "cpu=4,gres/gpu=1")
    assert slurm(**told).has_own_gpus

"""The page on clusters: its scripts run as printed, under commands that do what SLURM's do, as far as ganae sees it.

`srun` starts the tasks with their variables and passes signals to them, `sbatch` runs a script at once, `scontrol
requeue` notes that the job is to be run again.
"""

import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from ganae_cli.storage.run_folder import RunFolder
from ganae_cli.sweeps import overview

PAGE = (Path(__file__).parents[1] / ".github" / "SLURM.md").read_text(encoding="utf-8")
DOCKERFILE = (Path(__file__).parents[1] / ".github" / "Dockerfile").read_text(encoding="utf-8")
SMALL = (
    "model=gan dataset=ring dataset.count=500 hardware.jit=false hardware.threads=1 train.batch_size=16 "
    "networks.generator.width=16 networks.discriminator.width=16"
)
SRUN = r"""
import os, signal, subprocess, sys, time
words, parent = [word for word in sys.argv[1:] if not word.startswith("--")], os.getppid()
count = int(os.environ.get("SLURM_NTASKS", "1"))
jobs = []
for rank in range(count):
    own = {"PROCID": rank, "LOCALID": rank, "NODEID": 0, "STEP_ID": 0, "STEP_NUM_TASKS": count, "NTASKS": count,
           "STEP_NODELIST": "localhost", "STEP_TASKS_PER_NODE": count}
    told = os.environ | {f"SLURM_{name}": str(value) for name, value in own.items()}
    jobs.append(subprocess.Popen(words, env=told))
for number in (signal.SIGUSR1, signal.SIGTERM):
    signal.signal(number, lambda number, frame: [job.send_signal(number) for job in jobs])
while any(job.poll() is None for job in jobs):
    time.sleep(0.1)
    if os.getppid() != parent:  # the test has failed
        for job in jobs:
            job.kill()
codes = [job.wait() for job in jobs]
sys.exit(max(code if code >= 0 else 128 - code for code in codes))
"""
SBATCH = r"""
import os, re, subprocess, sys
words, told = sys.argv[1:], dict(os.environ)
flags = {word.partition("=")[0]: word.partition("=")[2] for word in words if word.startswith("--")}
words = [word for word in words if not word.startswith("--")]
if "--wrap" in flags:
    sys.exit(subprocess.run(["bash", "-c", flags["--wrap"]], env=told).returncode)
text = open(words[0]).read()
told |= {"SLURM_JOB_ID": "4711", "SLURM_ARRAY_JOB_ID": "4711", "SLURM_NTASKS": flags.get("--nodes", "1"),
         "SLURM_CPUS_PER_TASK": re.search("--cpus-per-task=(\\d+)", text)[1], "SLURM_PROCID": "0",
         "ENVIRONMENT": "BATCH"}
first, _, last = flags.get("--array", "0-0").partition("-")
for task in range(int(first), int(last) + 1):
    subprocess.run(["bash", *words], env=told | {"SLURM_ARRAY_TASK_ID": str(task)}, stdout=sys.stderr)
print(4711)
"""


def blocks() -> list[str]:
    return re.findall(r"^```bash\n(.*?)^```", PAGE, re.DOTALL | re.MULTILINE)


@pytest.fixture
def cluster(tmp_path, monkeypatch):
    """Make a current folder with the scripts of the page, and a PATH with SLURM's commands; return the folder."""
    tools = tmp_path / "bin"
    tools.mkdir()
    scripts = {
        "srun": f"#!{sys.executable}{SRUN}",
        "sbatch": f"#!{sys.executable}{SBATCH}",
        "ganae": f'#!/bin/bash\nexec {sys.executable} -m ganae_cli "$@"\n',
        "scontrol": f'#!/bin/bash\necho "$@" >> {tmp_path}/requeued\n',
        "sleep": "#!/bin/bash\n",
    }
    for name, text in scripts.items():
        (tools / name).write_text(text)
        (tools / name).chmod(0o755)
    monkeypatch.setenv("PATH", f"{tools}:{os.environ['PATH']}")
    monkeypatch.setenv("PYTHONPATH", str(Path(__file__).parents[1]))
    for name in [name for name in os.environ if name.startswith("SLURM_")]:
        monkeypatch.delenv(name)
    for name in re.findall(r"`(\w+\.sbatch)`:", PAGE):
        script = re.search(rf"`{name}`:\n\n```bash\n(.*?)^```", PAGE, re.DOTALL | re.MULTILINE)[1]
        (tmp_path / name).write_text(script)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def commands(*words: str) -> str:
    """Return the block of the page that has these words."""
    (found,) = [block for block in blocks() if all(word in block for word in words)]
    return found


def bash(text: str, **variables: str) -> subprocess.CompletedProcess:
    told = os.environ | variables
    return subprocess.run(["bash", "-ec", text], capture_output=True, text=True, env=told, timeout=300)


def test_every_block_is_bash_and_the_dockerfile_names_no_host():
    for block in blocks():
        assert subprocess.run(["bash", "-n"], input=block, text=True, capture_output=True).stderr == ""
    assert len(blocks()) == 5
    assert "FROM python:3.11-slim\n" in DOCKERFILE
    assert "://" not in DOCKERFILE


@pytest.mark.parametrize(("script", "job"), [("train.sbatch", "4711"), ("sweep.sbatch", "4710_3")])
@pytest.mark.parametrize(
    ("number", "is_requeued", "waits"),
    [(0, False, False), (1, False, False), (signal.SIGUSR1, True, False), (signal.SIGTERM, False, True)],
)
def test_by_its_signal_a_job_is_queued_again_or_waits_for_slurm(cluster, script, job, number, is_requeued, waits):
    end = f"kill -{number} $$" if number > 1 else f"exit {number}"
    (cluster / "bin" / "ganae").write_text(f'#!/bin/bash\necho "$@" >> {cluster}/typed\n{end}\n')
    (cluster / "bin" / "sleep").write_text(f"#!/bin/bash\necho $1 >> {cluster}/waited\n")
    told = {"SLURM_CPUS_PER_TASK": "4", "SLURM_NTASKS": "1", "SLURM_JOB_ID": "4711"}
    told |= {"SLURM_ARRAY_JOB_ID": "4710", "SLURM_ARRAY_TASK_ID": "3"}  # the last task has the number of the array
    done = subprocess.run(["bash", script, "my runs"], env=os.environ | told, capture_output=True, text=True)
    assert done.returncode == (128 + number if number > 1 else number)
    assert (cluster / "typed").read_text() == f"resume my runs{'/3' if script == 'sweep.sbatch' else ''}\n"
    requeued = cluster / "requeued"
    assert (requeued.read_text() if requeued.exists() else "") == (f"requeue {job}\n" if is_requeued else "")
    assert (cluster / "waited").exists() is waits
    assert {"#SBATCH --signal=USR1@120", "#SBATCH --requeue"} <= set((cluster / script).read_text().splitlines())


@pytest.mark.parametrize("stopped_by", [None, *overview.REASONS])
def test_only_a_run_that_is_out_of_time_is_queued_again(cluster, stopped_by):
    folder = RunFolder(cluster / "my run")
    folder.path.mkdir()
    folder.write_status("interrupted" if stopped_by else "done", stopped_by=stopped_by)
    (cluster / "bin" / "ganae").write_text("#!/bin/bash\n")
    (cluster / "own.sbatch").write_text(commands("max_minutes"))
    job = os.environ | {"SLURM_JOB_ID": "4711"}
    done = subprocess.run(["bash", "own.sbatch", str(folder.path)], env=job, capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")
    assert (cluster / "requeued").exists() is (stopped_by == "max_minutes")


def test_the_dockerfile_takes_one_wheel(tmp_path):
    """The command that installs is run as it stands, on another folder."""
    run = re.search(r"^RUN (set .*?[^\\])$", DOCKERFILE, re.DOTALL | re.MULTILINE)[1]
    run = run.replace("/tmp/", f"{tmp_path}/").replace("pip install", "echo")
    for count, text in ((1, f"--no-cache-dir {tmp_path}/ganae-1.whl[gpu]\n"), (2, "")):
        for number in range(1, count + 1):
            (tmp_path / f"ganae-{number}.whl").touch()
        done = subprocess.run(["sh", "-c", run], env={**os.environ, "EXTRAS": "[gpu]"}, capture_output=True, text=True)
        assert (done.returncode, done.stdout) == (count - 1, text)
    assert done.stderr == "dist/ holds 2 wheels of ganae: leave one there\n"


@pytest.mark.slow
def test_a_sweep_as_an_array(cluster):
    text = commands("--multirun", "sbatch").replace("model=dcgan", f"{SMALL} train.steps=6 hardware=cpu")
    text = text.replace("model.z_dim=8,16,32 seed=1,2", "model.z_dim=2,3").replace("0-5", "0-1")
    done = bash(f"{text}\necho $sweep")
    assert done.returncode == 0, done.stderr
    sweep = Path(done.stdout.splitlines()[-1])
    assert [RunFolder(sweep / job).status()["state"] for job in ("0", "1")] == ["done", "done"]
    assert "nothing left to do: every job of" in " ".join(done.stderr.split())
    assert len((sweep / "results.csv").read_text().splitlines()) == 3


@pytest.mark.slow
@pytest.mark.parametrize(("number", "is_requeued"), [(signal.SIGUSR1, True), (signal.SIGTERM, False)])
def test_a_run_of_two_workers_that_is_stopped_goes_on_by_the_same_script(cluster, request, number, is_requeued):
    (given,) = re.findall("^run=.*", commands("--prepare", "train.sbatch"), re.MULTILINE)
    given = given.replace("model=dcgan dataset=mnist train.batch_size=128", f"{SMALL} train.log_every=10")
    prepared = bash(f"{given.replace('log_every=10', 'log_every=10 train.steps=90000000')}\necho $run")
    assert prepared.returncode == 0, prepared.stderr
    folder = RunFolder(prepared.stdout.splitlines()[-1])
    assert folder.status()["state"] == "pending"
    told = os.environ | {"SLURM_JOB_ID": "4711", "SLURM_NTASKS": "2", "SLURM_CPUS_PER_TASK": "1"}
    words = ["bash", "train.sbatch", str(folder.path)]
    job = subprocess.Popen(words, env=told, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    request.addfinalizer(job.kill)
    until = time.monotonic() + 200
    while folder.status().get("step", 0) < 20:
        assert time.monotonic() < until
        assert job.poll() is None, job.communicate()[1]
        time.sleep(0.1)
    (child,) = Path(f"/proc/{job.pid}/task/{job.pid}/children").read_text().split()
    os.kill(int(child), number)
    _, error = job.communicate(timeout=100)
    assert job.returncode == 128 + number, error
    assert (cluster / "requeued").exists() is is_requeued
    stopped_at = folder.status()["step"]
    assert folder.status()["stopped_by"] == number.name
    folder.config.write_text(folder.config.read_text().replace("steps: 90000000", f"steps: {stopped_at + 20}"))
    again = subprocess.run(words, env=told, capture_output=True, text=True, timeout=300)
    assert again.returncode == 0, again.stderr
    assert (folder.status()["state"], folder.status()["step"]) == ("done", stopped_at + 20)
    assert [facts["replicas"] for facts in folder.sessions()] == [2, 2]

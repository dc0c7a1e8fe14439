"""Texts of a run or sweep folder, changed at random: config, history, status, environment, checkpoints, sweeps."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from omegaconf import OmegaConf

from ganae_cli.commands.list import list_runs
from ganae_cli.config.saved import ready
from ganae_cli.storage import checkpoint_facts, config_file, sessions
from ganae_cli.storage.history import HistoryFile
from ganae_cli.storage.run_folder import RunFolder
from ganae_cli.sweeps import overview, table
from ganae_cli.sweeps.live_table import LiveTable
from ganae_cli.sweeps.sweep_file import SweepFile
from ganae_cli.terminal import printable
from tests.fuzz.inputs import JSON, changed, fuzzed, only_user_errors

RUN = Path(__file__).parents[1] / "storage" / "run_folders_0_1_0" / "points"
CONFIG, STATUS, HISTORY = ((RUN / name).read_bytes() for name in ("config.yaml", "status.json", "history.csv"))
DATA = {"fingerprint": "ab", "training_rows": 8, "test_rows": 2, "shape": [2]}
ENVIRONMENT = json.dumps({"threads": 2, "data": DATA, "resumed": [{"threads": 4, "replicas": 1}]}).encode()
CHECKPOINT = next(RUN.glob("checkpoints/*.json")).read_bytes()
STEP = json.loads(CHECKPOINT)["step"]
SWEEP = b'{"jobs": [["model=gan", "+seed=1"], ["model=gan", "+seed=2"]], "varied": ["seed"]}'
RESULTS = (
    b"job,state,seed,model.z_dim,modes,generator.fool,seconds,folder\n0,done,1,8,3.5,0.1,9,0\n1,failed,2,16,,,1,1\n"
)
ATOMS = [
    "${train.steps}",
    "${oc.env:HOME}",
    "${oc.decode:x}",
    "${",
    "*a",
    "&a",
    "!!python/none",
    ".nan",
    "1e400",
    "- ",
    "? ",
]


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("run")


def as_json(content):
    """Return objects of any type, and a valid one of which some entries have any type."""
    whole = json.loads(content)
    entries = st.dictionaries(st.sampled_from(sorted(whole)), JSON, min_size=1, max_size=3)
    return (JSON | entries.map(lambda other: whole | other)).map(lambda value: json.dumps(value).encode())


def as_yaml():
    """Return the config of a run in which some settings are of any type, and with pieces of YAML put in."""
    whole = OmegaConf.to_container(OmegaConf.create(CONFIG.decode()))
    keys = [[key] for key in whole] + [
        [key, inner] for key in whole if isinstance(whole[key], dict) for inner in whole[key]
    ]
    keys += [["networks", role, option] for role, options in whole["networks"].items() for option in options]

    def change(changes):
        config = OmegaConf.to_container(OmegaConf.create(CONFIG.decode()))
        for (*sections, last), value in changes:
            place = config
            for section in sections:
                place = place[section] if isinstance(place.get(section), dict) else {}
            place[last] = value
        return json.dumps(config).encode()  # JSON is YAML

    values = JSON | st.sampled_from(ATOMS)
    return st.lists(st.tuples(st.sampled_from(keys), values), min_size=1, max_size=3).map(change)


@fuzzed(0.2)
@given(content=changed(CONFIG) | as_yaml())
def test_config(folder, content):
    run = RunFolder(folder)
    run.config.write_bytes(content)

    def read():
        config = run.read_config()
        ready(config, "--plugins PACKAGE", is_for_use=True)
        return ready(config, "plugins=[PACKAGE]")

    only_user_errors(read)
    only_user_errors(lambda: config_file.read_plain(run.config))


@fuzzed(0.2)
@given(content=changed(HISTORY), step=st.integers(0, 50))
def test_history(folder, content, step):
    (folder / "history.csv").write_bytes(content)
    for old in folder.glob("history.csv.damaged-*"):
        old.unlink()
    said = []
    history = HistoryFile(folder / "history.csv", said.append)
    before = history.read()
    assert all(isinstance(float(cell), float) for row in before for cell in row.values())
    history.cut(step)
    assert not said or (folder / "history.csv.damaged-1").read_bytes() == content
    assert [row for row in before if int(row["step"]) <= step] == history.read()
    header, *whole = HISTORY.splitlines()
    if content.splitlines()[:1] == [header]:
        rows = {line for line in content.split(b"\n")[1:] if line in whole and int(line.split(b",")[0]) <= step}
        assert said or rows <= set(history.path.read_bytes().split(b"\n"))
    history.append({"step": 10**12, "seconds": 1.0, "a.loss": 0.5})
    assert history.read()[-1] == {"step": "1000000000000", "seconds": "1.0", "a.loss": "0.5"}


@fuzzed(0.2)
@given(content=changed(STATUS) | as_json(STATUS))
def test_status(folder, content):
    (folder / "status.json").write_bytes(content)
    run = RunFolder(folder)
    status = run.status()
    assert isinstance(run.state(), str)
    assert isinstance(overview.state_of(status), str)
    assert all(not isinstance(value, dict | list) for value in status.get("metrics", {}).values())
    (folder / "sweep.json").write_bytes(SWEEP)
    overview._line(folder.with_name("0") if folder.name.isdecimal() else _as_job(folder, content))


def _as_job(folder, status):
    job = folder / "0"
    job.mkdir(exist_ok=True)
    (job / "config.yaml").write_text("model: {name: gan}\n")
    (job / "status.json").write_bytes(status)
    LiveTable(folder).render([job], 80)
    assert overview.finish(folder) in (0, 1)
    only_user_errors(lambda: table.markdown(folder))
    return job


@fuzzed()
@given(content=changed(ENVIRONMENT) | as_json(ENVIRONMENT))
def test_environment(folder, content):
    (folder / "environment.json").write_bytes(content)
    for known in only_user_errors(lambda: sessions.read(folder / "environment.json")) or []:
        assert isinstance(known, dict)
        assert isinstance(known.get("data", {}), dict)


@fuzzed()
@given(content=changed(CHECKPOINT) | as_json(CHECKPOINT))
def test_checkpoint(folder, content):
    path = folder / "checkpoints" / f"step-{STEP:08d}.json"
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(content)
    facts = only_user_errors(lambda: checkpoint_facts.read(path, STEP))
    assert facts is None or facts["step"] == STEP
    [found] = RunFolder(folder).checkpoints.list()
    assert (found.step, found.fault is None) == (STEP, facts is not None)
    for metric in ("a", "gan.loss"):
        assert isinstance(found.value(metric), int | float)
    only_user_errors(RunFolder(folder).checkpoints.newest)
    only_user_errors(lambda: RunFolder(folder).checkpoints.best("a"))


@fuzzed()
@given(content=changed(SWEEP) | as_json(SWEEP))
def test_sweep(folder, content):
    (folder / "sweep.json").write_bytes(content)
    file = only_user_errors(lambda: SweepFile(folder))
    if file:
        assert all(isinstance(key, str) for key in [*file.swept(), *file.every_key()])
        assert all(isinstance(file.differing(number), dict) for number in ("0", "1", "x", "99"))


@fuzzed()
@given(content=changed(RESULTS))
def test_results(folder, content):
    (folder / "sweep.json").write_bytes(SWEEP)
    (folder / "results.csv").write_bytes(content)
    for width in (None, 60):
        lines = only_user_errors(lambda: table.markdown(folder, (), width=width)) or []  # noqa: B023 -- called at once
        assert all("\n" not in line and printable(line) == line for line in lines)


@fuzzed()
@given(config=changed(CONFIG), status=changed(STATUS))
def test_list_of_runs(folder, config, status):
    run = folder / "train" / "2026-01-31" / "a"
    run.mkdir(parents=True, exist_ok=True)
    (run / "config.yaml").write_bytes(config)
    (run / "status.json").write_bytes(status)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("GANAE_OUTPUTS", str(folder))
        [(name, facts)] = list_runs(has_help=True)
    assert name.endswith("a")
    assert isinstance(facts, str)


@fuzzed()
@given(text=st.text())
def test_printable(text):
    assert not any(code in printable(text) for code in ("\x1b", "\x9b", "\r", "\x07", "\u202e"))

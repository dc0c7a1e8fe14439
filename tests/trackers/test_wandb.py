"""Weights & Biases without network: the files of its offline runs, read by its own record format."""

import json
import os
import struct
import time

import pytest

pytest.importorskip("wandb")

from ganae_cli.trackers.base import About
from ganae_cli.trackers.wandb import WandB

BLOCK, HEADER = 2**15, 7  # of the LevelDB log in which records are framed: crc (4 bytes), length (2), kind (1)
WHOLE, LAST = 1, 4


@pytest.fixture
def about(tmp_path, monkeypatch):
    for name in [name for name in os.environ if name.startswith("WANDB_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("NETRC", str(tmp_path / "no-netrc"))
    before = dict(os.environ)

    def of(**changes):
        facts = {"folder": tmp_path / "run", "outputs": tmp_path / "outputs", "name": "gan on ring"}
        return About(**(facts | {"params": {"dataset.path": "${oc.env:DATA}", "seed": "3"}} | changes))

    yield of
    for name in os.environ.keys() - before.keys():
        del os.environ[name]


def records(path):
    """Yield the records of a `.wandb` file."""
    from wandb.proto import wandb_internal_pb2

    content, at, parts = path.read_bytes(), HEADER, b""
    assert content.startswith(b":W&B")
    while at + HEADER <= len(content):
        room = BLOCK - at % BLOCK
        if room < HEADER:
            at += room
            continue
        _, length, kind = struct.unpack("<IHB", content[at : at + HEADER])
        parts += content[at + HEADER : at + HEADER + length]
        at += HEADER + length
        if kind in (WHOLE, LAST):
            yield wandb_internal_pb2.Record.FromString(parts)
            parts = b""


def read(outputs):
    """Return, for each session, the records of the run and its config, and the rows of its history.

    The process that writes the files serves all runs of this one, and is not waited for when one of them ends.
    """
    deadline, sessions = time.monotonic() + 20, []
    while not all(any(one.HasField("exit") for one in records(path)) for path in outputs.glob("wandb/*/*.wandb")):
        assert time.monotonic() < deadline
        time.sleep(0.1)
    for path in sorted(outputs.glob("wandb/offline-run-*/*.wandb")):
        found = list(records(path))
        rows = {}
        for one in found:
            if one.WhichOneof("record_type") == "history":
                cells = {item.key or item.nested_key[0]: item.value_json for item in one.history.item}
                rows[one.history.step.num] = {key: json.loads(cell) for key, cell in cells.items() if key[0] != "_"}
        config = {u.key or ".".join(u.nested_key): json.loads(u.value_json) for one in found for u in one.config.update}
        sessions.append((next(one.run for one in found if one.HasField("run")), config, rows, path))
    return sessions


def test_a_run_and_its_continuation(about, tmp_path):
    from PIL import Image

    picture = tmp_path / "step-00000100.png"
    Image.new("RGB", (4, 4)).save(picture)
    tracker = WandB()
    opened = tracker.open(about(group="a sweep"))
    assert opened.place == f"{tmp_path}/outputs/wandb (offline)"
    tracker.row(100, {"generator/fool": 0.5}, 1.0)
    tracker.picture(100, "samples", picture)
    tracker.row(200, {"generator/fool": 0.25}, 2.0)
    tracker.file(picture, "checkpoint")
    tracker.close("interrupted", {"modes": 8.0}, {"verdict.mode_collapse": "healthy"}, 200)
    again = WandB()
    assert again.open(about(run=opened.run, params={"seed": "4"})).run == opened.run
    again.row(300, {"generator/fool": 0.1}, 3.0)
    again.close("done", {}, {}, 300)
    first, second = sorted(read(tmp_path / "outputs"), key=lambda session: min(session[2]))
    assert [(one[0].run_id, one[0].project, one[0].run_group) for one in (first, second)] == [
        (opened.run, "ganae", "a sweep"),
        (opened.run, "ganae", ""),
    ]
    assert [first[2][step]["generator/fool"] for step in (100, 200)] == [0.5, 0.25]
    assert "samples" in first[2][100]
    assert {step: row["generator/fool"] for step, row in second[2].items()} == {300: 0.1}
    assert (first[1]["dataset.path"], second[1]["seed"]) == ("${oc.env:DATA}", "4")


def test_nothing_is_told_that_nobody_asked_for(about, tmp_path, monkeypatch):
    """Neither machine, user, command line, nor commit; and nothing is written elsewhere."""
    import getpass
    import platform

    home = tmp_path / "home"
    home.mkdir()
    monkeypatch.setenv("HOME", str(home))
    tracker = WandB()
    tracker.open(about())
    tracker.row(100, {"x": 0.5}, 1.0)
    tracker.close("done", {}, {}, 100)
    ((run, config, _, path),) = read(tmp_path / "outputs")
    assert (run.host, run.git.commit, run.git.remote_url) == ("", "", "")
    own = {key for key in config if not key.startswith("_wandb")}
    assert own == {"dataset.path", "seed"}
    assert not any(one.HasField("environment") for one in records(path))
    content = path.read_bytes()
    assert platform.node().encode() not in content or len(platform.node()) < 4
    assert f'"{getpass.getuser()}"'.encode() not in content
    assert list(home.rglob("*")) == []


@pytest.mark.parametrize(
    ("mode", "variables", "expected"),
    [
        ("auto", {}, "offline"),
        ("auto", {"WANDB_API_KEY": "x"}, "online"),
        ("auto", {"WANDB_MODE": "offline", "WANDB_API_KEY": "x"}, "offline"),
        ("offline", {"WANDB_API_KEY": "x"}, "offline"),
        ("online", {}, "online"),
    ],
)
def test_it_is_online_only_with_a_login_or_if_asked(about, monkeypatch, mode, variables, expected):
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    assert WandB(mode=mode).mode_now() == expected


def test_a_login_of_the_library_counts(about, tmp_path, monkeypatch):
    """As `wandb login` leaves it, for the library's own server or the user's."""
    import wandb
    from wandb.sdk.lib import wbauth

    monkeypatch.setenv("NETRC", str(tmp_path / "netrc"))
    wbauth.write_netrc_auth(host=wandb.Settings().base_url, api_key="0123456789" * 4)
    assert WandB().mode_now() == "online"
    monkeypatch.setenv("WANDB_BASE_URL", "https://tracks.example.org")
    assert WandB().mode_now() == "offline"
    wbauth.write_netrc_auth(host="https://tracks.example.org", api_key="0123456789" * 4)
    assert WandB().mode_now() == "online"

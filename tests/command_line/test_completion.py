"""Tab completion, as the shells ask for it, and in a real bash."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from ganae_cli import cli
from ganae_cli.command_line.completion import candidates, safe
from ganae_cli.config.conf_tree import ConfTree

COMMANDS = [
    "data",
    "doctor",
    "encode",
    "evaluate",
    "export",
    "interpolate",
    "launch",
    "list",
    "neighbours",
    "reconstruct",
    "resume",
    "sample",
    "train",
    "traverse",
    "tune",
]


def complete(line):
    return candidates(line, COMMANDS)


@pytest.mark.parametrize("command", cli.commands())
def test_every_command_completes_its_own_flags(command):
    assert "--help" in complete(f"ganae {command} --he")


def test_command_words():
    assert complete("ganae ") == [*COMMANDS, "--help", "--version"]
    assert complete("ganae tra") == ["train", "traverse"]


def test_options_of_a_group():
    assert complete("ganae train model=") == [f"model={name}" for name in ConfTree().options("model")]
    assert complete("ganae train model=aut") == ["model=auto", "model=autoencoder"]
    assert "network@networks.encoder=mlp" in complete("ganae train network@networks.encoder=")


def test_keys_piece_by_piece_without_noise():
    assert complete("ganae train model.z") == ["model.z_dim="]
    assert complete("ganae train loss.pen") == ["loss.penalties."]
    assert complete("ganae train loss.penalties.r1.w") == ["loss.penalties.r1.weight="]
    everything = complete("ganae train ")
    assert {"model=", "model.", "seed=", "train.", "network@"} <= set(everything)
    assert not [word for word in everything if word.startswith(("hydra", "penalty", "network="))]


def test_roles_are_those_of_the_chosen_model():
    assert complete("ganae train model=gan network@networks.") == [
        "network@networks.generator=",
        "network@networks.discriminator=",
    ]
    assert complete("ganae train model=gan networks.e") == []


def test_values_of_a_closed_list_also_behind_a_comma():
    assert complete("ganae train hardware.jit=t") == ["hardware.jit=true"]
    assert complete("ganae train loss.adversarial=hi") == ["loss.adversarial=hinge"]
    assert complete("ganae train loss.auto") == ["loss.autoencoder="]
    assert complete("ganae train model=gan loss.generator=hi") == ["loss.generator=hinge"]
    assert complete("ganae train model=vae loss.auto") == []
    assert complete("ganae train -m hardware.precision=float32,mixed_b") == [
        "hardware.precision=float32,mixed_bfloat16"
    ]


def test_flags_kinds_and_runs(tmp_path, monkeypatch):
    monkeypatch.setenv("GANAE_OUTPUTS", str(tmp_path))
    run = tmp_path / "train" / "2026-01-31" / "10-00-00-aaaa"
    run.mkdir(parents=True)
    (run / "config.yaml").write_text("seed: 0\n")
    assert complete("ganae train --mul") == ["--multirun"]
    assert complete("ganae list mod") == ["models"]
    assert complete("ganae resume ") == ["latest", str(run)]


def test_what_takes_one_run_is_offered_jobs_and_no_sweeps(tmp_path, monkeypatch):
    monkeypatch.setenv("GANAE_OUTPUTS", str(tmp_path))
    run, sweep = (tmp_path / kind / "2026-01-31" / "10-00-00-aaaa" for kind in ("train", "sweep"))
    for path in (run, sweep / "0"):
        path.mkdir(parents=True)
        (path / "config.yaml").write_text("seed: 0\n")
    (sweep / "sweep.json").write_text("{}")
    assert complete("ganae export ") == ["latest", str(run)]
    assert complete(f"ganae sample {sweep}/") == [f"{sweep}/0"]
    assert str(sweep) in complete("ganae evaluate ")


@pytest.mark.parametrize(
    ("marks", "last", "found"),
    [
        (["config.yaml"], "train.ste", ["train.steps="]),
        (["config.yaml"], "train.steps=1 hardware.th", ["hardware.threads="]),
        (["config.yaml"], "tracker=m", ["tracker=mlflow"]),
        (["config.yaml"], "track", ["tracker="]),
        (["config.yaml"], "sweep.j", []),
        (["config.yaml"], "tune.t", []),
        (["sweep.json"], "sweep.j", ["sweep.jobs="]),
        (["sweep.json", "study.json"], "t", ["tune."]),
        (["sweep.json", "study.json"], "tune.", ["tune.trials=", "tune.jobs="]),
        (["sweep.json", "study.json"], "tune.jobs=", ["tune.jobs=auto"]),
        ([], "train.", []),
    ],
)
def test_what_may_change_of_a_run_a_sweep_and_a_study(tmp_path, monkeypatch, marks, last, found):
    monkeypatch.setenv("GANAE_OUTPUTS", str(tmp_path))
    folder = tmp_path / "train" / "2026-01-31" / "10-00-00-aaaa"
    folder.mkdir(parents=True)
    for mark in marks:
        (folder / mark).write_text("{}")
    assert complete(f"ganae resume latest {last}") == found


def test_flags_of_the_other_commands():
    assert {"--help", "--count", "--seed", "--out", "--plugins"} <= set(complete("ganae sample --"))
    assert complete("ganae list --u") == ["--units"]
    assert complete("ganae resume latest --") == ["--help", "--checkpoint"]


def test_behind_a_command(capsys):
    assert cli.main(["train", "-sc", "install=fish"]) == 0
    assert capsys.readouterr().out.startswith("complete -c ganae")


def test_unknown_shell(capsys):
    assert cli.main(["-sc", "install=tcsh"]) == 2
    assert "one of bash, zsh, fish" in capsys.readouterr().err


@pytest.mark.skipif(not shutil.which("bash"), reason="needs bash")
@pytest.mark.parametrize(
    ("line", "pieces", "reply"),
    [
        ("ganae trai", "ganae trai", "train"),
        ("ganae train model=autoe", "ganae train model = autoe", "autoencoder"),
        ("ganae train model.z", "ganae train model.z", "model.z_dim="),
        ("ganae train network@networks.enc", "ganae train network @ networks.enc", "@networks.encoder="),
    ],
)
def test_in_bash(line, pieces, reply, tmp_path):
    """readline splits words at = and @, and takes the reply for what stands behind the = or from the @ on."""
    words = pieces.split()
    script = f"""
        ganae() {{ {sys.executable} -m ganae_cli "$@"; }}
        compopt() {{ :; }}
        eval "$(ganae -sc install=bash)"
        COMP_LINE='{line}' COMP_POINT={len(line)} COMP_CWORD={len(words) - 1} COMP_WORDS=({" ".join(words)})
        _ganae_complete
        printf '%s\\n' "${{COMPREPLY[@]}}"
    """
    root = Path(cli.__file__).parent.parent
    run = subprocess.run(["bash", "-c", script], capture_output=True, text=True, cwd=root, check=True)
    assert run.stdout.splitlines() == [reply]


@pytest.mark.parametrize(
    ("line", "found"),
    [
        ("ganae train --cfg ", ["job", "hydra", "all"]),
        ("ganae train ++model.z", ["++model.z_dim="]),
        ("ganae train model=gan optimizer.generator.learning", ["optimizer.generator.learning_rate="]),
        ("ganae train model=wgan optimizer.r", ["optimizer.rho="]),
        ("ganae sample latest --sampler k", ["kde"]),
        ("ganae sample latest --sampler=k", ["--sampler=kde"]),
        ("ganae export latest --format=", [f"--format={name}" for name in ("keras", "saved_model", "onnx", "litert")]),
        ("ganae export latest --out=", []),
        ("ganae train sweep.jobs=", ["sweep.jobs=auto"]),
        ("ganae tune tune.jobs=", ["tune.jobs=auto"]),
        ("ganae tune sweep", ["sweep="]),
        ("ganae list models ", []),
        ("ganae nothing ", []),
    ],
)
def test_what_fits_there(line, found):
    assert complete(line) == found


def test_results_are_of_sweeps_and_runs(tmp_path, monkeypatch):
    monkeypatch.setenv("GANAE_OUTPUTS", str(tmp_path))
    for kind, mark in (("sweep", "sweep.json"), ("train", "config.yaml")):
        folder = tmp_path / kind / "2026-01-31" / "10-00-00-aaaa"
        folder.mkdir(parents=True)
        (folder / mark).write_text("{}")
    sweep, run = (str(tmp_path / kind / "2026-01-31" / "10-00-00-aaaa") for kind in ("sweep", "train"))
    assert sorted(complete("ganae list results ")) == [sweep, run]
    assert complete(f"ganae list results {sweep} ") == [run]


def test_a_folder_whose_name_a_shell_would_run_is_no_candidate(tmp_path):
    """A candidate is put into the command line as it is, without quotes."""
    names = ["plain", "with space", "$(touch x)", "`touch x`", "a;b", "a\x1b[2Jb", "é"]
    assert safe(tmp_path / name for name in names) == [str(tmp_path / "plain")]

"""`ganae train` up to the point where training begins: what is refused and how, and what the core is handed."""

import os
import re
import sys
import types
from pathlib import Path

import pytest
from omegaconf import OmegaConf

import ganae_cli
from ganae_cli import cli, quiet
from ganae_cli.errors import UserError


@pytest.fixture
def here(tmp_path, monkeypatch):
    """An empty current folder, with `outputs` in it; gives the folder."""
    folder = tmp_path / "here"
    folder.mkdir()
    monkeypatch.chdir(folder)
    monkeypatch.delenv("GANAE_OUTPUTS")
    monkeypatch.setattr(sys, "argv", ["ganae"])
    return folder


@pytest.fixture
def core(monkeypatch):
    """Stands in for runs and sweeps: `core.calls` are the calls, `core.train` may be replaced."""

    class Core:
        calls = []

        def train(self, config, folder, plugins):
            self.calls.append(("train", config, folder, plugins))
            (folder / "config.yaml").write_text(OmegaConf.to_yaml(config))
            return 0, folder

    made = Core()
    made.calls = []
    runs = types.SimpleNamespace(train=lambda *given: made.train(*given))
    sweeps = types.SimpleNamespace(
        prepare=lambda folder, jobs: made.calls.append(("prepare", folder, jobs)),
        run_job=lambda folder, config, words: made.calls.append(("job", folder, config, words)),
        finish=lambda folder: made.calls.append(("finish", folder)) or 1,
    )
    for name, module in (("runs", runs), ("sweeps", sweeps)):
        monkeypatch.setitem(sys.modules, f"ganae_cli.{name}", module)
        monkeypatch.setattr(ganae_cli, name, module, raising=False)
    monkeypatch.setattr(quiet, "import_tensorflow", lambda: None)
    return made


def train(*words):
    return cli.main(["train", *words])


REFUSED = [
    ("model.zdim=3", "unknown setting 'model.zdim'; did you mean 'model.z_dim'?"),
    ("+model.zdim=3", "unknown setting 'model.zdim'; did you mean 'model.z_dim'?"),
    ("++model.zdim=3", "unknown setting 'model.zdim'; did you mean 'model.z_dim'?"),
    ("model=gann", "no model named 'gann'; did you mean 'gan'? (choices: …"),
    ("dataset=digit", "no dataset named 'digit'; did you mean 'digits'? (choices: …"),
    ("experiment=nope", "no experiment named 'nope' (…"),
    ("train.steps=abc", "train.steps: expected a whole number, got 'abc'"),
    ("train.steps=1e3", "train.steps: expected a whole number, got 1000.0"),
    ("model.z_dim=0", "model.z_dim must be at least 1, got 0"),
    ("model.z_dim=8,16", "model.z_dim: 8,16 is a sweep: add --multirun (a list is written model.z_dim=[8,16])"),
    ("model=gan,aegan", "model: gan,aegan is a sweep: add --multirun"),
    ("foo", "expected KEY=VALUE, got 'foo'"),
    ("=3", "expected KEY=VALUE, got '=3'"),
    ("@x=3", "expected KEY=VALUE, got '@x=3'"),
    ("x=[1", "cannot read 'x=[1': brackets and quotes must be closed; quote a value that contains special …"),
    ("p=a=b", "cannot read 'p=a=b': quote a value that contains special characters: \"p='a=b'\""),
    ("network=mlp", "networks are chosen role by role: network@networks.ROLE=mlp (roles here: code_discriminator, …"),
    ("network@networks.critic=mlp", "the model has no network 'critic' (roles: code_discriminator, discriminator, …"),
    ("+network@networks.critic=mlp", "model 'aegan' has no network 'critic' (roles: encoder, generator, …"),
    ("networks.critic.width=3", "model 'aegan' has no network 'critic' (roles: encoder, generator, …"),
    ("network@networks.encoder=mlpp", "no network named 'mlpp'; did you mean 'mlp'? (choices: …"),
    ("penalty=r1", "penalties are set by weight: loss.penalties.r1.weight=NUMBER"),
    ("loss.adversarial=hing", "loss.adversarial: no adversarial loss 'hing'; did you mean 'hinge'? (choices: …"),
    ("loss.penalties.r3.weight=1", "no penalty named 'r3' (choices: …"),
    ("model.name=gan", "model.name follows from the choice of the whole part: model=gan"),
    (
        "networks.encoder.name=mlp",
        "networks.encoder.name follows from the choice of the whole part: network@networks.encoder=mlp",
    ),
    ("+model=gan", "model is chosen without a sign: model=NAME"),
    ("++model=gan", "model is chosen without a sign: model=gan"),
    ("model=null", "model=null: expected one of aegan, …"),
    ("~dataset", "no dataset is chosen (choices: …"),
    ("~train.steps", "'train.steps' is missing from the config: it can be set, not removed"),
    ("train={steps: 10, foo: 3}", "unknown setting 'train.foo' (train has: …"),
    ("train.steps=${nope}", "train.steps: Interpolation key 'nope' not found"),
    ("train.steps=${oc.env:GANAE_NO_SUCH}", "train.steps: Environment variable 'GANAE_NO_SUCH' not found"),
    ("model.z_dim=???", "model.z_dim must be given: model.z_dim=VALUE"),
    ("hydra.foo=1", "hydra.foo: Key 'foo' not in 'HydraConf'"),
    ("hydra/launcher=jolib", "no hydra/launcher named 'jolib' (choices: basic…"),
    ("--config-dir nowhere", "--config-dir nowhere: no such folder"),
    ("--config-name nope", "no config named 'nope' in …"),
    ("--config-path /", "no config named 'train' in /; --config-dir adds a folder to ganae's own, …"),
    ("--multi", "no flag '--multi'; did you mean '--multirun'? (flags: …"),
    ("--multirun model.z_dim=8,0", "model.z_dim must be at least 1, got 0"),
    ("--multirun model=gan,gann", "no model named 'gann'; did you mean 'gan'? (choices: …"),
    ("--multirun experiment=glob(zz*)", "experiment=glob(zz*) matches nothing"),
]


@pytest.mark.parametrize(("line", "message"), REFUSED, ids=[line for line, _ in REFUSED])
def test_refused_in_one_line_with_nothing_left_behind(here, capsys, line, message):
    words = line.split(" ") if line.startswith("--") else [line]
    assert train(*words) == 2
    out, error = capsys.readouterr()
    assert out == ""
    pattern = re.escape(f"ganae: error: {message}\n").replace("…\\\n", ".*\n")
    assert re.fullmatch(pattern, error), error
    assert list(here.iterdir()) == []


def test_a_run_gets_its_config_and_its_folder(here, core, capsys):
    assert train("model=gan", "seed=3") == 0
    (_, config, folder, plugins), *more = core.calls
    assert (more, plugins, "plugins" in config, "hydra" in config) == ([], [], False, False)
    assert (config.model.name, config.seed, config.dataset.name) == ("gan", 3, "digits")
    assert re.fullmatch(r"outputs/train/\d{4}-\d\d-\d\d/\d\d-\d\d-\d\d-[0-9a-f]{4}", str(folder))
    assert capsys.readouterr().out == f"{folder}\n"
    assert [path.name for path in (here / folder).iterdir()] == ["config.yaml"]
    assert "GANAE_STAMP" not in os.environ


def test_the_exit_code_is_that_of_the_run(here, core):
    core.train = lambda config, folder, plugins: (130, folder)
    assert train() == 130


def test_two_runs_of_one_second_have_folders_of_their_own(here, core, monkeypatch):
    monkeypatch.setattr("time.strftime", lambda pattern: "2026-01-31/12-00-00")
    train("model=gan")
    train("model=gan")
    assert len({folder for _, _, folder, _ in core.calls}) == 2


def test_the_folder_can_be_chosen(here, core, capsys):
    assert train("hydra.run.dir='it\\'s a=b/x'") == 0
    assert core.calls[0][2] == Path("it's a=b/x")
    assert capsys.readouterr().out == "it's a=b/x\n"


def test_a_folder_named_by_the_time_is_made_once(here, core):
    assert train("hydra.run.dir=x/${now:%H-%M-%S-%f}") == 0
    assert [here / core.calls[0][2]] == list((here / "x").iterdir())


def test_secrets_stay_unresolved(here, core, monkeypatch):
    monkeypatch.setenv("SECRET_FILE", "hush.npz")
    assert train("dataset=arrays", "dataset.path=${oc.env:SECRET_FILE}") == 0
    saved = (here / core.calls[0][2] / "config.yaml").read_text()
    assert "hush" not in saved
    assert "${oc.env:SECRET_FILE}" in saved


@pytest.mark.parametrize(
    ("error", "code"), [(UserError("no GPU"), 2), (RuntimeError("broke"), 1), (KeyboardInterrupt(), 130)]
)
def test_a_run_that_cannot_begin_leaves_no_folder(here, core, capsys, error, code):
    def fail(*given):
        raise error

    core.train = fail
    assert train() == code
    assert list(here.iterdir()) == []
    out, said = capsys.readouterr()
    assert out == ""
    assert "Set the environment variable" not in said
    assert len(said.splitlines()) <= 1


def test_a_run_that_broke_points_to_its_log(here, core, capsys):
    def fail(config, folder, plugins):
        (folder / "train.log").write_text("Traceback …")
        raise RuntimeError("broke")

    core.train = fail
    assert train() == 1
    assert re.search(
        r"RuntimeError: broke \(the traceback is in outputs/train/.*/train.log\)\n", capsys.readouterr().err
    )


def test_outputs_that_cannot_be_written(here, core, capsys, monkeypatch):
    (here / "file").write_text("")
    monkeypatch.setenv("GANAE_OUTPUTS", "file")
    assert train() == 2
    assert capsys.readouterr().err.startswith("ganae: error: cannot make the folder file/train/")


def test_open_sections_take_what_no_yaml_lists(here, core):
    words = [
        "loss.penalties.r1.weight=2",
        "optimizer.autoencoder.learning_rate=1e-3",
        "model.weights.autoencoder.other=1",
    ]
    assert train(*words) == 0
    config = core.calls[0][1]
    assert config.loss.penalties == {"r1": {"weight": 2}}
    assert config.optimizer.autoencoder.learning_rate == 1e-3
    assert config.model.weights.autoencoder.other == 1


@pytest.mark.parametrize(
    "line", ["-m model=gan model.z_dim=8,16", "model=gan --multirun model.z_dim=8,16", "model=gan model.z_dim=8,16 -m"]
)
def test_a_sweep_is_prepared_run_and_finished(here, core, capsys, line):
    assert train(*line.split()) == 1  # what `finish` says
    (_, sweep, jobs), *done, finished = core.calls
    assert [words for words, _ in jobs] == [["model=gan", "model.z_dim=8"], ["model=gan", "model.z_dim=16"]]
    assert [config.model.z_dim for _, config in jobs] == [8, 16]
    assert [(kind, folder, config.model.z_dim, words) for kind, folder, config, words in done] == [
        ("job", sweep / str(number), z_dim, ["model=gan", f"model.z_dim={z_dim}"])
        for number, z_dim in enumerate((8, 16))
    ]
    assert finished == ("finish", sweep)
    assert re.fullmatch(r"outputs/sweep/[\d-]+/[\d-]+-[0-9a-f]{4}", str(sweep))
    assert capsys.readouterr().out == f"{sweep}\n"


def test_a_config_can_ask_for_a_sweep(here, core, tmp_path):
    (tmp_path / "sweep").mkdir()
    text = "# @package _global_\nhydra:\n  mode: MULTIRUN\n  sweeper:\n    params:\n      seed: 1,2\n"
    text += "      loss.penalties.r1.weight: 3\n"
    (tmp_path / "sweep" / "seeds.yaml").write_text(text)
    assert train("--config-dir", str(tmp_path), "sweep=seeds", "model=gan") == 1
    assert [words for words, _ in core.calls[0][2]] == [
        [f"seed={seed}", "loss.penalties.r1.weight=3", "sweep=seeds", "model=gan"] for seed in (1, 2)
    ]
    done = [config for kind, *given in core.calls if kind == "job" for config in given[1:2]]
    assert [(config.seed, config.loss.penalties.r1.weight) for config in done] == [(1, 3), (2, 3)]


def test_swept_options_of_an_open_section(here, core):
    train("-m", "loss.penalties.r1.weight=1,2", "hydra.sweep.dir=mine")
    assert [call[3] for call in core.calls if call[0] == "job"] == [
        ["loss.penalties.r1.weight=1"],
        ["loss.penalties.r1.weight=2"],
    ]
    assert core.calls[-1] == ("finish", Path("mine"))


@pytest.mark.parametrize("by", ["flag", "environment"])
def test_configs_of_the_users(here, core, tmp_path, monkeypatch, capsys, by):
    (tmp_path / "experiment").mkdir()
    text = "# @package _global_\n# help: mine\ndefaults:\n  - override /model: gan\ntrain:\n  steps: 7\n"
    (tmp_path / "experiment" / "mine.yaml").write_text(text)
    (tmp_path / "model").mkdir()
    (tmp_path / "model" / "gan.yaml").write_text("model: {}\n")
    words = ["--config-dir", str(tmp_path)] if by == "flag" else []
    if by == "environment":
        monkeypatch.setenv("GANAE_CONFIG_PATH", str(tmp_path))
    assert train("experiment=mine", *words) == 0
    assert core.calls[0][1].train.steps == 7
    assert core.calls[0][1].model.name == "gan"
    assert capsys.readouterr().err.startswith(f"ganae: warning: {tmp_path / 'model' / 'gan.yaml'} is not used: ")


def test_a_mistake_in_a_file_of_the_users(here, tmp_path, capsys):
    (tmp_path / "experiment").mkdir()
    (tmp_path / "experiment" / "bad.yaml").write_text("# @package _global_\ndefaults:\n  - override /model: gann\n")
    (tmp_path / "experiment" / "typo.yaml").write_text("# @package _global_\ntrain:\n  stesp: 7\n")
    (tmp_path / "experiment" / "torn.yaml").write_text("# @package _global_\ntrain: [7\n")
    for name, message in (
        ("bad", "no model named 'gann'; did you mean 'gan'?"),
        ("typo", "unknown setting 'train.stesp'; did you mean 'train.steps'?"),
        ("torn", "torn.yaml, line "),
    ):
        assert train("--config-dir", str(tmp_path), f"experiment={name}") == 2
        assert message in capsys.readouterr().err
    assert list(here.iterdir()) == []


def test_cfg_shows_the_config_and_makes_nothing(here, capsys):
    assert train("model=gan", "--cfg", "job", "-p", "model") == 0
    assert OmegaConf.create(capsys.readouterr().out).name == "gan"
    assert list(here.iterdir()) == []


def test_a_dry_run_shows_every_job_and_makes_nothing(here, capsys):
    assert train("--dry-run", "-m", "model=gan", "train.examples=${seed}", "seed=1,2") == 0
    first, second = capsys.readouterr().out.split("---\n")[1:]
    assert first.startswith("# job 0: model=gan ")
    assert OmegaConf.create(second).train.examples == 2
    assert list(here.iterdir()) == []

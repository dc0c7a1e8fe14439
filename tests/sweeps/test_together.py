"""Single runs and sweeps in one table."""

import pytest
from omegaconf import OmegaConf

from ganae_cli import cli
from ganae_cli.errors import UserError
from ganae_cli.storage.run_folder import CONFIG, RunFolder
from ganae_cli.sweeps import jobs, table, together


def config(model="gan", seed=0, **settings):
    made = {"seed": seed, "model": {"name": model, "z_dim": 8}, "dataset": {"name": "digits"}}
    made |= {"train": {"steps": 9, "log_every": 3}, "hardware": {"threads": 2}}
    merged = OmegaConf.merge(made, OmegaConf.from_dotlist([f"{key}={value}" for key, value in settings.items()]))
    if model == "vae":
        merged.loss = {"adversarial": None}
    return merged


@pytest.fixture
def run(tmp_path):
    """Return a function that makes the folder of a run that is done."""

    def made(name, fid, *given, **settings):
        folder = RunFolder(tmp_path / name)
        folder.path.mkdir(exist_ok=True)
        (folder.path / CONFIG).write_text(OmegaConf.to_yaml(config(*given, **settings)))
        folder.write_status("done", step=9, seconds=1.5, metrics={"fid": fid})
        return folder.path

    return made


@pytest.fixture
def sweep(tmp_path):
    swept = [(["model=gan", f"model.z_dim={z_dim}"], config(**{"model.z_dim": z_dim})) for z_dim in (2, 4)]
    jobs.prepare(tmp_path / "sweep", swept)
    for number, fid in ((0, 31.0), (1, 32.0)):
        RunFolder(tmp_path / "sweep" / str(number)).write_status("done", step=9, seconds=1.5, metrics={"fid": fid})
    return tmp_path / "sweep"


def lines(*paths):
    return table.lines_of(together.read(paths))


def test_runs_and_jobs_are_rows_named_by_what_they_differ_in(sweep, run):
    one = run("mine", 20.0, "vae", **{"train.log_every": 1, "hardware.threads": 1})
    assert lines(one, sweep)[:5] == [
        "| run | model | model.z_dim | fid |",
        "| --- | --- | --- | --- |",
        "| mine | vae | 8 | 20 |",
        "| sweep/0 | gan | 2 | 31 |",
        "| sweep/1 | gan | 4 | 32 |",
    ]


def test_what_the_parts_imply_is_not_told(run):
    """A VAE has no adversarial loss, and every run says so by its model's name."""
    first, second = run("a", 1.0, "gan"), run("b", 2.0, "vae")
    assert lines(first, second)[0] == "| run | model | fid |"
    third = run("c", 3.0, "gan", **{"train.steps": 7})
    assert lines(first, second, third)[0] == "| run | model | train.steps | fid |"


def test_how_a_run_was_followed_is_not_told(run):
    """Runs of an older version have neither a tracker nor a form of their lines."""
    followed = {"tracker.name": "wandb", "tracker.project": "mine", "chosen.tracker": "wandb", "log.format": "json"}
    found = lines(run("a", 1.0, **{"tracker.name": "none", "log.format": "text"}), run("b", 2.0, **followed))
    assert found[0] == lines(run("c", 1.0), run("d", 2.0))[0] == "| run | fid |"
    assert lines(run("a", 1.0), run("b", 2.0, **followed))[0] == "| run | fid |"


def test_runs_that_differ_in_their_seed_alone_are_one_row(run):
    given = (("gan", 0, 7), ("gan", 1, 8), ("vae", 0, 5))
    paths = [run(f"{model}{seed}", fid, model, seed) for model, seed, fid in given]
    assert lines(*paths)[:4] == [
        "| model | seeds | fid |",
        "| --- | --- | --- |",
        "| gan | 2 | 7.50 ± 0.50 |",
        "| vae | 1 | 5 |",
    ]


def test_seeds_without_repeats_are_settings_like_others(run):
    assert lines(run("a", 1.0, "gan", 3), run("b", 2.0, "vae", 4))[0] == "| run | model | seed | fid |"


def test_a_run_that_is_named_twice_is_one_row(sweep, run):
    found = together.read([sweep, sweep / "1", run("mine", 1.0), sweep])
    assert [row["run"] for row in found.rows] == ["sweep/0", "sweep/1", "mine"]


def test_a_run_that_still_trains_is_in_the_table_with_its_state(sweep, run):
    RunFolder(sweep / "1").write_status("pending", step=0, metrics={})
    assert "| sweep/1 | pending | 4 |  |" in lines(run("mine", 1.0), sweep)


def test_an_empty_sweep_has_no_results(tmp_path):
    jobs.prepare(tmp_path, [])
    with pytest.raises(UserError, match="no run is there yet"):
        together.read([tmp_path])


def test_the_command_takes_runs_and_sweeps(sweep, run, capsys):
    mine = str(run("mine", 20.0))
    assert cli.main(["list", "results", mine, str(sweep), "--columns", "fid"]) == 0
    assert capsys.readouterr().out.splitlines()[2:] == [
        "| mine | 8 | 20 |",
        "| sweep/0 | 2 | 31 |",
        "| sweep/1 | 4 | 32 |",
    ]
    assert cli.main(["list", "results", mine]) == 0
    assert capsys.readouterr().out.splitlines()[2] == "| mine | 20 | 1.5 |"
    assert cli.main(["list", "networks", "28x28x1", "2"]) == 2
    assert "expected one shape, got 28x28x1 2" in capsys.readouterr().err

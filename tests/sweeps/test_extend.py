"""Which jobs a sweep lacks for new values of a swept key."""

import itertools

import pytest
from omegaconf import OmegaConf

from ganae_cli.errors import UserError
from ganae_cli.sweeps import jobs as sweeps
from ganae_cli.sweeps.extend import missing, refuse_strange
from ganae_cli.sweeps.sweep_file import SweepFile

CONFIG = OmegaConf.create({"model": {"name": "gan"}, "train": {"steps": 9}})


def grid(**values):
    return [dict(zip(values, each, strict=True)) for each in itertools.product(*values.values())]


def new(jobs, **values):
    """Return the settings of the jobs that are missing."""
    return [jobs[one.like] | one.changes for one in missing(jobs, values)]


def test_a_new_value_comes_with_every_combination_of_the_others():
    jobs = grid(z=["2", "4"], model=["gan", "vae"], seed=["0", "1"])
    added = new(jobs, z=["64"])
    assert added == grid(z=["64"], model=["gan", "vae"], seed=["0", "1"])
    assert new(jobs + added, z=["64"]) == []


def test_values_that_are_there_are_not_repeated_however_they_are_written():
    jobs = grid(rate=["0.001", "1e-4"], seed=["0"])
    assert new(jobs, rate=["1e-3", "0.0001", "1e-2", "0.01"]) == [{"rate": "1e-2", "seed": "0"}]


def test_two_keys_with_new_values_are_combined_with_all_of_each_other():
    jobs = grid(z=["2"], seed=["0"])
    added = new(jobs, z=["4"], seed=["1"])
    assert sorted(map(str, added)) == sorted(map(str, [*grid(z=["4"], seed=["0", "1"]), {"z": "2", "seed": "1"}]))


def test_no_hole_of_old_values_is_filled():
    """The sweep has no job of vae with seed 1, and nobody asked for it."""
    jobs = [{"model": "gan", "seed": "0"}, {"model": "gan", "seed": "1"}, {"model": "vae", "seed": "0"}]
    assert new(jobs, seed=["2"]) == [{"model": "gan", "seed": "2"}, {"model": "vae", "seed": "2"}]


@pytest.mark.parametrize(
    ("keys", "said"),
    [
        (
            ["sed"],
            r"sed is not swept in .*; did you mean 'seed'\? \(values can be added to: seed\); for one job",
        ),
        (
            ["seed", "model"],
            r"model is not swept in .* \(values can be added to: seed\); .*resume .*0 model=VALUE",
        ),
    ],
)
def test_only_swept_keys_can_be_extended(sweep, keys, said):
    with pytest.raises(UserError, match=said):
        refuse_strange(sweep, keys)


def test_a_sweep_whose_jobs_are_made_up_cannot_be_extended(tmp_path):
    sweeps.prepare(tmp_path, [], swept=["seed"])
    with pytest.raises(UserError, match="its sweeper made up the jobs"):
        refuse_strange(tmp_path, ["seed"])


def test_jobs_that_are_added_are_numbered_behind_the_others(sweep):
    words = ["model=gan", "+seed=7"]
    sweeps.add(sweep, [(words, OmegaConf.merge(CONFIG, {"sweep": {"jobs": 2}}))])
    assert [path.name for path in sweeps.job_folders(sweep)] == ["0", "1", "2"]
    assert SweepFile(sweep).jobs[-1] == words
    assert OmegaConf.load(sweep / "2" / "config.yaml") == CONFIG


def test_a_kill_while_jobs_are_added_leaves_the_sweep_as_it_was(sweep, monkeypatch):
    """Until the file of the sweep names them, the new folders are none of its jobs, and are made again."""
    added = [(["model=gan", f"+seed={seed}"], CONFIG) for seed in (7, 8)]
    monkeypatch.setattr(sweeps.SweepFile, "write", None)
    with pytest.raises(TypeError):
        sweeps.add(sweep, added)
    monkeypatch.undo()
    assert (sweep / "3" / "config.yaml").exists()
    assert [path.name for path in sweeps.job_folders(sweep)] == ["0", "1"]
    sweeps.add(sweep, added)
    assert [path.name for path in sweeps.job_folders(sweep)] == ["0", "1", "2", "3"]


def test_nothing_is_written_over_what_is_in_the_way(sweep):
    (sweep / "2").mkdir()
    (sweep / "2" / "history.csv").write_text("mine")
    with pytest.raises(UserError, match="already holds history"):
        sweeps.add(sweep, [(["+seed=7"], CONFIG)])
    assert len(SweepFile(sweep).jobs) == 2

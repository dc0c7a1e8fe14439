"""Ways in which users name a run: a folder, a unique part of its name, or latest."""

import os
from pathlib import Path

import pytest

from ganae_cli.errors import UserError
from ganae_cli.storage.find_run import find_run, is_study, is_sweep, list_folders, list_sweeps, outputs


@pytest.fixture
def runs(tmp_path):
    """Make three runs and a sweep of two jobs under GANAE_OUTPUTS, in the order of their beginning."""
    names = ("train/2026-01-30/23-59-59-beef", "train/2026-01-31/12-00-00-c0de", "train/2026-01-31/12-30-00-f00d")
    made = [tmp_path / "outputs" / name for name in names]
    sweep = tmp_path / "outputs/sweep/2026-02-01/08-00-00-5eed"
    for path in (*made, sweep / "0", sweep / "1"):
        path.mkdir(parents=True)
        (path / "config.yaml").write_text("seed: 0\n")
    (sweep / "sweep.json").write_text("{}")
    return [*made, sweep]


def test_a_run_is_found_by_a_unique_beginning(runs):
    first, second, third, sweep = runs
    assert find_run("23-") == find_run("23-59-59-beef") == find_run("2026-01-30") == first
    assert find_run("12-0") == second
    assert find_run("2026-01-31/12-3") == third
    assert find_run("08") == sweep
    assert is_sweep(sweep)
    assert not is_sweep(third)


def test_a_run_is_found_by_any_part_that_no_other_has(runs):
    first, second, _, sweep = runs
    assert find_run("beef") == find_run("59-59") == find_run("30/23") == first
    assert find_run("c0de") == find_run("31/12-00") == second
    assert find_run("5eed") == find_run("5eed/") == sweep
    assert find_run("5eed/1") == find_run("08-/1") == sweep / "1"
    with pytest.raises(UserError, match=r"'00-' is part of the names of 3 runs: .*5eed, .*f00d, .*c0de$"):
        find_run("00-")
    with pytest.raises(UserError, match=r"no run '5eed/7'"):
        find_run("5eed/7")


def test_a_beginning_counts_before_a_part_of_several(runs):
    assert find_run("23") == runs[0]  # 2026-01-30/23-59-59-beef; no other begins with it
    (runs[1].parent / "14-23-00-0000").mkdir()
    (runs[1].parent / "14-23-00-0000" / "config.yaml").write_text("seed: 0\n")
    assert find_run("23") == runs[0]


def test_candidates_are_listed_up_to_eight(runs, tmp_path):
    for minute in range(10, 21):
        path = tmp_path / "outputs/train/2026-03-01" / f"09-{minute}-00-abcd"
        path.mkdir(parents=True)
        (path / "config.yaml").write_text("seed: 0\n")
    with pytest.raises(UserError, match=r"'abcd' is part of the names of 11 runs: .*09-20.*09-13\S* and 3 older ones$"):
        find_run("abcd")


def test_a_run_is_found_by_its_folder(runs, monkeypatch):
    monkeypatch.chdir(runs[0].parent)
    assert find_run("23-59-59-beef").resolve() == runs[0]
    for path in (*runs, runs[3] / "1"):
        assert find_run(str(path)) == path


def test_latest_is_the_run_that_began_last(runs, monkeypatch, tmp_path):
    os.utime(runs[0] / "config.yaml", (2**32, 2**32))  # touched since: the name counts
    assert find_run("latest") == runs[2]
    monkeypatch.setenv("GANAE_OUTPUTS", str(tmp_path / "elsewhere"))
    with pytest.raises(UserError, match=r"no run yet under .*elsewhere"):
        find_run("latest")


def test_runs_that_are_not_found(runs, tmp_path):
    with pytest.raises(UserError, match=r"'12-' is part of the names of 2 runs: .*12-30-00-f00d, .*12-00-00-c0de$"):
        find_run("12-")
    with pytest.raises(UserError, match=r"no run '12-30-00-food'; did you mean '12-30-00-f00d'\?"):
        find_run("12-30-00-food")
    with pytest.raises(UserError, match=r"is not a run folder: it has no config\.yaml"):
        find_run(str(tmp_path))


def test_folders_are_listed_oldest_first(runs):
    assert list_folders() == runs
    assert list_folders("train") == runs[:3]
    assert list_folders("sweep") == runs[3:]


def test_a_tilde_in_the_variable_is_the_users_home(monkeypatch):
    monkeypatch.setenv("HOME", "/home/ada")
    monkeypatch.setenv("GANAE_OUTPUTS", "~/runs")
    assert outputs() == Path("/home/ada/runs")


@pytest.mark.parametrize("text", ["5eed/../../elsewhere", "5eed/..", "../5eed/1", "5eed/١", "5eed/-1", "*", ".."])
def test_a_name_leads_nowhere_else(runs, tmp_path, text):
    """Only a path that is typed out may leave the folder of all runs."""
    for path in (tmp_path / "outputs" / "elsewhere", runs[3] / "١"):
        path.mkdir()
        (path / "config.yaml").write_text("seed: 0\n")
    with pytest.raises(UserError, match=r"no run|is not a run folder"):
        find_run(text)


def test_a_run_with_a_link_is_not_opened(runs):
    (runs[0] / "status.json").symlink_to("/etc/hostname")
    (runs[3] / "1" / "train.log").symlink_to("nowhere")
    for name in ("beef", "5eed/1"):
        with pytest.raises(UserError, match=r"is a link where a file is expected"):
            find_run(name)
    (runs[3] / "2").symlink_to(runs[1])
    with pytest.raises(UserError, match=r"5eed/2 is a link where a folder is expected"):
        find_run("5eed")


def test_studies_are_found_among_sweeps(tmp_path, monkeypatch):
    monkeypatch.setenv("GANAE_OUTPUTS", str(tmp_path))
    names = ("sweep/2026-01-01/12-00-00-aaaa", "tune/2026-01-02/12-00-00-bbbb", "sweep/2026-01-03/12-00-00-cccc")
    for name in names:
        (tmp_path / name).mkdir(parents=True)
        (tmp_path / name / "sweep.json").write_text('{"jobs": []}')
    study = tmp_path / names[1]
    (study / "study.json").write_text("{}")
    assert list_sweeps() == [tmp_path / name for name in names]
    assert [is_study(path) for path in list_sweeps()] == [False, True, False]
    assert find_run("bbbb") == study
    (tmp_path / names[2] / "sweep.json").unlink()
    assert find_run("latest", or_sweep=True) == study

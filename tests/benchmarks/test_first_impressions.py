"""First impressions: the table and its rows by hand-worked numbers, what is trained and when, and that it runs."""

import doctest
import importlib
import json
import os
import signal
import subprocess
import sys
import threading
import time
import zipfile
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from ganae_cli.errors import UserError
from ganae_cli.evaluation.images import grid, in_rows
from tests.benchmarks.first_impressions import grids, plan, rows, sets, stages, table, targets
from tests.benchmarks.first_impressions.__main__ import main
from tests.benchmarks.first_impressions.night import Watch
from tests.benchmarks.first_impressions.processes import Stopped, tied

ROOT = Path(__file__).parents[2]
DIGITS = sets.PictureSet("digits", ("dataset=digits",), sets.TUNING)


def row(
    label: str, model: str, seed: int, density: float, coverage: float, fid: float, **others: str
) -> dict[str, str]:
    held_out = {"density_held_out": "0.8", "coverage_held_out": "0.9", "fid_held_out": "1"}
    facts = {"set": "digits", "part": "tuning", "shape": "8x8x1", "rows": "1498", "features": "classifier", "n": "299"}
    found = {"density": f"{density}", "coverage": f"{coverage}", "fid": f"{fid}", "steps": "1000"}
    mine = facts | held_out | found | {"label": label, "model": model, "seed": f"{seed}"} | others
    return {column: mine.get(column, "") for column in rows.COLUMNS}


# The table ----------------------------------------------------------------------------------------------------------


def test_a_cell_has_means_and_spreads_and_the_better_one_is_bold():
    """Densities 0.1, 0.2, 0.3 beside 0.4 and 0.6: means 0.2 and 0.5, deviations 0.1 and 0.14. FID: lower is better."""
    before = [row("before", "gan", i, density, 0.9, 10.0) for i, density in enumerate((0.1, 0.2, 0.3))]
    after = [row("after", "gan", i, density, 0.9, 12.0 + 2 * i) for i, density in enumerate((0.4, 0.6))]
    lines = table.written(before + after, ["before", "after"]).splitlines()
    (line,) = [line for line in lines if line.startswith("| `gan`")]
    _, model, score, density, coverage, fid, steps, verdict, _ = (cell.strip() for cell in line.split("|"))
    assert model == "`gan`"
    assert density == "0.20 ± 0.10 → **0.50 ± 0.14**"
    assert coverage == "0.90 ± 0.00 → 0.90 ± 0.00"
    assert fid == "**10 ± 0** → 13 ± 1.41"
    assert steps == "1,000 ± 0 → 1,000 ± 0"
    assert verdict == "healthy → healthy"
    # sqrt(0.1/0.8 * 1) = 0.354, 0.5 and 0.612 of before; sqrt(0.5) and sqrt(0.75) of after
    assert score == "0.49 ± 0.13 → **0.79 ± 0.11**"


def test_the_best_model_of_a_set_stands_beside_the_keras_programs():
    """Quotients 0.5 and 0.5 are a score of 0.5; 1 and 0.04 one of 0.2, though their mean is higher."""
    found = [row("before", "gan", 0, 0.4, 0.45, 9.0), row("before", "vae", 0, 0.8, 0.036, 5.0)]
    found += [row("after", "keras_dcgan", 0, 0.2, 0.225, 5.0)]
    lines = table.written(found, ["before", "after"]).splitlines()
    assert "| `digits` | `gan` 0.50 |  | 0.25 |  |" in lines
    assert any(line.startswith("| `keras_dcgan` | 0.25 | 0.20 |") for line in lines), (
        "a yardstick has no before and after"
    )
    assert lines[-1].endswith("| not judged |"), "samples alone have no verdict"
    assert any(line.startswith("| `vae` | 0.20 → | 0.80 → |") for line in lines), "what is missing stays empty"


def test_what_went_wrong_is_counted():
    said = "reconstructions hardly differ (14.2% of the variation of real data): …"
    found = [row("now", "aegan", 0, 0.4, 0.45, 9.0, accused="mode_collapse: 3 modes | memorisation: 9%", warnings=said)]
    found += [row("now", "aegan", 1, 0.4, 0.45, 9.0, accused="mode_collapse: 2 modes")]
    found += [row("now", "aegan", 2, 0.4, 0.45, 9.0, error="exit code 1: ganae: error: a loss is not finite")]
    told = "mode collapse 2/3, memorisation 1/3, warned of while it trained 1/3, failed 1/3 |"
    assert table.written(found, ["now"]).splitlines()[-1].endswith(told)


def test_targets_are_met_or_missed_with_their_numbers():
    """Of held-out digits, 0.8 and 0.9: densities 0.72 and 0.64 are 0.9 and 0.8, coverages 0.81 and 0.63 0.9 and 0.7."""
    digits = {"set": "mnist", "recognised": "0.95"}
    met = [row("after", "vae", 0, 0.72, 0.81, 9.0, **digits), row("before", "gan", 0, 0.8, 0.9, 9.0, **digits)]
    missed = [row("after", "vae", 0, 0.64, 0.63, 9.0, **digits)]
    keras = [row("before", "keras_vae", 0, 0.68, 0.765, 9.0, **digits)]  # 0.85 and 0.85
    title = "- MNIST: density and coverage 0.8 of held-out digits, 90% recognised: "
    assert targets.written(met, "after")[0] == f"{title}**met**, `vae` has 0.90, 0.90 and 95%"
    assert targets.written(missed, "after")[0] == f"{title}**missed**, `vae` has 0.80, 0.70 and 95%"
    assert targets.written(met + keras, "after")[1].endswith("**better** on mnist (`vae` 0.90, `keras_vae` 0.85)")
    assert targets.written(missed + keras, "after")[1].endswith(
        ": **not better** on mnist (`vae` 0.75, `keras_vae` 0.85)"
    )


def test_a_collapse_that_was_not_warned_of_is_named():
    said = row("after", "aegan", 0, 0.4, 0.4, 9.0, accused="mode_collapse: 3 modes", warnings="samples hardly differ")
    silent = row("after", "vae", 1, 0.4, 0.4, 9.0, accused="posterior_collapse: all | memorisation: 9%")
    other = row("after", "gan", 0, 0.4, 0.4, 9.0, accused="oscillation: 50%")
    assert targets.written([said, other], "after")[2].endswith("**met**; 1 of 2 runs collapsed, and said so")
    told = targets.written([said, silent, other], "after")[2]
    assert told.endswith("**missed**; of 2 that collapsed, these had not said so: digits/vae/1")


def test_sets_that_were_not_measured_alike_are_told():
    found = [row("before", "gan", 0, 0.4, 0.4, 9.0), row("after", "gan", 0, 0.4, 0.4, 9.0, features="random_conv")]
    assert "Not measured alike" in table.written(found, ["before", "after"])


def test_tables_go_between_their_marks(tmp_path):
    page, csv = tmp_path / "PAGE.md", tmp_path / "results.csv"
    rows.write(csv, [row("now", "gan", 0, 0.4, 0.45, 9.0)])
    page.write_text(f"Mine.\n{table.BEGIN}\nold\n{table.END}\nMine, too.\n")
    assert main(["table", str(csv), "--page", str(page)]) == 0
    written = page.read_text()
    assert written.startswith(f"Mine.\n{table.BEGIN}\n")
    assert written.endswith(f"{table.END}\nMine, too.\n")
    assert "| `gan` | 0.50 | 0.40 | 0.45 | 9 | 1,000 | healthy |" in written
    assert "old" not in written
    assert main(["table", str(csv), "--page", str(page)]) == 0
    assert page.read_text() == written


def test_a_page_without_marks_stays_as_it_is(tmp_path, capsys):
    page, csv = tmp_path / "PAGE.md", tmp_path / "results.csv"
    rows.write(csv, [row("now", "gan", 0, 0.4, 0.45, 9.0)])
    page.write_text("Mine.\n")
    assert main(["table", str(csv), "--page", str(page)]) == 2
    assert page.read_text() == "Mine.\n"
    assert f"{page} has no lines {table.BEGIN}" in capsys.readouterr().err


# Rows ---------------------------------------------------------------------------------------------------------------


def test_a_row_holds_what_the_run_has_found(tmp_path):
    run = plan.Run(DIGITS, "aegan", 1, tmp_path)
    run.folder.mkdir(parents=True)
    protocol = {"n": 299, "features": "classifier"}
    entries = [
        {"metric": "fid", "value": 12.3456789, "beside": 0.5, "protocol": protocol},
        {"metric": "clipped_density", "value": 0.25, "beside": 0.75, "protocol": protocol},
        {"metric": "psnr", "value": 21.5, "protocol": {"n": 299}},
        *(
            {"metric": name, "value": None, "protocol": {"n": 299, "verdict": verdict, "seen": "3 modes"}}
            for name, verdict in (("mode_collapse", "accused"), ("oscillation", "unknown"), ("memorisation", "healthy"))
        ),
    ]
    (run.folder / "evaluation.json").write_text(json.dumps(entries))
    measured = {"parameters_trained": 7, "images_per_second": 700.0}
    run.beside("recognised.json").write_text('{"recognised": 0.4, "held_out": 0.91, "accuracy": 0.99}')
    (run.folder / "status.json").write_text(json.dumps({"step": 900, "seconds": 60.5, "metrics": measured}))
    data = {"shape": [8, 8, 1], "training_rows": 1498}
    (run.folder / "environment.json").write_text(json.dumps({"commit": "0123456789abcdef+", "data": data}))
    warned = "ganae: warning: samples hardly differ (3.0% of the variation of real data): try (since step 500)\n"
    run.beside("train.log").write_text(f"step 500/900\n{warned}step 600/900\n{warned}")
    run.beside("evaluate.log").write_text("Verdict\n  samples are nowhere near the data: clipped density 1%\n")
    found = rows.of_run(run, plan.Settings("before"))
    assert {name: found[name] for name in ("label", "commit", "set", "part", "shape", "rows", "model", "seed")} == {
        **{"label": "before", "commit": "0123456789+", "set": "digits", "part": "tuning", "shape": "8x8x1"},
        **{"rows": "1498", "model": "aegan", "seed": "1"},
    }
    assert (found["fid"], found["fid_held_out"], found["density"], found["psnr"]) == ("12.3457", "0.5", "0.25", "21.5")
    assert (found["steps"], found["seconds"], found["parameters"], found["recognised"]) == ("900", "60.5", "7", "0.4")
    assert (found["features"], found["n"], found["kid"]) == ("classifier", "299", "")
    assert found["accused"] == "mode_collapse: 3 modes | samples are nowhere near the data"
    assert found["not_judged"] == "oscillation"
    assert found["warnings"].startswith("samples hardly differ")
    assert found["warnings"].count("hardly") == 1
    rows.write(tmp_path / "results.csv", [found])
    assert rows.read(tmp_path / "results.csv") == [found]
    assert plan.steps_of(tmp_path / "results.csv") == {("digits", "aegan", 1): 900}


# What is trained, and when ------------------------------------------------------------------------------------------


def test_a_half_night_has_the_first_seed_of_all_and_what_is_tuned_on_first(tmp_path):
    sources = sets.Sources(tmp_path, yours={"faces": ("faces.zip",)})
    names = sets.names(sources, ["fashion", "faces", "digits", "mnist"])
    assert names == ["digits", "mnist", "faces", "fashion"]
    known = [sets.PictureSet(name, (), "") for name in names]
    keys = [run.key for run in plan.ordered(known, ["gan", "vae"], [0, 1], tmp_path)]
    assert keys[:3] == [("digits", "gan", 0), ("digits", "vae", 0), ("mnist", "gan", 0)]
    assert keys[7:9] == [("fashion", "vae", 0), ("digits", "gan", 1)]
    with pytest.raises(UserError, match="no set 'mnits'; did you mean 'mnist'"):
        sets.names(sources, ["mnits"])


def test_a_training_ends_by_time_by_budget_or_by_the_steps_that_it_had(tmp_path):
    run = plan.Run(DIGITS, "gan", 0, tmp_path)
    timed = plan.Settings("now", minutes=10)
    assert plan.limits(run, timed) == ["train.steps=99999999", "train.max_minutes=10"]
    assert plan.limits(run, plan.Settings("now", minutes=0.5, uses_budget=True)) == ["train.budget=0.5m"]
    assert plan.limits(run, plan.Settings("now", steps={run.key: 700})) == ["train.steps=700"]
    assert plan.words_to_go_on(run, timed, step=900, seconds=450) == ["train.max_minutes=2.500"]
    assert plan.words_to_go_on(run, timed, step=900, seconds=599.9) == ["train.steps=900"]
    assert plan.words_to_go_on(run, plan.Settings("now", steps={run.key: 700}), 500, 450) == []


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["--label", "a/b"], "--label a/b: expected a name"),
        (["--code", "nowhere"], "--code nowhere: expected the folder of a checkout"),
        (["--models", "gann"], "--models gann: no such model"),
        (["--pictures", "faces"], "--pictures faces: expected NAME=PATH"),
        (["--pictures", "mnist=a.zip"], "mnist is a set of this program"),
        (["--steps-of", "nowhere.csv"], "--steps-of nowhere.csv: no such file"),
        (["--sets", "mnist", "--mnist", "nowhere.npz"], "no set of pictures can be had"),
    ],
)
def test_what_cannot_be_is_refused_in_a_line(words, message, tmp_path, capsys):
    assert main(["run", "--out", str(tmp_path), *words]) == 2
    assert message in capsys.readouterr().err


def test_a_label_that_was_begun_with_other_minutes_is_refused(tmp_path, capsys):
    (tmp_path / "now").mkdir()
    before = {"minutes": 10.0, "by_processor": False, "budget": False, "words": []}
    (tmp_path / "now" / "settings.json").write_text(json.dumps(before))
    assert main(["run", "--out", str(tmp_path), "--sets", "digits", "--minutes", "5"]) == 2
    assert "was begun with {'minutes': 10.0" in capsys.readouterr().err


def test_the_time_left_is_that_of_the_runs_so_far(tmp_path):
    """Ten runs, two at a time, of 100 s at first: 500 s. One has taken 200 s, one was done before: 8 x 200 / 2."""
    runs = plan.ordered([DIGITS], ["gan"], range(10), tmp_path)
    watch = Watch(runs, 2, expected=100.0)
    assert watch.seconds_left == 500
    for run, is_new, seconds in ((runs[0], True, 200), (runs[1], False, 1)):
        watch.begin(run)
        watch.running[str(run)] -= seconds
        watch.end(run, is_new)
    assert watch.seconds_left == pytest.approx(800, abs=1)
    watch.begin(runs[2])
    watch.running[str(runs[2])] -= 50
    assert watch.seconds_left == pytest.approx(775, abs=1)
    assert watch.facts.startswith("36.0 runs/h, 12:55 left; digits/gan/2 0:50")


# Files --------------------------------------------------------------------------------------------------------------


def test_a_zip_of_classes_holds_their_pictures(tmp_path):
    with zipfile.ZipFile(tmp_path / "all.zip", "w") as whole:
        for name in ("cat", "deer", "dog"):
            whole.writestr(f"train/{name}/0001.png", name)
    sets.write_classes(tmp_path / "all.zip", tmp_path / "two.zip", ("cat", "dog"))
    sets.write_classes(tmp_path / "all.zip", tmp_path / "one.zip", ("deer",))
    with zipfile.ZipFile(tmp_path / "two.zip") as two, zipfile.ZipFile(tmp_path / "one.zip") as one:
        assert {name: two.read(name) for name in two.namelist()} == {"cat/0001.png": b"cat", "dog/0001.png": b"dog"}
        assert {name: one.read(name) for name in one.namelist()} == {"0001.png": b"deer"}
    with pytest.raises(UserError, match="no folder of pictures frog"):
        sets.write_classes(tmp_path / "all.zip", tmp_path / "three.zip", ("frog",))
    assert not (tmp_path / "three.zip").exists()


def test_pictures_are_cut_out_of_grids(tmp_path):
    """Picture i has the colour (i, 0, 0): the first four of the first four lines are 0-3, 8-11, 16-19, 24-27."""
    images = np.zeros((64, 5, 7, 3), np.uint8)
    images[..., 0] = np.arange(64)[:, None, None]
    (tmp_path / "samples").mkdir()
    grid(images[::-1]).save(tmp_path / "samples" / "step-00000900.png")
    grid(images).save(tmp_path / "samples" / "step-00001000.png")
    in_rows(images[:32], images[32:]).save(tmp_path / "samples" / "step-00001000-reconstruction.png")
    shown, real = grids.samples(tmp_path, 5, 7), grids.originals(tmp_path, 5, 7)
    assert shown.size == real.size == (28, 20)
    assert np.asarray(shown)[::5, ::7, 0].ravel().tolist() == [*range(4), *range(8, 12), *range(16, 20), *range(24, 28)]
    assert np.asarray(real)[::5, ::7, 0].ravel().tolist() == list(range(16))
    assert grids.samples(tmp_path, 6, 7) is None, "pictures of another size are not guessed at"


def test_a_picture_of_all_models_has_at_most_300_kb(tmp_path):
    noise = Image.fromarray(np.random.default_rng(0).integers(0, 256, (128, 128, 3), np.uint8))
    picture = grids.drawn([(f"model {i}: before | after", [noise, noise]) for i in range(10)])
    assert picture.width <= grids.WIDTH
    assert grids.save(picture, tmp_path / "all.jpg") == (tmp_path / "all.jpg").stat().st_size <= 300_000
    assert Image.open(tmp_path / "all.jpg").size == picture.size


@pytest.mark.parametrize("name", ["figures", "recognise", "stages"])
def test_examples_hold(name):
    found = doctest.testmod(importlib.import_module(f"tests.benchmarks.first_impressions.{name}"))
    assert found.attempted > 0
    assert found.failed == 0


# Processes ----------------------------------------------------------------------------------------------------------


def test_all_processes_end_when_told_to_and_none_begins(tmp_path):
    raised = []

    def wait_long(processes):
        try:
            processes.call(["-c", "print('here', flush=True); import time; time.sleep(60)"], ROOT, tmp_path / "log")
        except Stopped:
            raised.append(True)

    began = time.monotonic()
    with tied(ROOT) as processes:
        threads = [threading.Thread(target=wait_long, args=(processes,)) for _ in range(2)]
        for thread in threads:
            thread.start()
        while not (tmp_path / "log").exists() or (tmp_path / "log").read_text().count("here") < 2:
            time.sleep(0.05)
        processes.stop()
        for thread in threads:
            thread.join(30)
        assert raised == [True, True]
        with pytest.raises(Stopped):
            processes.call(["-c", "pass"], ROOT, tmp_path / "log")
    assert time.monotonic() - began < 50


def test_ganae_of_another_folder_runs(tmp_path):
    """A folder with a package of that name stands for another checkout."""
    (tmp_path / "ganae_cli").mkdir()
    (tmp_path / "ganae_cli" / "__init__.py").touch()
    (tmp_path / "ganae_cli" / "__main__.py").write_text(
        "import os, sys, time\nprint(os.getcwd(), sys.argv[1:], time.monotonic())"
    )
    with tied(tmp_path) as processes:
        assert processes.ganae(["train", "seed=1"], tmp_path / "log") == 0
        assert processes.ganae(["train", "seed=1"], tmp_path / "log", by_processor=True) == 0
    wall, processor = (line.rpartition(" ") for line in (tmp_path / "log").read_text().splitlines())
    assert wall[0] == processor[0] == f"{tmp_path} ['train', 'seed=1']"
    assert float(processor[2]) < 30, "a process's own time begins with it"


def test_a_run_that_is_over_is_told_from_one_that_was_stopped():
    assert stages.is_trained({"state": "done"})
    assert stages.is_trained({"state": "interrupted", "stopped_by": "max_minutes"})
    assert not stages.is_trained({"state": "interrupted", "stopped_by": "SIGTERM"})
    assert not stages.is_trained({"state": "failed"})


# Keras --------------------------------------------------------------------------------------------------------------


def test_the_keras_networks_are_those_of_the_tutorials():
    """Parameters at 28x28x1, as the tutorials' summaries state them; and any other size is made exactly."""
    from tests.benchmarks.first_impressions import keras_models
    from tests.benchmarks.first_impressions.keras_models import Dcgan, Vae

    assert doctest.testmod(keras_models).failed == 0
    assert [model.count_params() for model in Dcgan((28, 28, 1)).models] == [2_330_944, 212_865]
    assert [model.count_params() for model in Vae((28, 28, 1)).models] == [69_076, 65_089]
    for shape in ((8, 8, 1), (50, 70, 3)):
        assert Dcgan(shape).generator.output_shape == Vae(shape).decoder.output_shape == (None, *shape)


# The whole ----------------------------------------------------------------------------------------------------------


def start(*words: str) -> subprocess.Popen:
    command = [sys.executable, "-m", "tests.benchmarks.first_impressions", "run", *words]
    return subprocess.Popen(command, cwd=ROOT, stderr=subprocess.PIPE, stdout=subprocess.PIPE, text=True)


@pytest.mark.slow
def test_a_night_that_was_killed_goes_on(tmp_path):
    """Killed while it trains, then told to stop, then left alone: each step is trained once, and its row is there."""
    words = ["--out", str(tmp_path), "--label", "now", "--sets", "digits", "--models", "gan,keras_vae", "--seeds", "3"]
    words += [
        "--jobs",
        "1",
        "--minutes",
        "0.3",
        "--clock",
        "processor",
        "--words",
        "train.checkpoint_every=100",
        "train.log_every=100",
    ]
    folder = tmp_path / "now" / "digits" / "gan" / "3"
    for number, code in ((signal.SIGKILL, -9), (signal.SIGINT, 130)):
        before = len(list(folder.glob("checkpoints/*.json")))
        began = time.monotonic()
        night = start(*words)
        while not list(folder.glob("checkpoints/*.json")) or (before and time.monotonic() - began < 8):
            assert night.poll() is None, night.stderr.read()
            time.sleep(0.1)
        os.kill(night.pid, number)
        assert night.wait(120) == code
    night = start(*words)
    said = night.communicate(timeout=600)
    assert night.returncode == 0, said[1]
    assert said[0].splitlines()[-1] == str(tmp_path / "now" / "results.csv")
    gan, vae = rows.read(tmp_path / "now" / "results.csv")
    assert (gan["model"], gan["features"], gan["n"], gan["error"]) == ("gan", "classifier", "299", "")
    assert (vae["model"], vae["features"], vae["n"], vae["error"]) == ("keras_vae", "classifier", "299", "")
    assert gan["fid_held_out"] == vae["fid_held_out"]
    assert gan["recognised_held_out"] == vae["recognised_held_out"]
    assert 0.8 < float(gan["recognised_held_out"]) <= 1
    assert float(gan["density_held_out"]) > 0.5
    assert 10 < float(gan["seconds"]) < 60
    assert main(["grids", "--out", str(tmp_path), "--labels", "now", "--to", str(tmp_path / "grids")]) == 0
    assert (tmp_path / "grids" / "digits.jpg").stat().st_size > 1000

"""`ganae evaluate`, as it is typed: of a run, of a sweep, of samples that another program made."""

import csv
import io
import json
import os
import shutil
import signal
import subprocess
import sys
import zipfile
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from ganae_cli.cli import main
from ganae_cli.commands import evaluate
from ganae_cli.datasets.digits import digits
from ganae_cli.storage.run_folder import RunFolder

QUICK = ("evaluation.features=pixels", "evaluation.metrics=[fid,recall]")
OLD = Path(__file__).parents[1] / "storage" / "run_folders_0_2_0" / "alae"


@pytest.fixture
def run(small_run, tmp_path):
    """Return a copy of a run of three steps, without what its training measured at the end."""
    made = Path(shutil.copytree(small_run("model=gan", "evaluation.features=pixels"), tmp_path / "run"))
    (made / "evaluation.json").unlink()
    return made


def entries(run):
    return {one["metric"]: one for one in json.loads((run / "evaluation.json").read_text())}


def evaluated(capsys, *words):
    """Type the command; return what it printed."""
    assert main(["evaluate", *map(str, words)]) == 0
    return capsys.readouterr().out


# A run --------------------------------------------------------------------------------------------------------------


def test_a_run_and_the_newest_one(run, capsys, monkeypatch):
    page = evaluated(capsys, run, *QUICK)
    assert page.splitlines()[0].startswith("gan on digits, step 3")
    assert "Fréchet distance (FID) ↓" in page
    assert max(map(len, page.splitlines())) <= 80
    kept = entries(run)
    assert {"fid", "recall"} <= set(kept)
    place = Path(os.environ["GANAE_OUTPUTS"]) / "train" / "2026-01-31" / "12-00-00-c0de"
    place.parent.mkdir(parents=True)
    run.rename(place)
    evaluated(capsys, "latest", *QUICK)
    assert entries(place) == kept, "the same numbers again"


def test_each_format(run, capsys):
    of_json = json.loads(evaluated(capsys, run, *QUICK, "--format", "json"))
    assert [one["metric"] for one in of_json] == ["fid", "recall"]
    rows = list(csv.DictReader(io.StringIO(evaluated(capsys, run, *QUICK, "--format", "csv"))))
    assert [float(row["value"]) for row in rows] == [one["value"] for one in of_json]
    assert "(`fid`)" in evaluated(capsys, run, *QUICK, "--format", "md")
    assert main(["evaluate", str(run), "--format", "xml"]) == 2
    assert "argument --format: invalid choice: 'xml'" in capsys.readouterr().err


def test_settings_of_this_evaluation_are_not_those_of_the_run(run, capsys):
    before = (run / "config.yaml").read_text()
    words = ("evaluation.samples=25", "evaluation.seed=7", *QUICK)
    protocol = json.loads(evaluated(capsys, run, *words, "--format", "json"))[0]["protocol"]
    assert (protocol["n"], protocol["seed"], protocol["features"]) == (25, 7, "pixels")
    assert (run / "config.yaml").read_text() == before


def test_a_named_protocol(run, capsys, monkeypatch):
    """That of papers takes Inception, which needs 75 pixels a side or weights: whatever is refused, it is named."""
    assert main(["evaluate", str(run), "evaluation=inception", "evaluation.inception_weights=none.h5"]) == 2
    assert "evaluation.inception_weights" in capsys.readouterr().err
    words = ("evaluation=inception", "evaluation.features=pixels", "evaluation.metrics=[precision]")
    found = json.loads(evaluated(capsys, run, *words, "--format", "json"))
    assert [one["metric"] for one in found] == ["precision"], "a setting counts over that of the protocol"


def test_weights_and_checkpoints(small_run, tmp_path, capsys):
    words = ("train.checkpoint_every=1", "train.keep=3", "train.best_by=discriminator.real", "train.log_every=1")
    run = Path(shutil.copytree(small_run("model=gan", *words), tmp_path / "kept"))
    found = {}
    choices = {"newest": "", "live": "--weights live", "best": "--checkpoint best", "1": "--checkpoint 1"}
    for name, choice in choices.items():
        words = (QUICK[0], "evaluation.metrics=[fid]", *choice.split(), "--format", "json")
        (found[name],) = json.loads(evaluated(capsys, run, *words))
    assert [found[name]["protocol"]["weights"] for name in ("newest", "live")] == ["averaged", "live"]
    assert found["1"]["protocol"]["step"] == 1
    assert found["best"]["protocol"]["step"] in (1, 2, 3)
    assert len({found[name]["value"] for name in ("newest", "live", "1")}) == 3
    assert main(["evaluate", str(run), "--checkpoint", "2000"]) == 2
    assert "2000" in capsys.readouterr().err
    assert entries(run)["fid"] == found["newest"], "what tables show is of the newest and averaged weights"


def test_what_tables_show_does_not_depend_on_the_last_look(small_run, tmp_path, capsys):
    """Numbers of live weights, or another sampler, would stand beside those of other runs as if they were alike."""
    words = ("model=autoencoder", "model.sampler=gmm", "train.checkpoint_every=1", "train.keep=3")
    run = Path(shutil.copytree(small_run(*words), tmp_path / "kept"))
    evaluated(capsys, run, *QUICK)
    kept = (run / "evaluation.json").read_text()
    assert json.loads(kept)[0]["protocol"]["sampler"] == "gmm"
    others = {
        "--weights live": "live weights",
        "--sampler kde": "sampler 'kde'",
        "--checkpoint 1 --weights live": "step 1, live weights",
    }
    for choice, words in others.items():
        assert main(["evaluate", str(run), *QUICK, *choice.split()]) == 0
        assert f"and this is of {words}: it is not kept there" in " ".join(capsys.readouterr().err.split())
        assert (run / "evaluation.json").read_text() == kept, choice
    (run / "evaluation.json").unlink()
    evaluated(capsys, run, *QUICK, "--weights", "averaged", "--sampler", "gmm", "--checkpoint", "3")
    assert (run / "evaluation.json").read_text() == kept, "the same choice, in so many words"


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["train.steps=5"], "train.steps=5: an evaluation changes evaluation=NAME, evaluation.KEY=VALUE and"),
        (["evaluation=incepton"], "no evaluation named 'incepton'; did you mean 'inception'?"),
        (["evaluation.sampels=30"], "unknown setting 'evaluation.sampels'; did you mean 'evaluation.samples'?"),
        (["evaluation.samples=5"], "evaluation.samples must be"),
        (["evaluation.metrics=[fied]"], "evaluation.metrics: no metric named 'fied'; did you mean 'fid'"),
        (["evaluation.features=pixls"], "did you mean 'pixels'?"),
        (["evaluation.features=encoder"], "evaluation.features=encoder: this model has no encoder"),
        (["--missing"], "--missing is for the jobs of a sweep"),
        (["another"], "name one run, or `latest`"),
        (["--sampler", "gmm"], "sampler 'gmm' is fitted to codes, and model 'GAN' has no encoder"),
    ],
)
def test_what_cannot_be_met_is_one_line(run, capsys, words, message):
    (run / "evaluation.json").write_text("[]")
    assert main(["evaluate", str(run), *words]) == 2
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.startswith("ganae: error: ")
    assert message in said.err
    assert said.err.count("\n") == 1
    assert (run / "evaluation.json").read_text() == "[]"


def test_a_run_without_a_checkpoint(run, capsys):
    shutil.rmtree(run / "checkpoints")
    assert main(["evaluate", str(run)]) == 2
    assert "checkpoint" in capsys.readouterr().err


def test_a_run_that_is_in_training(run, capsys):
    """Its newest checkpoint is measured; the folder is another process's, and nothing but the file is written."""
    status = run / "status.json"
    status.write_text(json.dumps(json.loads(status.read_text()) | {"state": "running", "pid": os.getpid()}))
    before = {path: path.stat().st_mtime_ns for path in run.rglob("*") if path.is_file()}
    evaluated(capsys, run, *QUICK)
    after = {path: path.stat().st_mtime_ns for path in run.rglob("*") if path.is_file()}
    assert {path.name for path in after if after[path] != before.get(path)} == {"evaluation.json"}


def test_a_run_whose_data_have_moved(small_run, tmp_path, capsys):
    data = digits()
    place = tmp_path / "digits.npz"
    np.savez(place, x_train=data.train, x_test=data.test)
    made = small_run("model=gan", "dataset=arrays", f"dataset.path={place}")
    run = Path(shutil.copytree(made, tmp_path / "moved"))
    place.rename(tmp_path / "elsewhere.npz")
    assert main(["evaluate", str(run), *QUICK]) == 2
    assert "dataset.path" in capsys.readouterr().err
    evaluated(capsys, run, *QUICK, f"dataset.path={tmp_path / 'elsewhere.npz'}")
    other = tmp_path / "other.npz"
    np.savez(other, x_train=255 - data.train, x_test=data.test)
    assert main(["evaluate", str(run), *QUICK, f"dataset.path={other}"]) == 2
    said = capsys.readouterr().err
    assert said.startswith("ganae: error: cannot evaluate: ")
    assert "put the data back" in said


def test_a_run_of_version_0_2_0(tmp_path, capsys):
    """Its config has no section `evaluation`, and its data have known modes."""
    run = Path(shutil.copytree(OLD, tmp_path / "run"))
    assert "evaluation" not in (run / "config.yaml").read_text()
    page = evaluated(capsys, run, "evaluation.metrics=[modes,high_quality,mse,prior_mmd]")
    assert "modes" in page
    assert set(entries(run)) >= {"modes", "high_quality", "mse"}
    assert "prior_mmd" not in entries(run), "codes of ALAE's encoder are not those of the prior"


def test_a_folder_that_cannot_be_written_shows_the_page_nevertheless(run, capsys, monkeypatch):
    from ganae_cli.storage import evaluation_file

    def refuse(path, text):
        raise PermissionError(13, "Permission denied", str(path))

    monkeypatch.setattr(evaluation_file, "write_atomically", refuse)
    assert main(["evaluate", str(run), *QUICK]) == 0
    said = capsys.readouterr()
    assert "FID" in said.out
    assert f"not kept: {run / 'evaluation.json'}: Permission denied" in said.err


# A sweep ------------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def finished_sweep(tmp_path_factory):
    sweep = tmp_path_factory.mktemp("swept") / "sweep"
    words = "model=gan train.steps=2 train.batch_size=16 train.examples=64 hardware=cpu hardware.jit=false"
    words += f" model.z_dim=3,4 evaluation.features=pixels hydra.sweep.dir={sweep}"
    done = subprocess.run(
        [sys.executable, "-m", "ganae_cli", "train", "--multirun", *words.split()], capture_output=True, timeout=300
    )
    assert done.returncode == 0, done.stderr
    return sweep


@pytest.fixture
def sweep(finished_sweep, tmp_path):
    return Path(shutil.copytree(finished_sweep, tmp_path / "sweep"))


def test_every_job_of_a_sweep(sweep, capsys):
    assert main(["evaluate", str(sweep), *QUICK]) == 0
    said = capsys.readouterr()
    assert said.out.splitlines() == [str(sweep)]
    assert "job 0 (1 of 2): evaluated" in said.err
    rows = list(csv.DictReader((sweep / "results.csv").open(newline="")))
    assert [float(row["fid"]) for row in rows] == [entries(sweep / str(job))["fid"]["value"] for job in (0, 1)]
    assert [row["features"] for row in rows] == ["pixels", "pixels"]
    assert main(["list", "results", str(sweep), "--columns", "fid,recall"]) == 0
    assert {"fid", "recall"} <= set(capsys.readouterr().out.splitlines()[0].split())


@pytest.mark.parametrize("words", [("--weights", "live"), ("--sampler", "prior"), ("--checkpoint", "best")])
def test_the_table_of_a_sweep_is_of_what_each_run_has_chosen(sweep, capsys, words):
    assert main(["evaluate", str(sweep), *words]) == 2
    said = capsys.readouterr().err
    assert said.startswith(f"ganae: error: {words[0]} is for a run: ")
    assert said.endswith(f"ganae evaluate {sweep / '0'} {' '.join(words)}\n")


def test_only_jobs_that_are_missing(sweep, capsys):
    """What a training measures at its end is less, and does not count."""
    assert "fid" not in entries(sweep / "1")
    evaluated(capsys, sweep / "0", *QUICK)
    before = (sweep / "0" / "evaluation.json").stat().st_mtime_ns
    assert main(["evaluate", str(sweep), *QUICK, "--missing"]) == 0
    assert "job 1 (2 of 2): evaluated" in capsys.readouterr().err
    assert (sweep / "0" / "evaluation.json").stat().st_mtime_ns == before
    assert "fid" in entries(sweep / "1")


def test_a_job_that_cannot_be_evaluated_stops_no_other(sweep, capsys):
    shutil.rmtree(sweep / "0" / "checkpoints")
    assert main(["evaluate", str(sweep), *QUICK]) == 1
    said = capsys.readouterr().err
    assert "job 0 (1 of 2): " in said
    assert "job 1 (2 of 2): evaluated" in said
    rows = list(csv.DictReader((sweep / "results.csv").open(newline="")))
    assert [bool(row["fid"]) for row in rows] == [False, True]


def test_a_sweep_without_a_job_that_is_done(sweep, capsys):
    for job in (0, 1):
        (sweep / str(job) / "status.json").unlink()
    assert main(["evaluate", str(sweep)]) == 2
    assert capsys.readouterr().err == f"ganae: error: {sweep} is a sweep without a job that is done\n"


def test_what_was_measured_before_a_stop_stands_in_the_results(sweep, capsys, monkeypatch):
    from ganae_cli.evaluation import of_run

    once = of_run.evaluate

    def stopped(path, *rest, **choice):
        if path.name == "1":
            raise KeyboardInterrupt
        return once(path, *rest, **choice)

    monkeypatch.setattr(of_run, "evaluate", stopped)
    assert main(["evaluate", str(sweep), *QUICK]) == 130
    rows = list(csv.DictReader((sweep / "results.csv").open(newline="")))
    assert [bool(row["fid"]) for row in rows] == [True, False]


# Samples of another program -----------------------------------------------------------------------------------------

LIKE_DIGITS = ("dataset=digits", *QUICK)


def of_samples(capsys, place, *words):
    return json.loads(evaluated(capsys, "--samples", place, *words, "--format", "json"))


def test_arrays_a_folder_and_a_zip_are_the_same_samples(tmp_path, capsys):
    images = digits().train[:40]
    np.savez(tmp_path / "some.npz", images=images)
    folder = tmp_path / "folder"
    folder.mkdir()
    with zipfile.ZipFile(tmp_path / "some.zip", "w") as archive:
        for i, image in enumerate(images):
            Image.fromarray(image[..., 0]).save(folder / f"{i:03}.png")
            archive.write(folder / f"{i:03}.png", f"{i:03}.png")
    found = [of_samples(capsys, tmp_path / name, *LIKE_DIGITS) for name in ("some.npz", "folder", "some.zip")]
    assert [one["metric"] for one in found[0]] == ["fid", "recall"]
    assert found[0][0]["protocol"]["n"] == 40
    values = [[one["value"] for one in entries] for entries in found]
    assert values[0] == values[1] == values[2]
    page = evaluated(capsys, "--samples", tmp_path / "some.npz", *LIKE_DIGITS)
    assert "40 images of " in " ".join(page.split())


def test_pictures_of_another_size_are_fitted(tmp_path, capsys):
    folder = tmp_path / "wide"
    folder.mkdir()
    for i in range(30):
        Image.fromarray(np.random.default_rng(i).integers(0, 256, (20, 31), np.uint8)).save(folder / f"{i}.png")
    assert of_samples(capsys, folder, *LIKE_DIGITS)[0]["protocol"]["n"] == 30


def test_points_are_compared_in_the_units_of_the_data(tmp_path, capsys):
    from ganae_cli import registry

    registry.import_parts("ganae_cli.datasets")
    held_out = np.asarray(registry.build("dataset", "ring").test)
    np.savez(tmp_path / "points.npz", points=held_out[:200])
    np.savetxt(tmp_path / "points.csv", held_out[:200], delimiter=",", header="x,y", comments="")
    words = ("dataset=ring", "evaluation.metrics=[modes,high_quality]")
    for name in ("points.npz", "points.csv"):
        found = {one["metric"]: one["value"] for one in of_samples(capsys, tmp_path / name, *words)}
        assert found["modes"] == 8
        assert found["high_quality"] > 0.95


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["--samples", "x.npz"], "--samples needs the dataset that they should be like: dataset=NAME"),
        (["--samples", "nothing", "dataset=digits"], "--samples nothing: no such file or folder"),
        (["--samples", "empty", "dataset=digits"], "--samples empty has no pictures (it is empty)"),
        (["--samples", "x.npz", "latest", "dataset=digits"], "leave out 'latest', or --samples"),
        (["--samples", "x.npz", "--weights", "live", "dataset=digits"], "leave out '--weights', or --samples"),
        (["--samples", "x.npz", "--checkpoint", "3", "dataset=digits"], "leave out '--checkpoint', or --samples"),
        (["--samples", "x.npz", "--missing", "dataset=digits"], "leave out '--missing', or --samples"),
        (
            ["--samples", "x.npz", "dataset=digits"],
            "--samples x.npz: 'images' is uint8 (30, 9, 9, 1); dataset 'digits' has images of 8x8 with 1 channel: "
            "expected uint8 (N, 8, 8, 1), from 0 to 255",
        ),
        (["--samples", "few.npz", "dataset=digits"], "only 3 samples: samples are compared with at least 20"),
        (
            ["--samples", "empty", "dataset=ring"],
            "--samples empty: dataset 'ring' has points of 2 numbers: expected FILE.npz, FILE.npy, FILE.csv",
        ),
        (["--samples", "x.npz", "dataset=digits,ring"], "with one dataset, got dataset=digits,ring"),
        (["--samples", "x.npz", "dataset=digitz"], "did you mean 'digits'?"),
    ],
)
def test_samples_that_cannot_be_measured_are_one_line(words, message, here, capsys):
    (here / "empty").mkdir()
    np.savez("x.npz", images=np.zeros((30, 9, 9, 1), np.uint8))
    np.savez("few.npz", images=np.zeros((3, 8, 8, 1), np.uint8))
    assert main(["evaluate", *words]) == 2
    said = capsys.readouterr()
    assert said.out == ""
    assert message in said.err
    assert said.err.count("ganae: error: ") == 1


# The rest -----------------------------------------------------------------------------------------------------------


def test_a_stop_by_ctrl_c_leaves_what_was_there(run, monkeypatch):
    """It comes while a classifier learns, which is said before."""
    (run / "evaluation.json").write_text("[]")
    for cache in ("GANAE_CLASSIFIER_CACHE", "GANAE_FEATURE_CACHE"):
        monkeypatch.setenv(cache, "off")
    words = [sys.executable, "-m", "ganae_cli", "evaluate", str(run), "evaluation.features=classifier"]
    job = subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    assert any("training a classifier" in line for line in job.stderr)
    job.send_signal(signal.SIGINT)
    out, error = job.communicate(timeout=200)
    assert (job.returncode, out) == (130, "")
    assert "Traceback" not in error
    assert (run / "evaluation.json").read_text() == "[]"


def test_completion(run, capsys):
    place = Path(os.environ["GANAE_OUTPUTS"]) / "train" / "2026-01-31" / "12-00-00-c0de"
    place.parent.mkdir(parents=True)
    run.rename(place)
    first = evaluate.complete([], "")
    assert "latest" in first
    assert any(word.endswith("2026-01-31/12-00-00-c0de") for word in first)
    assert "--samples" in evaluate.complete([], "--")
    assert evaluate.complete(["latest", "--format"], "") == ["text", "json", "csv", "md"]
    assert evaluate.complete(["latest", "--weights"], "") == ["averaged", "live"]
    assert "gmm" in evaluate.complete(["latest", "--sampler"], "")
    assert "evaluation=inception" in evaluate.complete(["latest"], "evaluation=")
    assert "evaluation.samples=" in evaluate.complete(["latest"], "evaluation.")
    assert "evaluation.features=pixels" in evaluate.complete(["latest"], "evaluation.features=")
    assert not any(key.startswith(("model", "train")) for key in evaluate.complete(["latest"], ""))
    assert "dataset=digits" in evaluate.complete(["--samples", "x"], "dataset=")


@pytest.mark.parametrize("words", [["evaluate", "--help"], ["evaluate", "nowhere"], ["evaluate", "--samples", "no"]])
def test_it_does_not_wait_for_tensorflow(words):
    script = f"import sys; from ganae_cli.cli import main; main({words}); assert 'tensorflow' not in sys.modules"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=100)
    assert done.returncode == 0, done.stderr


def test_nothing_is_read_of_a_run_that_there_is_not(capsys):
    assert main(["evaluate"]) == 2
    assert "name one run, or `latest`; or --samples FOLDER|FILE.npz with dataset=NAME" in capsys.readouterr().err
    assert main(["evaluate", "latest"]) == 2
    assert "no run yet under" in capsys.readouterr().err
    assert not RunFolder(Path("nowhere")).evaluation.read()

"""Evaluation of a run: from its folder alone, the same numbers each time, kept in evaluation.json."""

import json

import pytest

from ganae_cli.errors import UserError
from ganae_cli.evaluation import of_run
from ganae_cli.storage.run_folder import RunFolder
from ganae_cli.training import run as training

QUICK = ["train.steps=4", "train.batch_size=16", "hardware=cpu", "hardware.jit=false", "evaluation.features=pixels"]


@pytest.fixture(scope="module")
def run(compose, tmp_path_factory):
    path = tmp_path_factory.mktemp("evaluated") / "run"
    config = compose("model=vae", "network@networks.encoder=mlp", "network@networks.decoder=mlp", *QUICK)
    assert training.train(config, path) == (0, path)
    return path


def evaluate(path, form="json", **choice):
    return of_run.evaluate(path, RunFolder(path).read_config(), [], form, **choice)


def test_the_file_holds_scores_with_their_protocol_and_verdicts(run):
    shown = json.loads(evaluate(run))
    kept = RunFolder(run).evaluation.read()
    scores = {one["metric"]: one for one in kept}
    assert [one for one in kept if "verdict" not in one["protocol"]] == shown
    protocol = scores["fid"]["protocol"]
    expected = {"dataset": "digits", "n": 299, "split": "test", "seed": 1, "model": "vae", "step": 4}
    assert {key: protocol[key] for key in expected} == expected
    assert (protocol["weights"], protocol["sampler"], protocol["features"]) == ("averaged", "prior", "pixels")
    assert scores["memorisation"]["value"] == 0
    assert scores["memorisation"]["protocol"]["verdict"] == "healthy"
    assert scores["kl"]["protocol"]["by_dimension"], "a Gaussian encoder"


def test_the_same_numbers_each_time(run):
    assert evaluate(run) == evaluate(run)
    live = json.loads(evaluate(run, weights="live"))
    assert live[0]["protocol"]["weights"] == "live"


def test_the_page_names_the_run_and_the_step(run):
    lines = evaluate(run, "text").splitlines()
    assert "step 4" in lines[0]
    assert max(map(len, lines)) <= 80
    assert "samples are nowhere near the data: clipped density 0%" in " ".join(" ".join(lines).split())


def test_other_data_than_those_of_the_training_are_refused(run):
    config = RunFolder(run).read_config()
    config.dataset.image_size = 12
    with pytest.raises(
        UserError, match=r"^cannot evaluate: the model makes images of 8x8 with 1 channel, and the data are"
    ):
        of_run.evaluate(run, config, [], "text")


def test_unknown_metrics_are_refused_before_the_model_is_opened(run):
    config = RunFolder(run).read_config()
    config.evaluation.metrics = ["fied"]
    with pytest.raises(UserError, match="did you mean 'fid'"):
        of_run.evaluate(run, config, [], "text")

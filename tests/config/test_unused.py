"""A part that the user chooses and the model does not use is refused; a part that is only a default is not."""

import pytest

from ganae_cli import cli

NO_ADVERSARIAL = "it is trained without an adversarial loss; leave it out, or choose another model"


@pytest.fixture
def planned(tmp_path, monkeypatch, capsys):
    """`planned("model=vae", …)` -> what `ganae train … --cfg job` says on standard error; "" if it prints a config."""
    monkeypatch.chdir(tmp_path)

    def said(*words):
        code = cli.main(["train", *words, "--cfg", "job"])
        error = capsys.readouterr().err
        assert (code, bool(error)) in ((0, False), (2, True)), error
        return error.removeprefix("ganae: error: ").rstrip()

    return said


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ("model=vae loss=hinge", f"model 'vae' has no use for loss=hinge: {NO_ADVERSARIAL}"),
        ("loss=hinge model=vae", f"model 'vae' has no use for loss=hinge: {NO_ADVERSARIAL}"),
        ("model=vae loss=non_saturating", f"model 'vae' has no use for loss=non_saturating: {NO_ADVERSARIAL}"),
        ("model=rae loss=wasserstein_gp", f"model 'rae' has no use for loss=wasserstein_gp: {NO_ADVERSARIAL}"),
        ("model=began loss=hinge", f"model 'began' has no use for loss=hinge: {NO_ADVERSARIAL}"),
        (
            "model=vae experiment=loss_of_an_experiment",
            f"model 'vae' has no use for loss=hinge (set by experiment 'loss_of_an_experiment'): {NO_ADVERSARIAL}",
        ),
        (
            "model=vae experiment=heir",
            f"model 'vae' has no use for loss=hinge (set by experiment 'heir'): {NO_ADVERSARIAL}",
        ),
        (
            "model=vae optimizer=adam_two_timescale",
            "model 'vae' has no use for optimizer.discriminator_learning_rate=0.0004: it has no discriminator "
            "(players: autoencoder); set it to null",
        ),
        (
            "model=autoencoder optimizer.discriminator_learning_rate=1",
            "model 'autoencoder' has no use for optimizer.discriminator_learning_rate=1: it has no discriminator "
            "(players: autoencoder); set it to null",
        ),
        ("model=vae", ""),
        ("model=vae loss.reconstruction=bce", ""),
        ("model=vae loss=only_reconstruction", ""),
        ("model=vae optimizer=adam_two_timescale optimizer.discriminator_learning_rate=null", ""),
        ("model=gan loss=hinge", ""),
        ("model=gan experiment=loss_of_an_experiment", ""),
        ("model=aae optimizer=adam_two_timescale", ""),
        ("model=began optimizer=adam_two_timescale", ""),
    ],
)
def test_unused_choices(planned, tmp_path, words, message):
    for group, name, text in (
        ("experiment", "loss_of_an_experiment", "# @package _global_\ndefaults:\n  - override /loss: hinge\n"),
        ("experiment", "heir", "# @package _global_\ndefaults:\n  - loss_of_an_experiment\n"),
        ("loss", "only_reconstruction", "# help: x\nadversarial: null\nreconstruction: ssim\npenalties: {}\n"),
    ):
        (tmp_path / group).mkdir(exist_ok=True)
        (tmp_path / group / f"{name}.yaml").write_text(text)
    assert planned("--config-dir", str(tmp_path), *words.split()) == message


@pytest.mark.parametrize(
    ("words", "job"),
    [
        ("--multirun model=vae,gan loss=hinge", "job 0 (1 of 2), model=vae"),
        ("--multirun model=gan,vae loss=hinge", "job 1 (2 of 2), model=vae"),
        ("--multirun model=vae loss=hinge,minimax", "job 0 (1 of 2), loss=hinge"),
        ("--multirun sweep=losses model=vae", "job 0 (1 of 2), loss=hinge"),
    ],
)
def test_in_a_sweep_before_anything_is_made(tmp_path, monkeypatch, capsys, words, job):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "sweep").mkdir()
    text = "# @package _global_\nhydra:\n  mode: MULTIRUN\n  sweeper:\n    params:\n      loss: hinge,minimax\n"
    (tmp_path / "sweep" / "losses.yaml").write_text(text)
    assert cli.main(["train", "--config-dir", str(tmp_path), *words.split()]) == 2
    message = f"ganae: error: {job}: model 'vae' has no use for loss=hinge: {NO_ADVERSARIAL}\n"
    assert capsys.readouterr().err == message
    assert not (tmp_path / "outputs").exists()

"""Rules that join several settings, on configs composed from `conf/`."""

import pytest

from ganae_cli.config import schema
from ganae_cli.errors import UserError

JOINED = "hardware.steps_per_execution is 5, but steps are joined in a compiled program of one device only"


@pytest.mark.parametrize(
    ("words", "key", "value", "message"),
    [
        (
            "model=gan",
            "loss.adversarial",
            None,
            "model 'gan' needs loss.adversarial, which is null (choices: ",
        ),
        (
            "model=gan",
            "loss.reconstruction",
            "mse",
            "model 'gan' has no use for loss.reconstruction=mse: leave it null",
        ),
        (
            "model=wgan_gp",
            "loss.reconstruction",
            "mse",
            "model 'wgan_gp' has no use for loss.reconstruction=mse: leave it null",
        ),
        (
            "model=autoencoder",
            "loss.adversarial",
            "hinge",
            "model 'autoencoder' has no use for loss.adversarial=hinge: leave it null",
        ),
        (
            "model=vae",
            "loss.autoencoder",
            "hinge",
            "model 'vae' has no use for loss.autoencoder=hinge: it is trained without an adversarial loss that can be "
            "chosen",
        ),
        (
            "model=autoencoder",
            "loss.penalties.gradient_penalty",
            {"weight": 10},
            "model 'autoencoder' has no use for loss.penalties.gradient_penalty: it has no network 'discriminator'; "
            "set loss.penalties.gradient_penalty.on to one of encoder, decoder, or leave it out",
        ),
        (
            "model=aae",
            "loss.penalties.r1",
            {"weight": 10},
            "model 'aae' has no use for loss.penalties.r1: it has no network 'discriminator'; "
            "set loss.penalties.r1.on to one of code_discriminator, or leave it out",
        ),
        ("dataset=ring", "dataset.count", 20, "train.batch_size is 32, but dataset.count is only 20"),
        (
            "hardware.strategy=none",
            "hardware.devices",
            2,
            "hardware.devices is 2, but hardware.strategy=none computes on one device; use mirrored or auto",
        ),
        (
            "hardware.jit=false",
            "hardware.steps_per_execution",
            5,
            f"{JOINED}, not with hardware.jit=false; leave it null",
        ),
        *(
            (word, "hardware.steps_per_execution", 5, f"{JOINED}, not with several devices; leave it null")
            for word in ("hardware=multi_gpu", "hardware=multi_worker", "hardware.devices=2")
        ),
        (
            "optimizer.clipnorm=1",
            "optimizer.global_clipnorm",
            1,
            "set optimizer.clipnorm (per variable) or optimizer.global_clipnorm, not both",
        ),
        (
            "optimizer.clipnorm=1",
            "optimizer.discriminator",
            {"global_clipnorm": 1},
            "set optimizer.clipnorm (per variable) or optimizer.global_clipnorm, not both",
        ),
    ],
)
def test_settings_that_do_not_go_together(changed, words, key, value, message):
    with pytest.raises(UserError) as refused:
        schema.check(changed(key, value, words))
    assert str(refused.value).startswith(message)


def test_settings_that_go_together(changed):
    """A model's option can decide whether it uses a loss; a player's own clipping replaces the shared one."""
    schema.check(changed("loss.reconstruction", None, "model=bigan"))
    schema.check(changed("loss.reconstruction", "mse", "model=bigan", "model.cycle=true"))
    schema.check(changed("optimizer.discriminator", {"global_clipnorm": 1, "clipnorm": None}, "optimizer.clipnorm=1"))
    schema.check(changed("loss.penalties.r1", {"weight": 1, "on": "code_discriminator"}, "model=aae"))


def test_a_batch_may_be_all_that_there_is(changed):
    schema.check(changed("train.examples", 32))
    with pytest.raises(UserError, match=r"train.batch_size is 32, but train.examples is only 31"):
        schema.check(changed("train.examples", 31))


def test_of_a_model_without_a_file_nothing_is_known(changed):
    """A plugin's model may use any losses and networks."""
    config = changed("loss.adversarial", None) | {"plugins": ["mine"]}
    config["model"] = {"name": "mine", "z_dim": 3}
    config["loss"]["penalties"] = {"r1": {"weight": 1.0, "on": "judge"}}
    schema.check(config)

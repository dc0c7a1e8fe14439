"""Every network of every kind of model, by role, computes outside what it computes in ganae."""

import numpy as np
import pytest

from ganae_cli import load
from ganae_cli.errors import UserError
from ganae_cli.export import verify
from ganae_cli.export.exportable import DRAWS, ENCODES, ONE_NETWORK, build


def assert_same(exported):
    """Compare the plain model itself with the network."""

    def run(rows):
        return {name: np.asarray(value) for name, value in exported.model(rows, training=False).items()}

    verify.refuse(verify.differences(run, exported), "keras")
    assert all(name in exported.rows for name in exported.model.input)


@pytest.mark.parametrize(
    ("words", "default", "roles"),
    [
        (
            ("model=aegan", "model.condition=auxiliary"),
            "generator",
            {"encoder": ENCODES, "generator": DRAWS, "discriminator": ONE_NETWORK, "code_discriminator": ONE_NETWORK},
        ),
        *(
            pytest.param(*case, marks=pytest.mark.slow)
            for case in (
                (
                    ("model=alae",),
                    "generate",
                    {"mapper": ONE_NETWORK, "generator": ONE_NETWORK, "encoder": ENCODES, "discriminator": ONE_NETWORK},
                ),
                (("model=cogan",), "generator", {"generator": DRAWS, "discriminator": ONE_NETWORK}),
                (
                    ("model=bigan", "model.stochastic=true", "model.condition=projection"),
                    "generator",
                    {"encoder": ENCODES, "generator": DRAWS, "pair_discriminator": ONE_NETWORK},
                ),
                (("model=contractive_aegan",), "generator", {"generator": DRAWS, "encoder": ENCODES}),
                (("model=gan", "model.packing=2"), "generator", {"discriminator": ONE_NETWORK}),
                (("model=autoencoder", "model.tied=true", "dataset=ring"), "decoder", {"decoder": DRAWS}),
            )
        ),
    ],
)
def test_every_role(small_run, words, default, roles):
    trained = load(small_run(*words))
    exported = build(trained)
    assert (exported.name, exported.does) == (default, DRAWS)
    assert_same(exported)
    for role, does in roles.items():
        exported = build(trained, role)
        assert (exported.name, exported.does) == (role, does)
        assert_same(exported)


def test_a_class_head_is_a_second_output(small_run):
    exported = build(load(small_run("model=aegan", "model.condition=auxiliary")), "discriminator")
    assert set(exported.model.output) == {"logits", "class_logits"}
    assert exported.model.output["class_logits"].shape == (None, 10)
    assert set(exported.model.input) == {"images"}


def test_without_its_data_an_encoder_is_compared_on_samples(small_run, monkeypatch):
    trained = load(small_run("model=aegan", "model.condition=auxiliary"), warn=(told := []).append)
    monkeypatch.setattr(type(trained), "data", property(lambda self: refuse()))
    exported = build(trained, "encoder")
    assert exported.told == "64 samples"
    assert told == ["the data are gone: the exported network is compared on samples"]


def refuse():
    raise UserError("the data are gone")

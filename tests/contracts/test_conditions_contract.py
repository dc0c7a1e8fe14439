"""Contract of every model under every condition: it learns and obeys the label, or refuses it in one line."""

import pytest

from ganae_cli import registry
from ganae_cli.builders import from_config
from ganae_cli.config.chosen import AUTO
from ganae_cli.config.conf_tree import ConfTree
from ganae_cli.engine.condition import MODES, NONE, OF_DISCRIMINATORS
from ganae_cli.testing.conditions import check_condition
from tests.contracts.test_compiled_contract import assert_near, weights

from_config.import_parts()
PAGES = registry.names("model")
MODELS = [name for name in ConfTree().options("model") if name != AUTO]
WITHOUT = {"cogan", "latent_gan", "pacgan"}  # two domains, codes alone, several samples at once
SEVERAL = ["model=gan", "networks.generator.width=8", "networks.discriminator.width=8"]
CONDITIONS = [mode for mode in MODES if mode != NONE]


def takes(roles, model, condition):
    """Return True if labels reach the networks of a model in this way: of its roles, by the definition of the modes."""
    if model in WITHOUT or (model, condition) == ("alae", "auxiliary"):
        return False
    return condition not in OF_DISCRIMINATORS or "discriminator" in roles


@pytest.mark.parametrize("model", PAGES)
def test_a_page_takes_labels_or_refuses_them(model_of, model):
    """One mode of each page, in turn; all of them, and variants, take longer: see below."""
    condition = CONDITIONS[PAGES.index(model) % len(CONDITIONS)]
    assert check_condition(model_of(model), condition) == takes(model_of(model).roles, model, condition)


@pytest.mark.slow
@pytest.mark.parametrize("shape", [(2,), (9, 13, 3)], ids=str)
@pytest.mark.parametrize("condition", CONDITIONS)
@pytest.mark.parametrize("model", MODELS)
def test_a_model_takes_labels_in_every_way_or_refuses_them(model_of, model, condition, shape):
    assert check_condition(model_of(model), condition, shape) == takes(model_of(model).roles, model, condition)


@pytest.mark.slow
@pytest.mark.parametrize("condition", ["concat", "auxiliary"])
def test_two_replicas_have_the_labels_of_their_rows(tmp_path, condition):
    """With and without compiled rounds, two replicas learn what one learns."""
    words = [*SEVERAL, f"model.condition={condition}"]
    one = weights(tmp_path / "one", *words)
    for jit in ("false", "true"):
        two = weights(
            tmp_path / f"two-{jit}", *words, "hardware.devices=2", "hardware.strategy=mirrored", f"hardware.jit={jit}"
        )
        assert one.keys() == two.keys()
        for name, value in one.items():
            assert_near(two[name], value, name)

"""Contract of every model, by the checks of `ganae_cli.testing`: a whole game, finite terms, right shapes, float32."""

import pytest

from ganae_cli import registry
from ganae_cli.builders import from_config
from ganae_cli.config.chosen import AUTO
from ganae_cli.config.conf_tree import ConfTree
from ganae_cli.testing import models as contracts

from_config.import_parts()
PAGES = registry.names("model")
NAMES = [name for name in ConfTree().options("model") if name != AUTO]
MODELS = [  # pages, and with the long tests the variants that are a YAML file over a page
    name if name in PAGES else pytest.param(name, marks=pytest.mark.slow) for name in NAMES
]


@pytest.mark.parametrize("model", PAGES)
def test_a_page_is_a_whole_game(model_of, model):
    contracts.check_structure(model_of(model))
    assert registry.find("model", model).__module__.rpartition(".")[2] == model  # one page per model, named like it


@pytest.mark.parametrize("shape", contracts.SHAPES, ids=str)
@pytest.mark.parametrize("model", MODELS)
def test_a_step(model_of, model, shape):
    contracts.check_step(model_of(model), shape)


@pytest.mark.parametrize(
    ("page", "player"), [(page, player) for page in PAGES for player in registry.find("model", page).players]
)
def test_a_player_moves_its_own_networks_and_no_others(model_of, page, player):
    contracts.check_routing(model_of(page), player)


@pytest.mark.parametrize("model", MODELS)
def test_every_weight_in_its_yaml_is_of_a_term(model_of, model):
    contracts.check_weights(model_of(model))


@pytest.mark.parametrize(
    ("model", "precision"),
    [
        *(pytest.param(model, "mixed_bfloat16", marks=pytest.mark.slow) for model in NAMES),
        *(("aegan", "mixed_bfloat16"), ("autoencoder", "mixed_float16")),
    ],
)
def test_mixed_precision(model_of, model, precision):
    contracts.check_precision(model_of(model), precision)

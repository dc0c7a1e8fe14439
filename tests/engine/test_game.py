"""The base class of models: what a page declares, and pages that are refused when they are defined."""

import importlib

import numpy as np
import pytest

from ganae_cli.engine import Game, Parts
from ganae_cli.errors import UserError
from ganae_cli.models.gan import GAN
from tests.games import Number


def test_a_model_derived_from_another_model_is_refused():
    with pytest.raises(TypeError, match=r"^Better: derive a model from Game itself, not from another model$"):

        class Better(GAN):
            pass


@pytest.mark.parametrize(
    ("old", "new", "line"),
    [
        ("product", "inference_networks", 'product = ("first",)'),
        ("observe", "forward", "def observe(self, x): return x"),
        ("frozen", "pretrained", 'frozen = "autoencoder"'),
    ],
)
def test_a_page_with_a_name_of_version_0_1_is_refused(tmp_path, monkeypatch, old, new, line):
    """The import of the plugin fails; otherwise the page would silently share nothing or average nothing."""
    source = f"from ganae_cli.engine import Game\n\n\nclass Mine(Game):\n    {line}\n"
    (tmp_path / f"plugin_{old}.py").write_text(source)
    monkeypatch.syspath_prepend(tmp_path)
    with pytest.raises(TypeError, match=rf"^Mine\.{old} is called {new} since ganae 0\.2$"):
        importlib.import_module(f"plugin_{old}")


class Bare(Game):
    """A page that declares only players: two networks, one of them owned twice."""

    players, rounds = {"a": ("first", "second"), "b": ("second",)}, (("a", "b"),)

    def __init__(self, weights=None):
        super().__init__(Parts((1,), {}), z_dim=1, weights=weights)
        self.first, self.second = Number(2.0), Number(3.0)

    def a_loss(self, outputs):
        return {"sum": self.first.value + outputs}


def test_a_page_without_methods_generates_and_encodes_nothing():
    game = Bare()
    assert (game.encodes, game.makes_pairs, game.moves_more) == (False, False, False)
    for call, message in (
        (game.generate, "model 'Bare' generates nothing"),
        (game.decode, "model 'Bare' generates nothing"),
        (game.encode, "model 'Bare' has no encoder"),
        (game.pairs, "model 'Bare' generates no pairs"),
    ):
        with pytest.raises(UserError, match=f"^{message}$"):
            call(np.zeros((1, 1)))
    assert game.gate("a", {}, None) is None
    assert game.join(5, 7) == 5


def test_networks_and_variables_belong_to_roles_and_players():
    game = Bare()
    assert game.roles == ("first", "second")
    assert game.network("second") is game.second
    assert [id(v) for v in game.variables_of("a")] == [id(game.first.value), id(game.second.value)]
    assert [id(v) for v in game.variables_of("b")] == [id(game.second.value)]
    assert float(game.loss_terms("a", 10.0)["sum"]) == 12.0


def test_weights_may_be_left_out_for_a_player_or_for_all():
    assert Bare().term_weights.given == {}
    game = Bare({"a": {"sum": 3.0}, "b": None})  # as `b:` in a YAML file
    assert game.term_weights.given == {"a": {"sum": 3.0}, "b": {}}


def test_a_new_game_knows_nothing_of_the_training_yet():
    game = Bare()
    assert (game.terms, game.batch_size, game.optimizers, game.compiled_rounds) == ([], 0, {}, [])
    assert (game.replicas, game.block, game.total_steps, game.state.steps_done) == (1, 1, 1, 0)
    assert (game.inner, game.interrupted) == (None, None)
    assert game.prior().shape == (0, 1), "noise has rows once a step is played"


def test_a_model_says_if_it_encodes_and_makes_pairs(tiny, parts):
    assert not tiny.build("gan").encodes
    assert tiny.build("autoencoder").encodes
    assert tiny.build("gan").moves_more
    networks = {role: {"name": "mlp", "width": 4} for role in ("generator", "discriminator")}
    assert parts.build("model", "cogan", parts=Parts((2,), networks, "hinge"), z_dim=2).makes_pairs
    with pytest.raises(UserError, match="model 'GAN' has no encoder"):
        tiny.build("gan").encode(tiny.data())

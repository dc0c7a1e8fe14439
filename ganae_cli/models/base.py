"""The training step that every model shares: a model is a game of players.

Each player owns networks and an optimizer and has one method `<player>_loss`, which returns its named terms. A
player's gradient is taken of the weighted sum of its own terms with respect to its own variables, and of nothing
else. Players in one round move at once; rounds follow one another; one step plays every round.
"""

from contextlib import contextmanager

import keras
import tensorflow as tf

from ganae_cli.errors import UserError
from ganae_cli.models import rehearsal
from ganae_cli.models.parts import Parts
from ganae_cli.randomness import Draws


class Game(keras.Model):
    """Base of every model page. See `gan.py` for the smallest whole example."""

    players: dict[str, tuple[str, ...]] = {}  # player -> the networks it owns
    rounds: tuple[tuple[str, ...], ...] = ()  # who moves at once; rounds in order of play
    product: tuple[str, ...] = ()  # networks that users keep: averaged by EMA, used to sample and encode

    def __init__(self, parts: Parts, z_dim: int, weights: dict[str, dict[str, float]] | None = None):
        super().__init__()
        self.shape, self.seed, self.z_dim = tuple(parts.shape), parts.seed, z_dim
        self.term_weights = {player: dict(terms or {}) for player, terms in (weights or {}).items()}
        self.penalties = parts.build_penalties()
        self.terms: list[str] = []  # "player.term" in the order of play; known after rehearse
        self.observed: set[str] = set()  # networks whose weights `observe` reads; known after rehearse
        self.draws: Draws | None = None
        self.step = self.add_weight(name="step", shape=(), dtype="int64", initializer="zeros", **_own)
        self.built = True

    # What a page writes -------------------------------------------------------------------------------------------

    def observe(self, x):
        """What one forward pass gives to the losses of a round; x: (batch, *shape). Drawn anew each step."""
        return x

    def generate(self, z):
        """Codes (batch, z_dim) -> data (batch, *shape)."""
        raise UserError(f"model '{type(self).__name__}' generates nothing")

    def encode(self, x):
        """Data (batch, *shape) -> codes (batch, z_dim)."""
        raise UserError(f"model '{type(self).__name__}' has no encoder")

    @property
    def encodes(self) -> bool:
        return type(self).encode is not Game.encode

    def prior(self):
        """Standard normal codes (batch, z_dim)."""
        return self.draws.normal(self.z_dim)

    def penalize(self, network: str, real, fake) -> dict:
        """The configured penalties on a network, as terms: `loss.penalties.<name>` with `on: <network>`."""
        return {
            name: penalty.function(getattr(self, network), real, fake, self.draws)
            for name, penalty in self.penalties.items()
            if penalty.on == network
        }

    # The step -----------------------------------------------------------------------------------------------------

    def compile(self, optimizers: dict[str, keras.optimizers.Optimizer], jit: bool = False, ema: float = 0.0):
        """optimizers: one per player. ema: decay per step of the averaged weights of `product`; 0 keeps none."""
        replicas = tf.distribute.get_strategy().num_replicas_in_sync
        # None, or keras callbacks would steer an RMSprop nobody uses.
        super().compile(optimizer=None, jit_compile=jit and replicas == 1)
        self.optimizers, self.replicas = optimizers, replicas
        for player in self.players:
            optimizers[player].build(self.variables_of(player))
        # XLA cannot compile a step that talks to other replicas; what lies between the reductions it can.
        self.compiled_rounds = (
            [self._compiled_round(i) for i in range(len(self.rounds))] if jit and replicas > 1 else []
        )
        size = {"shape": (len(self.terms),), **_own}
        self.tally = self.add_weight(name="tally", dtype="float32", initializer="zeros", **size)
        self.first_bad_step = self.add_weight(name="first_bad_step", dtype="int64", initializer=_minus_one, **size)
        self.keep_averages(ema)

    def keep_averages(self, decay: float) -> None:
        """Make room for averaged weights of `product`; they start as the weights are."""
        self.ema = decay
        self.averages = [
            self.add_weight(name=f"average_{i}", shape=v.shape, dtype=v.dtype, initializer=_copy_of(v), **_own)
            for i, v in enumerate(self._averaged_variables())
        ]

    def variables_of(self, player: str) -> list[keras.Variable]:
        """The trainable variables of the networks a player owns."""
        return [v for network in self.players[player] for v in getattr(self, network).trainable_variables]

    def train_step(self, x):
        """One play of all rounds on a batch: returns the unweighted terms and each player's weighted `loss`."""
        context = tf.distribute.get_replica_context()
        if x.shape[0] is None:  # several workers: their dataset forgets its batch size
            x = tf.ensure_shape(x, (self.batch_size // self.replicas, *self.shape))
        replica = context.replica_id_in_sync_group
        terms = self._rounds_apart(x, replica) if self.compiled_rounds else self._rounds_together(x, replica)
        values = tf.stack([tf.cast(terms[name], tf.float32) for name in self.terms])
        if self.replicas > 1:
            values = context.all_reduce("MEAN", values)
        self.tally.assign_add(values)
        bad = tf.logical_and(self.first_bad_step < 0, tf.logical_not(tf.math.is_finite(values)))
        self.first_bad_step.assign(tf.where(bad, self.step.value, self.first_bad_step.value))
        for average, variable in zip(self.averages, self._averaged_variables(), strict=True):
            average.assign(self.ema * average + (1 - self.ema) * variable)
        self.step.assign_add(1)
        return {name: values[i : i + 1] for i, name in enumerate(self.terms)}  # (1,): keras cannot reduce scalars

    def _rounds_together(self, x, replica) -> dict:
        """Every round under one tape: networks that nobody has moved since are not asked twice."""
        terms, moved = {}, set()
        with tf.GradientTape(persistent=True) as tape:
            for i, movers in enumerate(self.rounds):
                if i == 0 or moved & self.observed:
                    seen = self._observe(x, replica)
                losses = self._losses_of(i, x, seen, replica, terms)
                with tape.stop_recording():
                    self._move({p: tape.gradient(losses[p], self.variables_of(p)) for p in movers})
                moved.update(network for player in movers for network in self.players[player])
        return terms

    def _rounds_apart(self, x, replica) -> dict:
        terms = {}
        for movers, compiled in zip(self.rounds, self.compiled_rounds, strict=True):
            gradients, of_round = compiled(x, self.step.value, replica)
            self._move(dict(zip(movers, gradients, strict=True)))
            terms |= of_round
        return terms

    def _compiled_round(self, i: int):
        @tf.function(jit_compile=True, autograph=False)
        def gradients_of_round(x, step, replica):
            terms = {}
            with tf.GradientTape(persistent=True) as tape:
                losses = self._losses_of(i, x, self._observe(x, replica, step), replica, terms, step)
            return [tape.gradient(losses[p], self.variables_of(p)) for p in self.rounds[i]], terms

        return gradients_of_round

    def _observe(self, x, replica=0, step=None):
        self.draws = self._draws(x, replica, step, "observe")
        return self.observe(x)

    def _losses_of(self, i: int, x, seen, replica, terms: dict, step=None) -> dict:
        """Scaled losses of the movers of round i; adds their terms, by full name, to `terms`."""
        losses = {}
        self.draws = self._draws(x, replica, step, f"round {i}")
        for player in self.rounds[i]:
            named = getattr(self, f"{player}_loss")(seen)
            weighted = [w * term for name, term in named.items() if (w := self.weight_of(player, name)) != 0]
            loss = tf.add_n(weighted) if weighted else tf.zeros(())
            terms |= {f"{player}.{name}": term for name, term in named.items()} | {f"{player}.loss": loss}
            losses[player] = self._scaled(player, loss)
        return losses

    def _scaled(self, player: str, loss):
        """Replicas add their gradients up, so each counts for its share; float16 scales its losses besides."""
        optimizers = getattr(self, "optimizers", None)
        return optimizers[player].scale_loss(loss / self.replicas) if optimizers else loss

    def _draws(self, x, replica, step, label: str) -> Draws:
        step = self.step.value if step is None else step
        return Draws(self.seed, step, x.shape[0], replica, getattr(self, "replicas", 1), label)

    def _move(self, gradients: dict[str, list]) -> None:
        for player, gradient in gradients.items():
            reached = [(g, v) for g, v in zip(gradient, self.variables_of(player), strict=True) if g is not None]
            if reached:  # what only terms of weight 0 reach has no gradient and stays where it is
                self.optimizers[player].apply(*zip(*reached, strict=True))

    def weight_of(self, player: str, term: str) -> float:
        """Weight of a term in its player's loss; 0 means: measure, do not learn."""
        default = self.penalties[term].weight if term in self.penalties else 1.0
        return self.term_weights.get(player, {}).get(term, default)

    # Before and after ---------------------------------------------------------------------------------------------

    def rehearse(self, x) -> None:
        """Play every loss once on a real batch and change nothing: finds wrong shapes and names before training."""
        self.batch_size = x.shape[0]
        self.terms, self.observed = rehearsal.play(self, x)
        rehearsal.check(self)

    def _averaged_variables(self) -> list[keras.Variable]:
        return [v for n in self.product for v in getattr(self, n).trainable_variables] if self.ema else []

    def take_averages(self) -> None:
        """From now on `product` has its averaged weights (if an EMA is kept): for use, not for training on."""
        for variable, average in zip(self._averaged_variables(), self.averages, strict=True):
            variable.assign(average.numpy())

    # keras numbers a layer's own variables; by name, a file also serves a game that has only some of them.
    def save_own_variables(self, store):
        for variable in self._own_variables():
            store[variable.name] = variable.numpy()

    def load_own_variables(self, store):
        for variable in self._own_variables():
            variable.assign(store[variable.name])

    def _own_variables(self) -> list[keras.Variable]:
        kept = [getattr(self, name) for name in ("tally", "first_bad_step") if hasattr(self, name)]
        return [self.step, *kept, *getattr(self, "averages", [])]

    @contextmanager
    def averaged(self):
        """Within the block, `product` has its averaged weights (if an EMA is kept)."""
        variables = self._averaged_variables()
        live = [v.numpy() for v in variables]
        try:
            self.take_averages()
            yield self
        finally:
            for variable, value in zip(variables, live, strict=True):
                variable.assign(value)


_own = {"trainable": False, "aggregation": "only_first_replica"}  # every replica computes the same new value


def _minus_one(shape, dtype=None):
    return tf.fill(shape, tf.constant(-1, dtype))


def _copy_of(variable):
    return lambda shape, dtype=None: tf.cast(variable.value, dtype)

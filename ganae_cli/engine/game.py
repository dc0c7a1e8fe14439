"""The training step that every model shares: a model is a game of players.

Each player owns networks and an optimizer and has one method `<player>_loss`, which returns its named terms. A
player's gradient is taken of the weighted sum of its own terms with respect to its own variables, and of nothing
else. Players in one round move at once; rounds follow one another; one step plays every round.
"""

import keras
import tensorflow as tf

from ganae_cli.engine import multi_step, rehearsal
from ganae_cli.engine.ema import Averages, averaged_variables
from ganae_cli.engine.page import Page
from ganae_cli.engine.parts import Parts
from ganae_cli.runtime.rng import Draws


class Game(Page):
    """Base of every model page. See `gan.py` for the smallest whole example."""

    def __init__(self, parts: Parts, z_dim: int, weights: dict[str, dict[str, float]] | None = None):
        super().__init__(parts, z_dim, weights)
        self.terms: list[str] = []  # "player.term" in the order of play; known after rehearse
        self.observed: set[str] = set()  # networks whose weights `observe` reads; known after rehearse
        self.averages: Averages | None = None
        self.total_steps = 1  # known after compile
        self.built = True

    # The step -----------------------------------------------------------------------------------------------------

    def compile(self, optimizers: dict, jit=False, ema: float = 0.0, steps: int = 1, block: int = 1):
        """optimizers: one per player. jit: with XLA. ema: decay per step of the averaged weights of `product`; 0 keeps
        none. steps: of the whole training, after which penalties have their final weight. block: see `several.py`.
        """
        replicas = tf.distribute.get_strategy().num_replicas_in_sync
        # None, or keras callbacks would steer an RMSprop nobody uses.
        super().compile(optimizer=None, jit_compile=jit and replicas == 1)
        self.optimizers, self.replicas, self.total_steps = optimizers, replicas, steps
        self.block = block
        for player in self.players:
            optimizers[player].build(self.variables_of(player))
        # XLA cannot compile a step that talks to other replicas; what lies between the reductions it can.
        self.compiled_rounds = (
            [self._compiled_round(i) for i in range(len(self.rounds))] if jit and replicas > 1 else []
        )
        self.keep_tally(len(self.terms))
        self.keep_averages(ema)

    def keep_averages(self, decay: float) -> None:
        """Make room for averaged weights of `product`; they start as the weights are."""
        self.averages = Averages(self, [v for n in self.product for v in averaged_variables(getattr(self, n))], decay)
        self.saved.extend(self.averages.values)

    def variables_of(self, player: str) -> list[keras.Variable]:
        """The trainable variables of the networks a player owns."""
        return [v for network in self.players[player] for v in getattr(self, network).trainable_variables]

    def train_step(self, x):
        """What keras calls: a step on a batch, or the steps of a block; of the last, every term and `<player>.loss`."""
        values = multi_step.play(self, x) if self.block > 1 else self.play(x)
        return {name: values[i : i + 1] for i, name in enumerate(self.terms)}  # (1,): keras cannot reduce scalars

    def play(self, x):
        """One step, a play of all rounds on a batch: the unweighted terms and each player's weighted `loss`."""
        context = tf.distribute.get_replica_context()
        if x.shape[0] is None:  # several workers: their dataset forgets its batch size
            x = tf.ensure_shape(x, (self.batch_size // self.replicas, *self.shape))
        replica = context.replica_id_in_sync_group
        terms = self._rounds_apart(x, replica) if self.compiled_rounds else self._rounds_together(x, replica)
        values = tf.stack([tf.cast(terms[name], tf.float32) for name in self.terms])
        if self.replicas > 1:
            values = context.all_reduce("MEAN", values)
        self.averages.update()
        self.record(values)
        return values

    def _rounds_together(self, x, replica) -> dict:
        """Every round under one tape: networks that nobody has moved since are not asked twice."""
        terms, moved = {}, set()
        with tf.GradientTape(persistent=True) as tape:
            for i, movers in enumerate(self.rounds):
                if i < self.batches_per_step or moved & self.observed:
                    seen, moved = self._observe(x, i, replica), set()
                losses = self._losses_of(i, x, seen, replica, terms)
                with tape.stop_recording():
                    self._move({p: tape.gradient(losses[p], self.variables_of(p)) for p in movers}, terms)
                moved.update(network for player in movers for network in self.players[player])
        return terms

    def _rounds_apart(self, x, replica) -> dict:
        terms = {}
        for movers, compiled in zip(self.rounds, self.compiled_rounds, strict=True):
            gradients, of_round = compiled(x, self.step.value, replica)
            self._move(dict(zip(movers, gradients, strict=True)), of_round)
            terms |= of_round
        return terms

    def _compiled_round(self, i: int):
        @tf.function(jit_compile=True, autograph=False)
        def gradients_of_round(x, step, replica):
            terms = {}
            with tf.GradientTape(persistent=True) as tape:
                losses = self._losses_of(i, x, self._observe(x, i, replica, step), replica, terms, step)
            return [tape.gradient(losses[p], self.variables_of(p)) for p in self.rounds[i]], terms

        return gradients_of_round

    def _observe(self, x, i: int = 0, replica=0, step=None):
        """What round i sees: of several batches a step, each takes every so many-th row, on one replica as on many."""
        count = self.batches_per_step
        number = min(i, count - 1)
        rows = x[number::count] if count > 1 else x
        self.draws = self._draws(x, replica, step, f"observe {number}" if number else "observe")
        return self.observe(rows)

    def _losses_of(self, i: int, x, seen, replica, terms: dict, step=None) -> dict:
        """Scaled losses of the movers of round i; adds their terms, by full name, to `terms`."""
        losses = {}
        self.draws = self._draws(x, replica, step, f"round {i}")
        for player in self.rounds[i]:
            named = getattr(self, f"{player}_loss")(seen)
            weights = {name: self.weight_of(player, name) for name in named}
            weighted = [self._weight_now(n, weights[n], step) * named[n] for n in named if self._counts(n, weights[n])]
            loss = tf.add_n(weighted) if weighted else tf.zeros(())
            terms |= {f"{player}.{name}": term for name, term in named.items()} | {f"{player}.loss": loss}
            gate = self.gate(player, named, seen)
            losses[player] = self._scaled(player, loss if gate is None else gate * loss)
        return losses

    def _scaled(self, player: str, loss):
        """Replicas add their gradients up, so each counts for its share; float16 scales its losses besides."""
        optimizers = getattr(self, "optimizers", None)
        return optimizers[player].scale_loss(loss / self.replicas) if optimizers else loss

    def _draws(self, x, replica, step, label: str) -> Draws:
        step = self.step.value if step is None else step
        return Draws(self.seed, step, x.shape[0] // self.batches_per_step, replica, label)

    def _move(self, gradients: dict[str, list], terms: dict) -> None:
        for player, gradient in gradients.items():
            reached = [(g, v) for g, v in zip(gradient, self.variables_of(player), strict=True) if g is not None]
            if reached:  # what only terms of weight 0 reach has no gradient and stays where it is
                self.optimizers[player].apply(*zip(*reached, strict=True))
        if type(self).after_move is not Game.after_move:
            for player in gradients:
                self.after_move(player, self._shared(player, terms))

    def _shared(self, player: str, terms: dict) -> dict:
        """A player's terms, the same in every replica."""
        own = {name.partition(".")[2]: term for name, term in terms.items() if name.startswith(f"{player}.")}
        context = tf.distribute.get_replica_context()
        return own if self.replicas == 1 else {name: context.all_reduce("MEAN", term) for name, term in own.items()}

    def weight_of(self, player: str, term: str) -> float:
        """Weight of a term in its player's loss; 0 means: measure, do not learn."""
        default = self.penalties[term].weight if term in self.penalties else 1.0
        return self.term_weights.get(player, {}).get(term, default)

    def _counts(self, term: str, weight: float) -> bool:
        """Whether anybody learns from a term: 0 means to measure, unless it is where a penalty's weight begins."""
        penalty = self.penalties.get(term)
        return weight != 0 or bool(penalty and penalty.final_weight)

    def _weight_now(self, term: str, weight: float, step=None):
        """What the weight of a term has become at a step, if it is that of a penalty which changes."""
        if term not in self.penalties or self.penalties[term].final_weight is None:
            return weight
        step = tf.cast(self.step.value if step is None else step, tf.float32)
        return self.penalties[term].weight_after(step / self.total_steps, weight)

    # Before and after ---------------------------------------------------------------------------------------------

    def rehearse(self, x) -> None:
        """Play every loss once on a real batch and change nothing: finds wrong shapes and names before training."""
        self.batch_size = x.shape[0]
        self.terms, self.observed = rehearsal.play(self, x)
        rehearsal.check(self)

    def take_averages(self) -> None:
        """From now on `product` has its averaged weights (if an EMA is kept): for use, not for training on."""
        self.averages.take()

    def averaged(self):
        """A context in which `product` has its averaged weights (if an EMA is kept)."""
        return self.averages.taken()

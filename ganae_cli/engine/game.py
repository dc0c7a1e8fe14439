"""A model is a game of players: what a paper's page declares, and what Keras calls.

Each player owns networks and an optimizer and has one method `<player>_loss`, which returns its named loss terms. A
player's gradient is taken of the weighted sum of its own terms with respect to its own variables, and of nothing
else. A player that moves networks of others may do so with their owners' optimizers (`owners.py`). Players of one round
move at once; rounds follow one another; one step plays every round (`step.py`).
"""

from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any, ClassVar

import keras
import tensorflow as tf

from ganae_cli.engine import multi_step, owners, rehearsal, step
from ganae_cli.engine.ema import Averages, averaged_variables
from ganae_cli.engine.parts import Parts
from ganae_cli.engine.penalize import penalty_terms
from ganae_cli.engine.schedule import Schedule, Scheduled
from ganae_cli.engine.state import State
from ganae_cli.engine.term_weights import TermWeights, by_size
from ganae_cli.errors import UserError, in_one_line
from ganae_cli.losses.adversarial import Terms
from ganae_cli.optimizers import take_sums
from ganae_cli.penalties.base import Network
from ganae_cli.runtime.length import Length
from ganae_cli.runtime.rng import Noise
from ganae_cli.storage import weights_file

RENAMED = {"product": "inference_networks", "observe": "forward", "frozen": "pretrained"}  # since version 0.1.0


class Game(keras.Model):
    """Abstract base of every model; each paper's page is a final subclass. The smallest whole example is `aae.py`.

    parts: networks, losses and penalties to build from. z_dim: size of the latent code. weights: player -> term ->
    weight, a number or a schedule; null: by the size of the data, see `weights_by_size`; 1 where nothing is given.
    """

    # Declared by the page -------------------------------------------------------------------------------------------

    players: ClassVar[dict[str, tuple[str, ...]]] = {}  # player -> the networks it owns
    shares_optimizers: ClassVar[tuple[str, ...]] = ()  # players without an optimizer: see `owners.py`
    rounds: tuple[tuple[str, ...], ...] = ()  # players that move at once; rounds in order of play
    inference_networks: ClassVar[tuple[str, ...]] = ()  # used to sample and encode, and averaged by the EMA
    batches_per_step: int = 1  # fresh batches per step: round i plays with the i-th, or with the last
    sampler: str = "prior"  # where the latent codes of samples come from: see `samplers/`
    components: int | None = None  # of sampler `gmm`: how many Gaussians, at most; None: see `samplers/`
    weights_by_size: ClassVar[dict[str, float]] = {}  # term whose weight may be null -> factor: see `term_weights.py`
    noise_dim: int = 0  # size of the noise vector that a drawn code is joined with: see `join`
    pretrained: ClassVar[str] = ""  # option that takes a whole game of another run (train.init_from): see `inner`
    # network -> all networks that penalties on it differentiate, if more than itself
    penalized: ClassVar[dict[str, tuple[str, ...]]] = {}

    # Derived: player -> owner of an optimizer -> the networks that it moves for this player
    moved_with: ClassVar[dict[str, owners.Players]] = {}

    def __init_subclass__(cls, **options: Any):
        super().__init_subclass__(**options)
        if cls.__base__ is not Game:
            raise TypeError(f"{cls.__name__}: derive a model from Game itself, not from another model")
        for old, new in RENAMED.items():
            if old in vars(cls):
                raise TypeError(f"{cls.__name__}.{old} is called {new} since ganae 0.2")
        cls.moved_with = owners.moved_with(cls.players, cls.shares_optimizers)

    def __init__(self, parts: Parts, z_dim: int, weights: dict[str, dict[str, Scheduled]] | None = None):
        super().__init__()
        self.shape, self.seed, self.z_dim = tuple(parts.shape), parts.seed, z_dim
        self.condition = parts.condition  # the labels of the rows in play, and who gets them
        self.state = State(self)
        self.augment = parts.augment  # what discriminators of images see
        self.augment.serve(self)
        self.penalties = parts.build_penalties(tuple(self.players))
        given = {player: dict(terms or {}) for player, terms in (weights or {}).items()}
        self.term_weights = TermWeights(by_size(given, self.weights_by_size, self.shape), self.penalties)
        self.penalized_networks: set[str] = set()  # networks on which the page puts penalties, if any are configured
        self.noise = Noise(parts.seed, step=0, count=0)  # of the part of the step that is being played; no rows before
        self.inner: Game | None = None  # a trained game within this one, which no player trains
        self.terms: list[str] = []  # "player.term" in the order of play; known after rehearse
        self.forward_networks: set[str] = set()  # networks whose weights `forward` reads; known after rehearse
        self.batch_size = 0  # rows of a global batch; known after rehearse
        self.optimizers: dict[str, keras.optimizers.Optimizer] = {}  # by player; known after compile
        self.compiled_rounds: list[Callable] = []  # of several replicas with jit; known after compile
        self.averages = Averages(self.state, [], 0.0)  # of the inference networks; known after compile
        self.replicas, self.block = 1, 1  # known after compile
        self.length = Length()  # of the whole training
        self.rollbacks = 0  # how often the run has gone back after a divergence: each has a noise stream of its own
        self.interrupted: str | None = None  # why training ended before its last step
        self.built = True

    # Written by the page --------------------------------------------------------------------------------------------

    def forward(self, x: tf.Tensor) -> Any:
        """Compute what the losses of a round share, its outputs, in one forward pass; x: (batch, *shape).

        Called anew in each step, and again in a step once a network that it uses has moved.
        """
        return x

    def generate(self, z: tf.Tensor) -> tf.Tensor:
        """Latent codes (batch, z_dim) -> data (batch, *shape)."""
        raise UserError(f"model '{type(self).__name__}' generates nothing")

    def encode(self, x: tf.Tensor) -> tf.Tensor:
        """Data (batch, *shape) -> latent codes (batch, z_dim)."""
        raise UserError(f"model '{type(self).__name__}' has no encoder")

    def decode(self, z: tf.Tensor) -> tf.Tensor:
        """Latent codes of `encode` -> data (batch, *shape), for models whose `generate` starts from other codes."""
        return self.generate(z)

    def pairs(self, z: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
        """Latent codes -> two images of each, for models that generate pairs."""
        raise UserError(f"model '{type(self).__name__}' generates no pairs")

    def join(self, z: tf.Tensor, noise: tf.Tensor) -> tf.Tensor:
        """Join drawn codes (N, z_dim) with normal noise (N, noise_dim), as arrays: the input of `generate`."""
        return z

    def begin(self, x: tf.Tensor) -> None:
        """Take from the data what the algorithm needs before a new run; x: up to 2,000 training rows."""

    def gate(self, player: str, terms: Terms, outputs: Any) -> tf.Tensor | None:
        """Return 0 or 1, by which the player's gradient is multiplied, or None for always 1. terms: unweighted."""
        return None

    def after_move(self, player: str, terms: Terms) -> None:
        """Change what else the paper changes after a player's move, such as clipped weights. terms: as in `gate`."""

    # Used by the page -----------------------------------------------------------------------------------------------

    def prior(self) -> tf.Tensor:
        """Draw latent codes z ~ N(0, I), (batch, z_dim)."""
        return self.noise.normal(self.z_dim)

    def now(self, option: Scheduled) -> float | tf.Tensor:
        """Return a number of the config that may change during training as it is in the step being played."""
        return Schedule.of(option).at(self.length.share(self.noise.step))

    def penalize(self, network: str, real: Any, fake: Any, discriminator: Network | None = None) -> Terms:
        """Return the configured penalties on a network as terms: `loss.penalties.<name>` with `on: <network>`.

        fake: a tuple if there are several kinds; None for a network that sees no samples, such as an encoder:
        penalties that compare are refused there.
        discriminator: a function of real and fake that those differentiate, if more than the network: see `penalized`.
        """
        self.penalized_networks.add(network)
        return penalty_terms(self, network, real, fake, discriminator)

    # Known from what the page declares ------------------------------------------------------------------------------

    @property
    def encodes(self) -> bool:
        """True if the model has an encoder."""
        return type(self).encode is not Game.encode

    @property
    def makes_pairs(self) -> bool:
        """True if the model generates pairs of images."""
        return type(self).pairs is not Game.pairs

    @property
    def moves_more(self) -> bool:
        """True if `after_move` does anything."""
        return type(self).after_move is not Game.after_move

    @property
    def of_batch(self) -> list[str]:
        """Settings of the model that make a term of its own no mean over rows: see `rehearsal.of_batch`."""
        return []

    @property
    def roles(self) -> tuple[str, ...]:
        """Every network, by role."""
        return tuple(dict.fromkeys(role for owned in self.players.values() for role in owned))

    @property
    def total_steps(self) -> int:
        """Steps of the whole training, at which schedules end; it may change between two steps."""
        return self.length.steps

    @total_steps.setter
    def total_steps(self, steps: int) -> None:
        self.length.set(steps)

    @property
    def optimizer_owners(self) -> tuple[str, ...]:
        """Players that have an optimizer."""
        return tuple(player for player in self.players if player not in self.shares_optimizers)

    def moves_per_step(self, owner: str) -> int:
        """Return how often a step applies a player's optimizer; more often than its moves if other players share it."""
        return sum(owner in self.moved_with[player] for movers in self.rounds for player in movers)

    def network(self, role: str) -> keras.Model:
        """Return the network of a role: the attribute of that name, under which Keras saves it."""
        return getattr(self, role)

    def loss_terms(self, player: str, outputs: Any) -> Terms:
        """Return the unweighted terms of a player's loss: the result of the page's method `<player>_loss`."""
        return getattr(self, f"{player}_loss")(outputs)

    def variables_of(self, player: str) -> list[keras.Variable]:
        """Return the trainable variables of the networks that a player owns."""
        return [v for role in self.players[player] for v in self.network(role).trainable_variables]

    # Called by Keras and by a training run --------------------------------------------------------------------------

    def rehearse(self, batch: step.Batch) -> None:
        """Play every loss once on a real batch and change nothing, to find wrong shapes and names before training."""
        self.batch_size = step.rows_and_labels(self, batch)[0].shape[0]
        self.terms, self.forward_networks = rehearsal.play(self, batch)
        rehearsal.check(self)

    def compile(
        self, optimizers: dict, jit: bool = False, ema: float = 0.0, steps: int | None = None, block: int = 1
    ) -> None:
        """Make ready to train. optimizers: player -> optimizer, of `optimizer_owners`. jit: compile with XLA.

        ema: largest decay of the averaged weights of the inference networks; 0 keeps none. steps: of the whole
        training, at which schedules end; None: as they are. block: steps in one call, see `multi_step.py`.
        """
        self.replicas = tf.distribute.get_strategy().num_replicas_in_sync
        # None, or keras callbacks would steer an RMSprop that no player uses.
        super().compile(optimizer=None, jit_compile=jit and self.replicas == 1)
        self.optimizers = {player: optimizers[player] for player in self.optimizer_owners}
        self.total_steps, self.block = steps or self.total_steps, block
        for player, optimizer in self.optimizers.items():
            optimizer.build(self.variables_of(player))
            if self.replicas > 1:
                take_sums(optimizer)
        # XLA cannot compile a step that talks to other replicas; what lies between the reductions it can.
        self.compiled_rounds = step.compiled_rounds(self) if jit and self.replicas > 1 else []
        self.state.follow_terms(len(self.terms))
        self.keep_averages(ema)

    def keep_averages(self, decay: float) -> None:
        """Make room for averaged weights of the inference networks; they start as the weights are."""
        variables = [v for role in self.inference_networks for v in averaged_variables(self.network(role))]
        self.averages = Averages(self.state, variables, decay)

    def train_step(self, batch: step.Batch) -> dict[str, tf.Tensor]:
        """Train on a batch, or on the batches of a block; return the last values of every term and `<player>.loss`."""
        values = multi_step.play(self, batch) if self.block > 1 else step.play(self, batch)
        return {name: values[i : i + 1] for i, name in enumerate(self.terms)}  # (1,): keras cannot reduce scalars

    def get_metrics_result(self) -> dict[str, Any]:
        """Return nothing: Keras' own metrics are not used, and to read them at the end asks all workers."""
        return {}

    def averaged(self) -> AbstractContextManager[None]:
        """Use the averaged weights of the inference networks (if an EMA is kept) within a block."""
        return self.averages.taken()

    def read_weights(self, path: Path) -> None:
        """Load a weights file; averages that it does not have start as its weights are.

        Raises UserError for a file that lacks some of the state, as of another version, or does not fit this model, and
        for one that is more than plain arrays of numbers.
        """
        weights_file.check(path)
        try:
            self.load_weights(path)
            self.averages.after_loading()
        except (*weights_file.FAULTS, AttributeError) as error:
            if self.state.missing:
                lacking = ", ".join(self.state.missing)
                raise UserError(f"{path} is of another version of ganae: it has no {lacking}") from error
            raise UserError(f"{path} does not hold the weights of this model: {in_one_line(error)}") from error

    def save_own_variables(self, store: Any) -> None:
        """Save the state; called by Keras."""
        self.state.save(store)

    def load_own_variables(self, store: Any) -> None:
        """Load the state; called by Keras."""
        self.state.load(store)

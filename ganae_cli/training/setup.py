"""Set a run up before its first step: data, compiled game, and the stream of batches."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

import tensorflow as tf
from omegaconf import DictConfig

from ganae_cli import optimizers
from ganae_cli.builders import compatibility, from_config, init_from
from ganae_cli.builders.classes import classes_of_data
from ganae_cli.config import budget
from ganae_cli.datasets.base import Data
from ganae_cli.datasets.batches import batches, refusal
from ganae_cli.datasets.scaling import to_float
from ganae_cli.engine import Game
from ganae_cli.engine.multi_step import steps_together
from ganae_cli.errors import UserError
from ganae_cli.runtime.devices import Session
from ganae_cli.samplers import fitted
from ganae_cli.storage.checkpoints import Checkpoint
from ganae_cli.training.callbacks import evaluation


@dataclass(frozen=True)
class Setup:
    """Everything that training steps need, and nothing that is written: enough to measure what a run will cost.

    config: settled, so it states all that the data decided. game: compiled, with the checkpoint's weights if the run
    goes on from one.
    """

    config: DictConfig
    session: Session
    data: Data
    game: Game

    def stream(self, first_step: int, steps: int):
        """Return each replica's rows of the global batches of the steps first_step … steps - 1, in the seed's order.

        Where a call of the compiled program takes several steps, in whole blocks of them.
        """
        session, game, block = self.session, self.game, self.game.block
        first, last = first_step // block * block, -(-steps // block) * block
        local = session.replicas // session.ranks

        def rows(context=None):
            place = {"rank": session.rank, "ranks": session.ranks, "replicas": local}
            batched = _batches(self.data, self.config, game, first, last, **place)
            return batched.batch(block, drop_remainder=True).prefetch(1) if block > 1 else batched

        return session.strategy.distribute_datasets_from_function(rows) if session.replicas > 1 else rows()

    def fit(self, first_step: int, steps: int, callbacks: list) -> None:
        """Train from `first_step` up to step `steps` with Keras."""
        block = self.game.block
        self.game.fit(
            self.stream(first_step, steps),
            epochs=1,
            steps_per_epoch=-(-steps // block) - first_step // block,
            shuffle=False,
            verbose=0,
            callbacks=callbacks,
        )


SLOWER = 0.5  # factor of the learning rates after each rollback


def build(
    config: DictConfig,
    session: Session,
    data: Data,
    plugins: Iterable[str] = (),
    checkpoint: Checkpoint | None = None,
    rollbacks: int = 0,
) -> Setup:
    """Build the compiled game, rehearsed on a real batch. checkpoint: to go on from; None for a new run.

    rollbacks: how often the run has gone back after a divergence; each takes another stream of noise and halves the
    learning rates.
    """
    inheritance = None
    if checkpoint is None:
        config, inheritance = init_from.inherit(config, plugins)
        data = replace(data, warnings=data.warnings + (inheritance.warnings(data) if inheritance else ()))
    else:
        compatibility.refuse_larger(config, data.shape, checkpoint)
    with session.strategy.scope():
        game, config = _rehearsed(config, session, data, inheritance, is_new=checkpoint is None)
        if checkpoint is not None:
            before = checkpoint.fact("architecture")
            gave_up = compatibility.gave_up(before, game)
            now = compatibility.architecture(config, game)
            compatibility.refuse_changes(compatibility.without(gave_up, before), now)
        game.rollbacks = rollbacks
        _compile(config, session, game, SLOWER**rollbacks)
        if checkpoint is not None:
            with optimizers.rates_as_configured(game.optimizers.values()):
                game.read_weights(checkpoint.weights)
            for owner, optimizer in (
                game.optimizers.items() if gave_up else ()
            ):  # schedules count the moves of sharers too
                optimizer.iterations.assign(checkpoint.step * game.moves_per_step(owner))
    return Setup(config, session, data, game)


def _rehearsed(
    config: DictConfig, session: Session, data: Data, inheritance: init_from.Inheritance | None, is_new: bool
) -> from_config.Built:
    """Build a game and play every loss once. is_new: no checkpoint will replace its weights."""
    size = config.train.batch_size
    if size % session.replicas:
        raise UserError(f"train.batch_size is {size}, which {session.replicas} replicas cannot share equally")
    game, config = from_config.build_game(config, data.shape, classes_of_data(config, data), len(data.train))
    fitted.check(game, game.sampler)
    if inheritance:
        inheritance.hand_over(game)
    if is_new:
        game.begin(to_float(fitted.random_rows(data.train, fitted.QUICK_ROWS, config.seed)))
    game.rehearse(_first_batch(data, config, game))
    evaluation.check(config, game, data)
    return from_config.Built(game, config)


def _batches(data: Data, config: DictConfig, game: Game, first: int, last: int, **place: int) -> tf.data.Dataset:
    size, labels = config.train.batch_size, game.condition.is_on
    return batches(data, size, config.seed, first, last, **place, per_step=game.batches_per_step, labels=labels)


def _first_batch(data: Data, config: DictConfig, game: Game) -> Any:
    """Return what the first step takes. Raises UserError for a picture that cannot be read any more."""
    try:
        return next(iter(_batches(data, config, game, 0, 1)))
    except tf.errors.OpError as error:
        if refused := refusal(error):
            raise UserError(refused) from error
        raise


def _compile(config: DictConfig, session: Session, game: Game, rate_factor: float) -> None:
    train = config.train
    block = steps_together(game, train.batch_size, _intervals(train), session.block)
    made = from_config.build_optimizers(config, game, rate_factor)
    game.compile(made, jit=session.jit, ema=train.ema, steps=train.steps, block=block)


def _intervals(train: DictConfig) -> list[int]:
    """Return the intervals that a program of several steps must fit; those that a budget has yet to choose will."""
    given = [train[key] for key in budget.INTERVALS if train[key] is not None]
    return [*given, train.evaluate_every] if train.log_every is None and train.get("evaluate_every") else given

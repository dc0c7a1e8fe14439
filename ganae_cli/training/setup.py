"""What a run is made of before its first step: data, game, optimizers and the stream of batches."""

from dataclasses import dataclass, field

from omegaconf import DictConfig

from ganae_cli import optimizers
from ganae_cli.builders import compatibility, from_config, init_from
from ganae_cli.datasets.base import Data
from ganae_cli.datasets.batches import batches
from ganae_cli.datasets.scaling import to_float
from ganae_cli.engine.game import Game
from ganae_cli.engine.multi_step import steps_together
from ganae_cli.errors import UserError
from ganae_cli.runtime import devices
from ganae_cli.samplers import fitted
from ganae_cli.storage.checkpoints import Checkpoint
from ganae_cli.storage.run_folder import RunFolder
from ganae_cli.training.callbacks.start import Start
from ganae_cli.training.callbacks.stop import Stop


@dataclass
class Run:
    """A run in the making: what its steps hand on to each other. A trial has no folder, and nothing stops it."""

    config: DictConfig
    session: devices.Session
    data: Data
    folder: RunFolder | None = None
    checkpoint: Checkpoint | None = None
    stop: Stop | None = None
    start: Start = field(default_factory=Start)

    @property
    def first_step(self) -> int:
        return self.checkpoint.step if self.checkpoint else 0


def build(run: Run, plugins=()) -> Game:
    """The compiled game, rehearsed on a real batch, with the checkpoint's weights if there is one."""
    inherited = None if run.checkpoint else init_from.find(run.config, plugins)
    with run.session.strategy.scope():
        return _built(run, inherited)


def _built(run: Run, inherited: init_from.Inheritance | None) -> Game:
    config, size = run.config, run.config.train.batch_size
    if size % run.session.replicas:
        raise UserError(f"train.batch_size is {size}, which {run.session.replicas} replicas cannot share equally")
    game = from_config.build_game(config, run.data.shape)
    fitted.check(game, game.sampler)
    if inherited:
        inherited.hand_over(game)
    if not run.checkpoint:
        game.begin(to_float(fitted.some(run.data.train, fitted.QUICK_ROWS, config.seed)))
    game.rehearse(next(iter(batches(run.data, size, config.seed, 0, 1, per_step=game.batches_per_step))))
    if config.train.best_by not in (None, *game.terms):
        raise UserError(f"train.best_by: no term '{config.train.best_by}' (terms: {', '.join(game.terms)})")
    if run.checkpoint:
        compatibility.refuse_changes(run.checkpoint.about["architecture"], compatibility.architecture(config, game))
    optimizing = from_config.build_optimizers(config, game)
    intervals = [config.train.log_every, config.train.sample_every, config.train.checkpoint_every]
    block = steps_together(game, size, intervals, run.session.block)
    game.compile(optimizing, jit=run.session.jit, ema=config.train.ema, steps=config.train.steps, block=block)
    if run.checkpoint:
        with optimizers.rates_as_configured(game.optimizers.values()):
            game.read_weights(run.checkpoint.weights)
    return game


def stream(run: Run, game: Game, steps: int):
    """Each replica's rows of the global batches of each step up to step `steps`, in the order of the seed.

    Where a call of the compiled program takes several steps, in whole blocks of them.
    """
    session, train, block = run.session, run.config.train, game.block
    first, last = run.first_step // block * block, -(-steps // block) * block
    local = session.replicas // session.ranks

    def rows(context=None):
        place = {"rank": session.rank, "ranks": session.ranks, "replicas": local, "per_step": game.batches_per_step}
        batched = batches(run.data, train.batch_size, run.config.seed, first, last, **place)
        return batched.batch(block, drop_remainder=True).prefetch(1) if block > 1 else batched

    return session.strategy.distribute_datasets_from_function(rows) if session.replicas > 1 else rows()

"""What a run is watched for by the rows of its history: see `evaluation.row_watch`."""

from collections.abc import Mapping

import tensorflow as tf
from omegaconf import DictConfig

from ganae_cli import registry
from ganae_cli.builders.from_config import plain
from ganae_cli.engine import Game
from ganae_cli.evaluation.row_watch import Contest, RowWatch
from ganae_cli.runtime.log import say
from ganae_cli.training import early_stop
from ganae_cli.training.begin import Run

SURE = (0.5, 50.0)  # logits beyond the boundary, of a discriminator that is right: of least squares, and of all others
NEXT_TO_NOTHING = 1e-3  # of the loss of one that cannot tell
DISCRIMINATOR = "discriminator"


def of_run(run: Run) -> RowWatch:
    """Return the watch of a run, after the rows of its history that stay."""
    last = early_stop.last_row(run)
    rows = [row for row in run.folder.history.read() if int(row["step"]) <= last]
    numbers = [{name: float(cell) for name, cell in row.items() if cell != ""} for row in rows]
    return RowWatch(say, contests(run.setup.config, run.setup.game), numbers)


def contests(config: DictConfig, game: Game) -> dict[str, Contest]:
    """Return the contests of the game's discriminators, of those with a loss that is 0 once they are right."""
    loss, found = plain(config.loss), {}
    players = [player for player in game.players if player.endswith(DISCRIMINATOR)]
    for player in players if loss.get("adversarial") else ():
        own = loss.get(player) or loss["adversarial"]
        costs = costs_of_indecision(registry.build("adversarial", own))
        terms = tuple(name for name in game.terms if _is_of(name, player, costs) and not _is_penalty(name, game))
        if costs and terms:
            found[player] = Contest(terms, sum(costs.values()))
    return found


def costs_of_indecision(adversarial: object) -> Mapping[str, float]:
    """Return the terms of a discriminator that cannot tell; {} where its loss has no least value of 0.

    >>> from ganae_cli.losses.adversarial import Hinge, Wasserstein
    >>> costs_of_indecision(Hinge()), costs_of_indecision(Wasserstein())
    ({'real': 1.0, 'fake': 1.0}, {})
    """
    boundary = getattr(adversarial, "boundary", 0.0) or 0.0

    def costs(sure: float) -> dict[str, float]:
        real, fake = tf.constant([[boundary + sure]]), tf.constant([[boundary - sure]])
        terms = adversarial.discriminator(real, fake)  # type: ignore[attr-defined]
        return {name: float(term) for name, term in terms.items()}

    undecided = costs(0.0)
    total = sum(undecided.values())
    has_won = any(abs(sum(costs(sure).values())) <= NEXT_TO_NOTHING * total for sure in SURE)
    return undecided if total > 0 and has_won else {}


def _is_of(name: str, player: str, costs: Mapping[str, float]) -> bool:
    """Return True for a term of the player that is one of these, of any kind of fakes: `fake_sample`, `first_real`."""
    owner, _, term = name.partition(".")
    return owner == player and bool(set(costs) & set(term.split("_")))


def _is_penalty(name: str, game: Game) -> bool:
    return name.partition(".")[2] in game.penalties

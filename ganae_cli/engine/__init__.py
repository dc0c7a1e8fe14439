"""The base of every model: the game of players, its training step and its state.

A model is a page in `models/`: a final subclass of `Game`, built from `Parts`.

    game.py          what a paper's page declares and what Keras calls
    step.py          one training step: rounds, losses, gradients, moves
    parts.py         networks by role, losses by name, penalties: what a page is built from
    penalize.py      penalties of the config as loss terms
    augment.py       what discriminators of images see
    overfitting.py   how far they overfit, and the probability that follows it
    term_weights.py  weights of the loss terms
    schedule.py      numbers that change during training
    state.py         numbers kept from step to step and saved
    ema.py           averaged weights
    rehearsal.py     every loss computed once before training, to find faults early
    multi_step.py    several steps in one compiled call
"""

from ganae_cli.engine.game import Game
from ganae_cli.engine.parts import Parts
from ganae_cli.engine.schedule import Scheduled
from ganae_cli.losses.adversarial import Terms

__all__ = ["Game", "Parts", "Scheduled", "Terms"]

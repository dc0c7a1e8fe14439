"""The verdict at the end of a training: what judges need is measured in a second or two, without any classifier."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from omegaconf import DictConfig

from ganae_cli.config import chosen
from ganae_cli.datasets.base import Data
from ganae_cli.engine.game import Game
from ganae_cli.errors import UserError
from ganae_cli.evaluation import evaluate as evaluating
from ganae_cli.evaluation.of_run import protocol
from ganae_cli.evaluation.protocol import Protocol
from ganae_cli.evaluation.scores import Evaluation
from ganae_cli.evaluation.subject import Subject
from ganae_cli.evaluation.verdicts import court
from ganae_cli.evaluation.verdicts.base import Evidence
from ganae_cli.samplers.fitted import CodeSource

SAMPLES = 1000  # at most
FEATURES = "pixels"  # unless the user names others: the best ones may have to be trained


@dataclass(frozen=True)
class Judged:
    """A verdict. lines: in words. entries: of `evaluation.json`, scores and verdicts; [] if nothing was measured."""

    lines: list[str]
    entries: list[dict[str, Any]]


def judge(
    config: DictConfig,
    game: Game,
    data: Data,
    source: CodeSource,
    step: int,
    history: Sequence[Mapping[str, float]],
    known: Evaluation | None = None,
    say: Callable[[str], object] = lambda line: None,
) -> Judged:
    """Return the verdict on a model, with its weights as they are.

    step: of the weights. known: what was measured of just these weights, if anything was. say: told what takes a while.
    """
    weights = "averaged" if game.averages.are_taken else "live"
    facts = {"model": chosen.name(config, "model"), "step": step, "weights": weights, "quick": True}
    settings = protocol(config)
    if known is None or settings.metrics is not None:  # of which judges may need others
        try:
            known = evaluating.evaluate(
                Subject(data, _quick(settings, data), game, source, say=say, facts=facts), quick=True
            )
        except UserError as error:
            return Judged([f"none: {error}"], [])
    found = replace(known, protocol=known.protocol | facts)
    judged = court.verdicts(Evidence(found, history, data.kind))
    return Judged(court.lines(judged.values(), found), [*found.entries(), *court.entries(judged, found.protocol)])


def _quick(settings: Protocol, data: Data) -> Protocol:
    """Return the settings by which just what judges need is measured."""
    wanted = court.needs()
    if data.channel_classes:  # their modes are counted in a minute, by a classifier
        wanted = tuple(name for name in wanted if name not in ("modes", "high_quality"))
    count = min(settings.samples, settings.quick_samples, SAMPLES)
    return replace(settings, samples=count, metrics=wanted, features=settings.features or FEATURES)

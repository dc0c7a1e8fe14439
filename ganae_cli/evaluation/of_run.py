"""Evaluation of a run: its model is opened, its data are built again, and what was measured is kept in its folder."""

import gc
from pathlib import Path
from typing import Any

import keras
from omegaconf import DictConfig

from ganae_cli.builders import compatibility, from_config
from ganae_cli.config import chosen
from ganae_cli.errors import UserError
from ganae_cli.evaluation import evaluate as evaluating
from ganae_cli.evaluation import inputs, scorecard
from ganae_cli.evaluation.bar import shown
from ganae_cli.evaluation.protocol import Protocol
from ganae_cli.evaluation.subject import Subject
from ganae_cli.evaluation.trained import Trained
from ganae_cli.evaluation.verdicts import court
from ganae_cli.evaluation.verdicts.base import Evidence
from ganae_cli.terminal import tell

OWN = "evaluation.json, which tables show, is of the newest weights, averaged if there are any, and the model's sampler"


def protocol(config: DictConfig) -> Protocol:
    """Return the settings of an evaluation: section `evaluation` of a config."""
    given = from_config.plain(config.evaluation)
    metrics = given.pop("metrics")
    return Protocol(**given, metrics=None if metrics is None else tuple(metrics))


def evaluate(path: Path, config: DictConfig, plugins: list[str], form: str, **choice: Any) -> str:
    """Measure the run of a folder, write its `evaluation.json`, return the page. config: with the user's changes.

    form: text, json, csv or md. choice: checkpoint, weights and sampler, as of `Trained.open`. What tables show of a
    run must not depend on what somebody looked at last: of another choice than the run's own, the file stays as it is.
    """
    settings = protocol(config)
    evaluating.check(settings.metrics)
    trained = Trained.open(path, plugins, **choice)
    data = from_config.build_data(from_config.with_absolute_paths(config), trained.standard)
    other = compatibility.other_data(trained.folder, config, data)
    if not other and data.shape != trained.game.shape:
        other = f"the model makes {inputs.words(trained.game.shape)}, and the data are {inputs.words(data.shape)}"
    if other:
        raise UserError(f"cannot evaluate: {other}; put the data back (dataset.path=PATH if they moved)")
    weights = "averaged" if trained.game.averages.are_taken else "live"
    facts = {"model": chosen.name(config, "model"), "step": trained.checkpoint.step, "weights": weights}
    with shown(chosen.title(config)) as at:
        subject = Subject(data, settings, trained.game, trained.source, say=tell, facts=facts)
        found = evaluating.evaluate(subject, at=at)
    evidence = Evidence(found, _history(trained), data.kind)
    judged = court.verdicts(evidence)
    if other := other_choice(trained, **choice):
        tell(f"{OWN}, and this is of {other}: it is not kept there (--format json > FILE keeps it)")
    else:
        _keep(trained, [*found.entries(), *court.entries(judged, found.protocol)])
    title = f"{chosen.title(config)}, step {trained.checkpoint.step:,} ({path})"
    return scorecard.written(found, title, form, court.lines(judged.values(), found))


def other_choice(trained: Trained, checkpoint: str | int = from_config.NEWEST, **others: Any) -> str:
    """Return in words what of a model is not the run's own choice; "" if all is."""
    averages, newest = trained.game.averages, trained.checkpoint
    if checkpoint != from_config.NEWEST:
        newest = trained.folder.checkpoints.newest() or newest
    other = {
        f"step {trained.checkpoint.step}": trained.checkpoint.step != newest.step,
        "live weights": averages.are_taken != averages.are_loaded,
        f"sampler '{trained.sampler}'": trained.sampler != trained.game.sampler,
    }
    return ", ".join(what for what, is_other in other.items() if is_other)


def _keep(trained: Trained, entries: list[dict[str, Any]]) -> None:
    """Write the entries into the run folder; where that cannot be, as in another user's, only say so."""
    try:
        trained.folder.evaluation.write(entries)
    except OSError as error:
        tell(f"not kept: {error.filename or trained.folder.path}: {error.strerror or error}")


def _history(trained: Trained) -> list[dict[str, float]]:
    """Return the rows of the history up to the step of the weights."""
    rows = [{key: float(value) for key, value in row.items()} for row in trained.folder.history.read()]
    return [row for row in rows if row["step"] <= trained.checkpoint.step]


def forget_models() -> None:
    """Free what Keras remembers of the models that were opened, before another one is."""
    keras.backend.clear_session()
    gc.collect()

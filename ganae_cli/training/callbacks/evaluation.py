"""Evaluation while a model trains: every `train.evaluate_every` steps, quick metrics as columns of the history."""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from omegaconf import DictConfig

from ganae_cli.datasets.base import Data
from ganae_cli.engine import Game
from ganae_cli.errors import UserError, did_you_mean
from ganae_cli.evaluation import evaluate as evaluating
from ganae_cli.evaluation.collapse import Watch
from ganae_cli.evaluation.of_run import protocol
from ganae_cli.evaluation.protocol import Protocol
from ganae_cli.evaluation.scores import HIGHER, Evaluation
from ganae_cli.evaluation.subject import Subject
from ganae_cli.evaluation.verdicts.base import ACCUSED, Evidence
from ganae_cli.evaluation.verdicts.mode_collapse import ModeCollapse
from ganae_cli.runtime.log import say
from ganae_cli.samplers import fitted


class Evaluations:
    """Gives the quick metrics of a step, with averaged weights; what depends on the data only is computed once.

    The names of the metrics are known before: all rows have the same columns, which are empty at other steps. Two
    evaluations in a row that find a mode collapse are warned of. columns: of the history so far; the metrics among
    them stay columns, empty from now on if they are measured no more.
    """

    def __init__(self, config: DictConfig, game: Game, data: Data, columns: Iterable[str] = ()):
        self.every, self.game, self.data = int(config.train.evaluate_every), game, data
        self.settings = quick(config)
        self.subject: Subject | None = None
        self.last: Evaluation | None = None
        self.last_step = -1
        self.watch = Watch(say)
        self.judge = ModeCollapse()
        now = measured(config, game, data) if self.every else ()
        known = evaluating.metrics()
        self.names = tuple(dict.fromkeys([*(name for name in columns if name in known), *now]))

    def __call__(self, step: int) -> dict[str, float | None]:
        """Return metric -> value of a step; None for all where none is measured."""
        if not self.every or step % self.every:
            return dict.fromkeys(self.names)
        with self.game.averaged():
            source = fitted.fit(self.game, self.data, self.game.sampler, self.game.seed, fitted.QUICK_ROWS)
            before = self.subject
            self.subject = before.again(source) if before else self._first(source)
            self.last, self.last_step = evaluating.evaluate(self.subject, quick=True), step
        verdict = self.judge.judge(Evidence(self.last, kind=self.data.kind))
        self.watch.take(step, f"ganae: warning: mode collapse: {verdict.what}" if verdict.state == ACCUSED else None)
        return {name: self.last.value(name) for name in self.names}

    def at(self, step: int) -> Evaluation | None:
        """Return what was measured at a step; None if nothing was, or at another step last."""
        return self.last if step == self.last_step else None

    def _first(self, source: fitted.CodeSource) -> Subject:
        return Subject(self.data, self.settings, self.game, source, say=say)


def measured(config: DictConfig, game: Game, data: Data) -> tuple[str, ...]:
    """Return the names of the metrics that are measured while this model trains. Raises UserError if none can be."""
    subject = Subject(data, quick(config), game, fitted.CodeSource(game.sampler))
    evaluating.refuse(subject)
    return tuple(evaluating.applicable(subject, quick=True))


def quick(config: DictConfig) -> Protocol:
    """Return the settings of a quick evaluation."""
    settings = protocol(config)
    return replace(settings, samples=min(settings.samples, settings.quick_samples))


def check(config: DictConfig, game: Game, data: Data) -> None:
    """Raise UserError for settings of the evaluation, a `train.best_by` or a `train.stop_when` that cannot be met."""
    train, every = config.train, int(config.train.get("evaluate_every", 0))
    evaluating.check(protocol(config).metrics)
    if train.log_every and every % train.log_every:  # null: it will fit, see `training.budget`
        raise UserError(
            f"train.evaluate_every={every}: metrics stand in rows of the history, so it must be a multiple of "
            f"train.log_every={train.log_every}"
        )
    names = measured(config, game, data) if every else ()
    for key in ("best_by", "stop_when"):
        by = train.get(key)
        if by is not None and by not in game.terms:
            _check_metric(f"train.{key}", by, train, game.terms, names)
    is_metric = train.best_by is not None and train.best_by not in game.terms
    if is_metric and train.checkpoint_every and train.checkpoint_every % every:
        raise UserError(
            f"train.best_by={train.best_by}: each checkpoint needs its value, so train.checkpoint_every="
            f"{train.checkpoint_every} must be a multiple of train.evaluate_every={every}"
        )


def _check_metric(key: str, by: str, train: DictConfig, terms: list[str], names: Sequence[str]) -> None:
    """Raise UserError for a name that is no metric by which it can be told which weights are better.

    key: of the setting that has the name. names: of the metrics that are measured.
    """
    every, known = train.evaluate_every, evaluating.metrics()
    if by not in known:
        near = did_you_mean(by, [*terms, *known])
        of_page = [name for name, metric in known.items() if metric.better and metric.place is not None]
        choices = f"terms: {', '.join(terms)}; metrics: {', '.join(of_page)} …"
        raise UserError(f"{key}: no term or metric '{by}'{near} ({choices})")
    if not every:
        typed = f"train.evaluate_every={train.checkpoint_every or 1000}"
        raise UserError(f"{key}={by} is a metric: say how often it is measured, as {typed}")
    judging = [name for name in names if known[name].better]
    if by not in names:
        raise UserError(f"{key}={by} is not measured in this training (metrics: {_list(judging)})")
    if by not in judging:
        raise UserError(
            f"{key}={by}: neither its highest nor its lowest value is the best one, but that of real data; "
            f"take a metric that says which is better ({_list(judging)})"
        )


def better(name: str | None) -> str:
    """Return which values of a term or metric are better: higher or lower."""
    metric = evaluating.metrics().get(name or "")
    return HIGHER if metric and metric.better == HIGHER else "lower"


def _list(names: Iterable[str]) -> str:
    return ", ".join(names) or "none"

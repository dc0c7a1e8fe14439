"""The numbers by which a study compares its trials: their names, which values are better, and where they are found."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from omegaconf import DictConfig

from ganae_cli.errors import UserError, did_you_mean
from ganae_cli.storage.run_folder import RunFolder

HIGHER, LOWER = "higher", "lower"  # which values are better
DIRECTIONS = {"minimize": LOWER, "maximize": HIGHER}  # of `tune.direction`
TERM, METRIC, RUN = "term", "metric", "run"
OF_RUNS = {  # facts of every run, in its status.json, beside which a metric may be improved
    "parameters": LOWER,
    "parameters_trained": LOWER,
    "images_per_second": HIGHER,
    "peak_memory_mb": LOWER,
    "seconds": LOWER,
}
ENDS = {"max_minutes": "train.max_minutes", "stop_when": "train.stop_when", "collapse": "train.stop_on_collapse"}
PARTS = 5  # of a training, at the end of each of which it is evaluated if trials may be ended early


@dataclass(frozen=True)
class Objective:
    """A number that is to be improved. better: HIGHER or LOWER. kind: TERM of a loss, METRIC of samples, or RUN."""

    name: str
    better: str
    kind: str

    def as_json(self) -> dict[str, str]:
        """Return the objective as it stands in a file."""
        return asdict(self)

    @classmethod
    def of_json(cls, content: Any) -> "Objective":
        """Return the objective of a file. Raises UserError for what is none."""
        given = content if isinstance(content, dict) else {}
        name, better, kind = (given.get(key) for key in ("name", "better", "kind"))
        if not isinstance(name, str) or better not in (HIGHER, LOWER) or kind not in (TERM, METRIC, RUN):
            raise UserError(f"{content!r} is no objective")
        return cls(name, better, kind)

    def values(self, folder: RunFolder) -> list[tuple[int, float]]:
        """Return (step, value) of each row of a run's history that has one."""
        rows = folder.history.read() if self.kind != RUN else []
        return [(int(row["step"]), float(row[self.name])) for row in rows if row.get(self.name)]

    def final(self, folder: RunFolder) -> float:
        """Return the value of a trained run: of its last row, or of its best checkpoint if train.best_by names it.

        Raises UserError if there is none, or it is not finite.
        """
        value = self._final(folder)
        if value is None or not math.isfinite(value):
            raise UserError(f"no {self.name}{self._why(folder)}" if value is None else f"{self.name} is {value}")
        return value

    def _why(self, folder: RunFolder) -> str:
        """Return why a run has no value, if a setting ended it too early for one; "" where that is not so."""
        status = folder.status()
        setting = ENDS.get(status.get("stopped_by", ""))
        if self.kind != METRIC or not setting:
            return ""
        every = folder.read_config().train.get("evaluate_every", 0)
        return (
            f": {setting} ended it at step {status.get('step', 0)}, before its first evaluation "
            f"(train.evaluate_every={every})"
        )

    def _final(self, folder: RunFolder) -> float | None:
        if self.kind == RUN:
            status = folder.status()
            value = status.get("metrics", {}).get(self.name, status.get(self.name))
            return float(value) if isinstance(value, int | float) else None
        if folder.read_config().train.get("best_by") == self.name:
            return folder.checkpoints.best(self.name).value(self.name)
        found = self.values(folder)
        return found[-1][1] if found else None


def chosen(names: Sequence[str], direction: str | None, measurable: "Measurable") -> tuple[Objective, ...]:
    """Return the objectives of a study. names: as the user gave them; none for the default.

    Raises UserError for a name that is no number of these trials, or one of which no value is better than another.
    """
    found = [_objective(name, measurable) for name in names or [measurable.default()]]
    if direction and len(found) == 1:
        found = [_directed(found[0], direction)]
    return tuple(found)


def _objective(name: str, measurable: "Measurable") -> Objective:
    if name in measurable.terms:
        return Objective(name, LOWER, TERM)
    if better := measurable.metrics.get(name):
        return Objective(name, better, METRIC)
    if name in OF_RUNS:
        return Objective(name, OF_RUNS[name], RUN)
    judging = [one for one, better in measurable.metrics.items() if better]
    known = f"metrics: {', '.join(judging) or 'none'}; terms: {', '.join(measurable.terms)}; runs: {', '.join(OF_RUNS)}"
    if name in measurable.metrics:
        raise UserError(
            f"tune.metric={name}: neither its highest nor its lowest value is the best one, but that of real data; "
            f"take another ({known})"
        )
    why = f"; {measurable.refused}" if measurable.refused else ""
    near = did_you_mean(name, [*judging, *measurable.terms, *OF_RUNS])
    raise UserError(f"tune.metric: '{name}' is not measured in these trials{near}{why} ({known})")


def _directed(one: Objective, direction: str) -> Objective:
    better = DIRECTIONS[direction]
    if one.kind != TERM and better != one.better:
        right = next(word for word, wanted in DIRECTIONS.items() if wanted == one.better)
        raise UserError(
            f"tune.direction={direction} looks for the worst trial: {one.better} values of {one.name} are better; "
            f"leave it out, or type tune.direction={right}"
        )
    return Objective(one.name, better, one.kind)


@dataclass(frozen=True)
class Measurable:
    """What can be measured of the trials: loss terms, and metric -> which values are better ("": neither).

    kind: of the data: images, points …. refused: why no metric can be, "" if some can.
    """

    terms: tuple[str, ...]
    metrics: Mapping[str, str]
    kind: str = "images"
    refused: str = ""

    def default(self) -> str:
        """Return the metric that says most in one number: of samples, how good and how varied they are together."""
        preferred = ("fid", "clipped_coverage")
        for name in reversed(preferred) if self.kind == "points" else preferred:
            if self.metrics.get(name):
                return name
        why = f": {self.refused}" if self.refused else ""
        raise UserError(f"no metric can be measured{why}; name a loss term, as tune.metric={self.terms[0]}")


def settle(config: DictConfig, objectives: Sequence[Objective], is_pruned: bool) -> None:
    """Let a trial be evaluated at its last step, if a metric is to be improved and `train.evaluate_every` is 0.

    is_pruned: it may be ended early, so it is evaluated before, too. Raises UserError where no interval fits, and for a
    loss term that may end a trial at any row, so that its metric is not known.
    """
    train, metrics = config.train, [one.name for one in objectives if one.kind == METRIC]
    if train.evaluate_every or not metrics:
        return
    stop_when = train.get("stop_when")
    every = _interval(train, PARTS if is_pruned or train.max_minutes or stop_when else 1)
    if stop_when and "." in stop_when:  # a loss term
        raise UserError(
            f"train.stop_when={stop_when} ends a trial before its {metrics[0]} is measured: stop by what is improved, "
            f"as train.stop_when={metrics[0]} train.evaluate_every={every}, or improve what stops, as "
            f"tune.metric={stop_when}"
        )
    train.evaluate_every = every


def _interval(train: DictConfig, most: int) -> int:
    """Return the steps between evaluations that divide a training into so many parts, or fewer."""
    for parts in range(most, 0, -1):
        every, rest = divmod(int(train.steps), parts)
        if not rest and every % train.log_every == 0:
            return every
    raise UserError(
        f"a metric stands in a row of the history, so train.steps={train.steps} must be a multiple of "
        f"train.log_every={train.log_every}"
    )

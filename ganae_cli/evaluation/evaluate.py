"""Evaluation of a model, or of samples of another program: all measures that apply, one after another."""

from collections.abc import Callable, Iterable

from ganae_cli import registry
from ganae_cli.errors import UserError, did_you_mean
from ganae_cli.evaluation.compared_rows import FEWEST
from ganae_cli.evaluation.measures.base import Measure, Progress
from ganae_cli.evaluation.scores import SECTIONS, Evaluation, Metric, Score
from ganae_cli.evaluation.subject import Subject

At = Callable[[float, str], object]  # told the share that is done, and the name of the measure
FEW = 1000  # held-out rows below which numbers are noisy: that is said


def measures() -> dict[str, Measure]:
    """Return every measure by name, in the order in which the page shows their metrics."""
    registry.import_parts("ganae_cli.evaluation.measures")
    found = {name: registry.build("measure", name) for name in registry.names("measure")}
    return dict(sorted(found.items(), key=lambda pair: _place(pair[1])))


def metrics() -> dict[str, Metric]:
    """Return every metric by name."""
    return {name: metric for measure in measures().values() for name, metric in measure.metrics.items()}


def check(names: Iterable[str] | None, key: str = "evaluation.metrics") -> None:
    """Raise UserError for a name that is no metric's."""
    known = metrics()
    for name in names or ():
        if name not in known:
            near = did_you_mean(name, known)
            raise UserError(f"{key}: no metric named '{name}'{near} (choices: {', '.join(known)})")


def applicable(subject: Subject, quick: bool = False) -> list[str]:
    """Return the names of the metrics that can be measured: of those of the page, or of those that were named."""
    found = [one for one in _chosen(subject, quick).values() if not one.refusal(subject)]
    wanted = _wanted(subject)
    if subject.settings.metrics is None:
        wanted = {name for one in found for name, metric in one.metrics.items() if metric.place is not None}
    return [name for one in found for name in one.names(subject) if name in wanted]


def _chosen(subject: Subject, quick: bool) -> dict[str, Measure]:
    """Return the measures that give one of the wanted metrics."""
    wanted = _wanted(subject)
    return {name: one for name, one in measures().items() if wanted & set(one.metrics) and (one.is_quick or not quick)}


def _wanted(subject: Subject) -> set[str]:
    return set(metrics() if subject.settings.metrics is None else subject.settings.metrics)


def refuse(subject: Subject) -> None:
    """Raise UserError for fewer than 20 held-out rows, or samples, and for a feature space that cannot be used."""
    if subject.rows.count < FEWEST:
        what = "held-out rows" if subject.given is None or len(subject.data.test) < FEWEST else "samples"
        raise UserError(f"only {subject.rows.count} {what}: samples are compared with at least {FEWEST}")
    subject.refuse_features()


def evaluate(subject: Subject, quick: bool = False, at: At | None = None) -> Evaluation:
    """Measure all that applies. quick: only what takes a few seconds. at: told the share that is done, and of what.

    Raises UserError for what `refuse` refuses.
    """
    refuse(subject)
    wanted, chosen = _wanted(subject), _chosen(subject, quick)
    scores: list[Score] = []
    refusals: dict[str, str] = {}
    for number, (name, measure) in enumerate(chosen.items()):
        progress = _progress(at, number, len(chosen), name)
        subject.progress = progress
        progress(0.0)
        if why := measure.refusal(subject):
            refusals[name] = why
            continue
        scores += _of_measure(measure, subject, wanted, progress)
    protocol = subject.protocol
    return Evaluation(protocol, metrics(), tuple(scores), refusals, tuple(_warnings(subject)))


def _progress(at: At | None, number: int, count: int, name: str) -> Callable[[float], None]:
    """Return what a measure tells its share to. It only rises: the first that needs features computes them."""
    most = 0.0

    def progress(share: float) -> None:
        nonlocal most
        most = max(most, min(1.0, share))
        if at:
            at((number + most) / count, name)

    return progress


def _of_measure(measure: Measure, subject: Subject, wanted: set[str], progress: Progress) -> Iterable[Score]:
    """Give the wanted scores of a measure; what it would compute after the last of them is left out."""
    outstanding = wanted & set(measure.metrics)
    for found in measure.scores(subject, progress):
        if found.metric in wanted:
            yield found
        outstanding.discard(found.metric)
        if not outstanding:
            return


def _warnings(subject: Subject) -> Iterable[str]:
    if subject.rows.count < FEW:
        what = "held-out rows" if subject.rows.count == len(subject.data.test) else "samples"
        yield f"{subject.rows.count} {what} are few: read each number with its interval, beside what stands beside it"
    if subject.rows.train_count < min(FEW, subject.rows.count):
        yield f"{subject.rows.train_count} training rows are few: samples are compared with these alone"


def _place(measure: Measure) -> int:
    return min(list(SECTIONS).index(metric.section) for metric in measure.metrics.values())

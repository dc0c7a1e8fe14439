"""The page of an evaluation: what was measured, on one screen of 80 columns; and the same for scripts."""

import csv
import io
import json
from collections.abc import Iterable, Iterator

from ganae_cli.evaluation.scores import HIGHER, LOWER, SECTIONS, Evaluation, Score
from ganae_cli.sweeps.numbers import short
from ganae_cli.terminal import one_line, wrapped

FORMATS = ("text", "json", "csv", "md")
WIDTH = 80
COLUMNS = ("metric", "value", "low", "high", "beside", "better")
_ARROWS = {HIGHER: "↑", LOWER: "↓"}


def written(found: Evaluation, title: str, form: str = "text", verdict: Iterable[str] = ()) -> str:
    """Return an evaluation as text of a format: text, json, csv or md (Markdown).

    title: what was evaluated. verdict: its lines, for readers.
    """
    makers = {"text": _page, "md": _markdown}
    if form == "json":
        return json.dumps(found.entries(), indent=2) + "\n"
    if form == "csv":
        return _csv(found)
    return "".join(f"{line}\n" for line in makers[form](found, title, list(verdict)))


def _page(found: Evaluation, title: str, verdict: list[str]) -> Iterator[str]:
    yield from wrapped(one_line(title), WIDTH)
    for line in _protocol(found):
        yield from wrapped(line, WIDTH)
    for name, section in SECTIONS.items():
        shown = _shown(found, name)
        if shown:
            yield ""
            yield _row(section.question, section.of, "95 % interval", section.beside)
        for score in shown:
            yield _row(*_cells(found, score))
    if verdict:
        yield ""
        yield "Verdict"
    for line in verdict:
        yield from wrapped(f"  {line}", WIDTH, "    ")
    if found.warnings:
        yield ""
    for line in found.warnings:
        yield from wrapped(f"note: {line}", WIDTH, "  ")


def _shown(found: Evaluation, section: str, every: bool = False) -> list[Score]:
    """Return the scores of a section in their order. every: also those that the page leaves out, last."""
    of_section = [score for score in found.scores if found.metrics[score.metric].section == section]
    places = [(found.metrics[score.metric].place, score) for score in of_section]
    main = sorted(((place, score) for place, score in places if place is not None), key=lambda pair: pair[0])
    return [score for _, score in main] + [score for place, score in places if every and place is None]


def _protocol(found: Evaluation) -> Iterator[str]:
    """Give the lines that say how it was measured."""
    known = found.protocol
    features = sorted({str(score.about["features"]) for score in found.scores if "features" in score.about})
    accuracy = next((score.about["accuracy"] for score in found.scores if "accuracy" in score.about), None)
    names = ", ".join(features)
    told = f"; features: {names}" if names else ""
    told += f" (accuracy {accuracy:.1%})" if accuracy is not None else ""
    yield f"{known['n']:,} samples beside {known['n']:,} held-out and {known['reference']:,} training rows{told}"


def _cells(found: Evaluation, score: Score) -> tuple[str, str, str, str]:
    metric = found.metrics[score.metric]
    arrow = f" {_ARROWS[metric.better]}" if metric.better else ""
    interval = "" if score.interval is None else " to ".join(number(end) for end in score.interval)
    return f"  {metric.title}{arrow}", number(score.value), interval, number(score.beside)


def number(value: float | None) -> str:
    """Return a number as the page shows it; "" for None.

    >>> number(0.71234), number(12.0), number(None)
    ('0.712', '12', '')
    """
    return "" if value is None else short(str(value))


def _row(title: str, value: str, interval: str, beside: str) -> str:
    return f"{title:<42}{value:>9}  {interval:<17}{beside:>9}".rstrip()


def _csv(found: Evaluation) -> str:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(COLUMNS)
    for score in found.scores:
        better = found.metrics[score.metric].better
        cells = (score.value, score.low, score.high, score.beside)
        writer.writerow([score.metric, *("" if cell is None else cell for cell in cells), better])
    return text.getvalue()


def _markdown(found: Evaluation, title: str, verdict: list[str]) -> Iterator[str]:
    yield f"**{one_line(title)}**"
    yield ""
    yield from _protocol(found)
    yield ""
    for name, section in SECTIONS.items():
        shown = _shown(found, name, every=True)
        if shown:
            yield f"| {section.question} | {section.of} | 95 % interval | {section.beside} |"
            yield "| --- | --- | --- | --- |"
        for score in shown:
            words, value, interval, beside = _cells(found, score)
            yield f"| {words.strip()} (`{score.metric}`) | {value} | {interval} | {beside} |"
        if shown:
            yield ""
    yield from (f"- {line.strip()}" for line in verdict)

"""The benchmark's figures as a table, a block for each workload: medians over the rounds, ratios of each round."""

import statistics
from dataclasses import dataclass, field

from tests.benchmarks.timing import Timed
from tests.benchmarks.workloads import Workload

HEAD = ("ms/step", "images/s", "GFLOP/s", "of peak", "memory", "first step", "to its end", "times ganae's ms")


@dataclass
class Figures:
    """Results of all rounds of a workload. rounds: contender -> Timed, in order. flops, parameters: those of ganae."""

    name: str
    workload: Workload
    flops: float = 0.0
    parameters: int = 0
    peaks: list[float] = field(default_factory=list)
    rounds: list[dict[str, Timed]] = field(default_factory=list)

    def of(self, contender: str) -> list[Timed]:
        """Return the results of a contender's rounds that succeeded."""
        found = (one.get(contender) for one in self.rounds)
        return [timed for timed in found if timed and not timed.error]

    def error(self, contender: str) -> str | None:
        return next((one[contender].error for one in self.rounds if contender in one and one[contender].error), None)

    def ratios(self, contender: str) -> list[float]:
        """Return the contender's milliseconds divided by ganae's, for each round in which both succeeded."""
        both = [(one[contender], one["ganae"]) for one in self.rounds if contender in one and "ganae" in one]
        return [timed.ms / own.ms for timed, own in both if not timed.error and not own.error]

    @property
    def best_torch(self) -> str | None:
        """Return the PyTorch mode with the smallest median."""
        modes = [mode for mode in ("torch", "torch-compile") if self.of(mode)]
        return min(modes, key=lambda mode: statistics.median(timed.ms for timed in self.of(mode)), default=None)


def lines(figures: Figures, contenders: list[str]) -> list[str]:
    """Return the lines of one workload's block of the table."""
    counted = f"{figures.flops / 1e9:.3g} GFLOP a step" if figures.flops else "FLOPs unknown"
    peak = f"; matrix product {statistics.median(figures.peaks):.0f} GFLOP/s" if figures.peaks else ""
    title = f"{figures.name}: {counted}, {figures.parameters:,} parameters, {len(figures.rounds)} rounds{peak}"
    rows = [_row(figures, contender) for contender in contenders]
    return [
        "",
        title,
        f"{'':<14}" + "".join(f"{word:>13}" for word in HEAD[:-1]) + f"   {HEAD[-1]}",
        *rows,
        _end(figures),
    ]


def _row(figures: Figures, contender: str) -> str:
    found = figures.of(contender)
    if not found:
        return f"{contender:<14}  {figures.error(contender) or 'not run'}"
    median = {key: statistics.median(getattr(timed, key) for timed in found) for key in _MEASURED}
    rate = figures.flops / median["ms"] / 1e6
    share = f"{rate / statistics.median(figures.peaks):.0%}" if figures.peaks else "-"
    cells = [
        f"{median['ms']:.4g}",
        f"{1e3 * figures.workload.rows / median['ms']:.0f}",
        f"{rate:.1f}",
        share,
        f"{median['memory'] / 2**20:.0f} MiB",
        f"{median['first_step']:.2f} s",
        f"{median['to_first_step']:.1f} s",
    ]
    return f"{contender:<14}" + "".join(f"{cell:>13}" for cell in cells) + _remark(figures, contender, found)


_MEASURED = ("ms", "memory", "first_step", "to_first_step")


def _remark(figures: Figures, contender: str, found: list[Timed]) -> str:
    ratios, remark = figures.ratios(contender), ""
    if ratios and contender != "ganae":
        remark += f"   {statistics.median(ratios):.2f} ({min(ratios):.2f}-{max(ratios):.2f})"
    other = {timed.parameters for timed in found} - {0, figures.parameters}
    if figures.parameters and other:
        remark += f"   OTHER NETWORKS: {other.pop():,} parameters"
    failed = len(figures.rounds) - len(found)
    return remark + (f"   failed in {failed} rounds: {figures.error(contender)}" if failed else "")


def _end(figures: Figures) -> str:
    best = figures.best_torch
    ratios = figures.ratios(best) if best else []
    if not ratios:
        return "no ratio: PyTorch or ganae has no round"
    return (
        f"best PyTorch ({best}) / ganae: {statistics.median(ratios):.2f}, "
        f"{min(ratios):.2f} to {max(ratios):.2f} over {len(ratios)} rounds"
    )

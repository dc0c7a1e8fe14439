"""The cost of a run, and the text that reports it: for one run, and for a sweep."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from ganae_cli.terminal import wrapped
from ganae_cli.units import duration, megabytes, short


@dataclass(frozen=True)
class NetworkCost:
    """Cost of a network. flops: of one forward pass of one sample. Shapes are without the batch.

    grids: that an image goes through, in words; "" for none.
    """

    role: str
    kind: str
    inputs: tuple[int, ...]
    outputs: tuple[int, ...]
    parameters: int
    flops: int
    grids: str = ""


@dataclass(frozen=True)
class StepTime:
    """Measured time and memory of a step.

    first, usual: seconds of the first step, which compiles, and the median of the `played` others. peak, gpu_peak:
    bytes of main and of GPU memory at most; grown: bytes of main memory more than before the first step. None: unknown.
    """

    first: float
    usual: float
    played: int
    peak: int | None
    grown: int | None
    gpu_peak: int | None = None


@dataclass(frozen=True)
class RunCost:
    """Cost of a whole run.

    title: model and dataset. data: size and shape of the training data. rows: examples per step. steps: 0: as many as
    the budget allows. flops: of one step. note: why `time` was not measured. budget: seconds of `train.budget`; None
    without one. plan: what it comes to, in words. settled: key and value of what the config leaves open.
    """

    title: str
    data: str
    devices: str
    networks: list[NetworkCost]
    rows: int
    steps: int
    flops: int
    time: StepTime | None
    note: str = ""
    budget: float | None = None
    plan: str = ""
    settled: list[tuple[str, str]] = field(default_factory=list)

    @property
    def parameters(self) -> int:
        return sum(network.parameters for network in self.networks)

    @property
    def seconds(self) -> float | None:
        """Seconds of the whole run, its budget if it has one; None: not measured.

        Without a budget, pictures, checkpoints and the measures at the end are left out.
        """
        if self.time is None:
            return None
        if self.budget is not None:
            return self.budget
        return self.time.first + (self.steps - 1) * self.time.usual

    @classmethod
    def of(cls, plain: dict) -> "RunCost":
        """Make a cost from the dict that `dataclasses.asdict` made, also by way of JSON."""
        networks = [NetworkCost(**network) for network in plain["networks"]]
        settled = [(key, value) for key, value in plain["settled"]]
        time = plain["time"] and StepTime(**plain["time"])
        return cls(**plain | {"networks": networks, "time": time, "settled": settled})


def run_page(cost: RunCost) -> list[str]:
    """Return the lines of the report on one run."""
    head = ("network", "kind", "input", "output", "parameters", "FLOPs")
    rows = [
        (n.role, n.kind, _shape(n.inputs), _shape(n.outputs), f"{n.parameters:,}", f"{n.flops:,}")
        for n in cost.networks
    ]
    total = ("total", "", "", "", f"{cost.parameters:,}", f"{sum(network.flops for network in cost.networks):,}")
    facts = [("a step", f"{short(cost.flops, 'FLOP')}, all rounds, forward and backward, optimizers left out")]
    facts += _measured(cost) if cost.time else []
    steps = f"{cost.steps:,}" if cost.steps else "by train.budget"
    drawn = [(network.role, network.grids) for network in cost.networks if network.grids]
    facts += [("", line) for line in filter(None, [cost.note])]
    return [
        cost.title,
        f"{cost.data}; {steps} steps of {cost.rows:,} on {cost.devices}",
        "",
        *aligned([head, *rows, total], left=4),
        "FLOPs: one sample, one pass forward",
        "",
        *_section("grids, height x width", drawn),
        *_section("left open, and chosen by data and model", cost.settled),
        *aligned(facts, left=2),
    ]


def _section(title: str, rows: Sequence[tuple[str, str]]) -> list[str]:
    """Return a titled table with an empty line behind it; nothing if it has no rows."""
    return [title, *aligned([(f"  {key}", value) for key, value in rows], left=2), ""] if rows else []


def _measured(cost: RunCost) -> list[tuple[str, str]]:
    time, rows = cost.time, cost.rows
    assert time is not None
    took = f"{1000 * time.usual:.3g} ms" if time.usual < 0.9995 else f"{_figures(time.usual)} s"
    steps = f"{time.played} step{'s' if time.played != 1 else ''}"
    rate = f"{took}, {_figures(rows / time.usual)} examples/s (median of {steps})"
    memory = "unknown on this system"
    if time.peak is not None and time.grown is not None:
        memory = f"{megabytes(time.peak)} at most, {megabytes(time.grown)} more than before the first step"
    gpu = [("", f"{megabytes(time.gpu_peak)} of the GPU's at most")] if time.gpu_peak is not None else []
    compiled = f"of which {_figures(time.first)} s compile"
    whole = f"{duration(cost.seconds or 0)}, {compiled}; pictures, checkpoints and the end on top"
    if cost.plan:
        whole = f"{duration(cost.seconds or 0)}, {compiled}"
    plan = [("", cost.plan)] if cost.plan else []
    return [("", rate), ("memory", memory), *gpu, ("the run", whole), *plan]


def _figures(value: float) -> str:
    """Return a number in three figures at least, and in full from a thousand up, where `.3g` would write `1.23e+03`."""
    return f"{value:,.0f}" if value >= 999.5 else f"{value:.3g}"


def sweep_page(jobs: list[tuple[str, RunCost | str]], width: int | None = None) -> list[str]:
    """Return one line per job: its overrides, and what it costs or why that is not known.

    width: of a terminal; if the lines are wider, the overrides stand below the numbers. None: of any width.
    """
    rows: list[tuple[str, ...]] = [("job", "", "parameters", "FLOP/step", "ms/step", "memory", "time")]
    for number, (words, cost) in enumerate(jobs):
        rows.append((str(number), words, *(_cells(cost) if isinstance(cost, RunCost) else (cost,))))
    known = [cost for _, cost in jobs if isinstance(cost, RunCost)]
    seconds = sum(cost.seconds or 0 for cost in known)
    rows.append(("total", "", "", "", "", "", duration(seconds)))
    rest = len(jobs) - sum(cost.seconds is not None for cost in known)
    lines = aligned(rows, left=2)
    if width and max(map(len, lines)) > width:
        lines = _two_storeys(rows, width)
    return lines + ([f"the total leaves out {rest} of {len(jobs)} jobs"] if rest else [])


def _two_storeys(rows: list[tuple[str, ...]], width: int) -> list[str]:
    """Return the lines of rows whose second cell stands, wrapped, below the others."""
    heads = aligned([(row[0], *row[2:]) if len(row) > 3 else (row[0], "") for row in rows], left=1)
    indent, lines = " " * 4, list[str]()
    for head, row in zip(heads, rows, strict=True):
        below = [row[1], *(row[2:] if len(row) == 3 else ())]
        lines += [head, *(line for text in filter(None, below) for line in wrapped(indent + text, width))]
    return lines


def _cells(cost: RunCost) -> tuple[str, ...]:
    found = (f"{cost.parameters:,}", short(cost.flops))
    if cost.time is None:
        return (*found, "not measured")
    memory = "unknown" if cost.time.peak is None else megabytes(cost.time.peak)
    return (*found, _figures(1000 * cost.time.usual), memory, duration(cost.seconds or 0))


def _shape(sizes: tuple[int, ...]) -> str:
    return "x".join(map(str, sizes))


def aligned(rows: Sequence[tuple[str, ...]], left: int) -> list[str]:
    """Align cells in columns, the first `left` columns flush left, the others flush right; return the lines.

    In a row that has fewer cells than the others, the last cell may be wider than its column.
    """
    count, lines = max(map(len, rows)), []
    fixed = [row if len(row) == count else row[:-1] for row in rows]
    widths = [max((len(row[i]) for row in fixed if i < len(row)), default=0) for i in range(count)]
    for row, cells in zip(rows, fixed, strict=True):
        numbered = enumerate(zip(cells, widths, strict=False))
        padded = [cell.ljust(width) if i < left else cell.rjust(width) for i, (cell, width) in numbered]
        lines.append("  ".join([*padded, *row[len(cells) :]]).rstrip())
    return lines

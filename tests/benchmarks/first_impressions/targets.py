"""Targets that the newest rows meet or miss, each with its numbers: on MNIST, beside plain Keras, and of collapses."""

from collections.abc import Iterable, Sequence

from tests.benchmarks.first_impressions.figures import Row, number, of_held_out
from tests.benchmarks.first_impressions.plan import YARDSTICKS

SHARE, RECOGNISED = 0.8, 0.9  # of what held-out digits score in both; of samples
COLLAPSES = ("mode_collapse", "code_collapse", "posterior_collapse")


def written(rows: Sequence[Row], label: str) -> list[str]:
    """Return a line for each target. rows: of all labels; those of Keras' programs count whatever their label."""
    own = [row for row in rows if row["label"] == label and row["model"] not in YARDSTICKS]
    keras = [row for row in rows if row["model"] in YARDSTICKS]
    return [_of_mnist([row for row in own if row["set"] == "mnist"]), _beside_keras(own, keras), _of_collapses(own)]


def _of_mnist(rows: Sequence[Row]) -> str:
    """Return whether a model makes digits that are nearly as good and as varied as real ones, and are recognised."""
    title = f"MNIST: density and coverage {SHARE:g} of held-out digits, {RECOGNISED:.0%} recognised"
    found = {model: _digits(of_model) for model, of_model in _by(rows, "model").items()}
    known = {model: parts for model, parts in found.items() if parts}
    if not known:
        return f"- {title}: not measured"
    best = max(
        known, key=lambda model: min(known[model][0] / SHARE, known[model][1] / SHARE, known[model][2] / RECOGNISED)
    )
    density, coverage, recognised = known[best]
    is_met = density >= SHARE and coverage >= SHARE and recognised >= RECOGNISED
    numbers = f"`{best}` has {density:.2f}, {coverage:.2f} and {recognised:.0%}"
    return f"- {title}: **{'met' if is_met else 'missed'}**, {numbers}"


def _digits(rows: Sequence[Row]) -> tuple[float, float, float] | None:
    """Return density and coverage of held-out digits', and the share of samples that are recognised; means."""
    quotients = [_mean(_quotient(row, name) for row in rows) for name in ("density", "coverage")]
    parts = [*quotients, _mean(number(row, "recognised") for row in rows)]
    return None if None in parts else tuple(parts)


def _beside_keras(own: Sequence[Row], keras: Sequence[Row]) -> str:
    """Return on which sets the best model is nearer to held-out pictures than the better of the Keras programs."""
    title = "Beside a plain Keras DCGAN and VAE, by density and coverage of held-out pictures"
    met, missed = [], []
    for name, of_set in _by(own, "set").items():
        sides = [_best(rows) for rows in (of_set, [row for row in keras if row["set"] == name])]
        if all(sides):
            (model, score), (stick, other) = sides
            told = f"{name} (`{model}` {score:.2f}, `{stick}` {other:.2f})"
            (met if score > other else missed).append(told)
    if not met and not missed:
        return f"- {title}: not measured"
    parts = [f"**{word}** on {', '.join(told)}" for word, told in (("better", met), ("not better", missed)) if told]
    return f"- {title}: {'; '.join(parts)}"


def _best(rows: Sequence[Row]) -> tuple[str, float] | None:
    scores = {model: _mean(of_held_out(row) for row in of_model) for model, of_model in _by(rows, "model").items()}
    known = {model: score for model, score in scores.items() if score is not None}
    return max(known.items(), key=lambda pair: pair[1]) if known else None


def _of_collapses(rows: Sequence[Row]) -> str:
    """Return which runs collapsed, by the verdict, and had warned of nothing while they trained."""
    title = "No model collapses in silence"
    accused = [row for row in rows if any(name in row["accused"] for name in COLLAPSES)]
    silent = [f"{row['set']}/{row['model']}/{row['seed']}" for row in accused if not row["warnings"]]
    if not rows:
        return f"- {title}: not measured"
    if not silent:
        return f"- {title}: **met**; {len(accused)} of {len(rows)} runs collapsed, and said so"
    return f"- {title}: **missed**; of {len(accused)} that collapsed, these had not said so: {', '.join(silent)}"


def _quotient(row: Row, name: str) -> float | None:
    own, real = number(row, name), number(row, f"{name}_held_out")
    return own / real if own is not None and real else None


def _mean(values: Iterable[float | None]) -> float | None:
    known = [value for value in values if value is not None]
    return sum(known) / len(known) if known else None


def _by(rows: Sequence[Row], name: str) -> dict[str, list[Row]]:
    found: dict[str, list[Row]] = {}
    for row in rows:
        found.setdefault(row[name], []).append(row)
    return found

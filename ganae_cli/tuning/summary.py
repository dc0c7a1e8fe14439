"""What is said of a study: a line for each trial that ends, and at the end the best, and what mattered."""

from collections import Counter
from collections.abc import Sequence
from typing import Any

from ganae_cli.storage.run_folder import RESULTS
from ganae_cli.sweeps.naming import words_of
from ganae_cli.sweeps.numbers import mean, short
from ganae_cli.sweeps.overview import write_results
from ganae_cli.terminal import command, tell
from ganae_cli.tuning.objective import HIGHER
from ganae_cli.tuning.trials import Trials

FEWEST = 5  # trials that say which settings matter
LONGER = 10  # times as many steps as a trial has had
MOST = 10  # trials of the Pareto front that are listed


def line_of(trials: Trials, number: int, state: str) -> str:
    """Return the line about a trial that has ended."""
    record, status = trials.all()[number], trials.folder(number).status()
    words = words_of(_settings(trials, number))
    so_far = "".join(f"{name} {short(str(value))} " for name, value in status.get("objective", {}).items())
    values = _values(trials, record) or str(status.get("error") or f"{so_far}at step {status.get('step', 0)}")
    best = _best(trials)
    is_best = len(trials.file.objectives) == 1 and best and best[0].number == number
    note = " (the best so far)" if is_best else ""
    return f"trial {number}  {words}  {state}: {values}{note}; {trials.ended} of {trials.wanted}"


def best_so_far(trials: Trials) -> str:
    """Return the best trial in a few words, or how many are on the Pareto front; "" before there is one."""
    best = _best(trials)
    if len(trials.file.objectives) > 1:
        return f"{len(best)} on the Pareto front" if best else ""
    return f"best {_values(trials, best[0])} (trial {best[0].number})" if best else ""


def _settings(trials: Trials, number: int) -> dict[str, str]:
    """Return the settings of a trial that were chosen."""
    record = trials.all()[number]
    return {key: values.word(record.params[key]) for key, values in trials.file.space.items() if key in record.params}


def _values(trials: Trials, record: Any) -> str:
    """Return the values of a trial in words; "" if it has none."""
    if record.state.name != "COMPLETE":
        return ""
    pairs = zip(trials.file.objectives, record.values, strict=True)
    return ", ".join(f"{aim.name} {short(str(value))}" for aim, value in pairs)


def _best(trials: Trials) -> Sequence[Any]:
    """Return the best trial, or those of the Pareto front, the best of the first number first; none without values."""
    if not any(record.state.name == "COMPLETE" for record in trials.all()):
        return []
    first, *others = trials.file.objectives
    if not others:
        return [trials.study.best_trial]
    return sorted(trials.study.best_trials, key=lambda one: one.values[0], reverse=first.better == HIGHER)


def finish(trials: Trials) -> int:
    """Write `results.csv`, and say what came out. Return 0 if all trials have ended, and one has values; else 1."""
    rows = write_results(trials.path)
    states = Counter(str(row["state"]) for row in rows)
    tell(f"{len(rows)} of {trials.wanted} trials: {', '.join(f'{n} {state}' for state, n in states.items())}")
    best, path = _best(trials), trials.path
    for line in _of_best(trials, best):
        tell(line)
    tell(f"all of them: {path / RESULTS}; as a table: {command('list', 'results', path)}")
    is_over = len(rows) >= trials.wanted and not trials.running()
    if not is_over:
        tell(f"the others: {command('resume', path)}")
    elif best:
        first = best[0].number
        steps = LONGER * int(trials.folder(first).status().get("steps") or 1)
        words = [f"train.steps={steps}", *_whole_machine(trials)]
        tell(f"train the best for longer: {command('resume', path / str(first), *words)}")
    return 0 if is_over and best else 1


def _whole_machine(trials: Trials) -> list[str]:
    """Return the word by which a trial alone gets all threads, where it had its share of them as one of several."""
    words = [*trials.file.words, *(f"{key}=" for key in trials.file.space)]
    is_own = any(word.lstrip("+").startswith("hardware.threads=") for word in words)
    return [] if trials.file.settings.jobs == 1 or is_own else ["hardware.threads=null"]


def _of_best(trials: Trials, best: Sequence[Any]) -> list[str]:
    aims = trials.file.objectives
    if not best:
        return ["no trial has a value"]
    if len(aims) > 1:
        title = f"Pareto front, {len(best)} trials of which none is better in every one of {_listed(trials)}:"
        lines = [f"  {_named(trials, record)}" for record in best[:MOST]]
        return [title, *lines, *([f"  … and {len(best) - MOST} more"] if len(best) > MOST else [])]
    lines = [f"best: {_named(trials, best[0])}"]
    if alike := _alike(trials, best[0]):
        lines.append(alike)
    return lines + _importance(trials)


def _listed(trials: Trials) -> str:
    return " and ".join(f"{aim.name} ({aim.better})" for aim in trials.file.objectives)


def _named(trials: Trials, record: Any) -> str:
    words = words_of(_settings(trials, record.number))
    return f"trial {record.number}, {_values(trials, record)}: {words}"


def _alike(trials: Trials, best: Any) -> str:
    """Return a line about the seeds that the best settings were trained with; "" if it was one."""
    same = [one for one in trials.all() if one.params == best.params and one.state.name == "COMPLETE"]
    if len(same) < 2:
        return ""
    return f"      its settings with {len(same)} seeds: {mean([str(one.value) for one in same])}"


def _importance(trials: Trials) -> list[str]:
    """Return a line about which settings mattered, as PED-ANOVA has it; none where that cannot be told."""
    done = [one for one in trials.all() if one.state.name == "COMPLETE"]
    if len(trials.file.space) < 2 or len(done) < FEWEST or len({one.value for one in done}) < 2:
        return []
    from optuna import importance

    evaluator = importance.PedAnovaImportanceEvaluator()
    found = importance.get_param_importances(trials.study, evaluator=evaluator)
    shares = ", ".join(f"{key} {share:.0%}" for key, share in found.items())
    return [f"what mattered: {shares} (PED-ANOVA, of {len(done)} trials)"]

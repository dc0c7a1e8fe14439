"""Finish a training run: its sampler, its measures, its status and its closing lines."""

from ganae_cli.datasets.base import Data
from ganae_cli.engine import Game
from ganae_cli.evaluation import summary
from ganae_cli.runtime import process
from ganae_cli.runtime.log import say
from ganae_cli.samplers import fitted
from ganae_cli.storage.run_folder import RunFolder
from ganae_cli.terminal import command
from ganae_cli.training.callbacks.history import History
from ganae_cli.units import megabytes


def interrupted(
    folder: RunFolder, game: Game, data: Data, history: History, start: dict, steps: int, reason: str
) -> None:
    """Close a run that was stopped before its last step.

    The status comes first: whoever told the run to stop may not wait for the rest.
    """
    folder.write_status("interrupted", **_facts(history), **start, error=reason)
    say(f"stopped by {reason} at step {history.step} of {steps}; go on with:")
    say(f"  {command('resume', folder.path)}")
    if folder.checkpoints.list():
        with game.averaged():
            _keep_sampler(folder, game, data)


def done(folder: RunFolder, game: Game, data: Data, history: History, start: dict) -> None:
    """Close a run that is done: say what was learned, and where it is. start: facts of `callbacks.start`."""
    peak = process.peak_memory()  # of training: what follows takes memory of its own
    with game.averaged():
        source = _keep_sampler(folder, game, data)
        found = summary.measure(game, data, source)
    metrics = found | {"images_per_second": _median_rate(folder)} | _memory(peak)
    folder.write_status("done", **_facts(history), **start, metrics=metrics)
    terms = [f"  {name:<40} {value:.4g}" for name, value in history.row.items() if "." in name]
    say(f"done: {history.step} steps in {history.seconds_so_far:.0f} s; means over the last interval:")
    say("\n".join(terms))
    for line in summary.lines(found, data):
        say(line)
    if peak:
        say(f"memory:   {megabytes(peak)} at most while training; the first step took {start['compile_seconds']:.1f} s")
    say(f"sampler:  {source}")
    say(f"pictures: {folder.samples}\nmore:     {command('sample', folder.path, '--count', '64', '--out', 'grid.png')}")


def _facts(history: History) -> dict:
    return {"step": history.step, "seconds": round(history.seconds_so_far, 3)}


def _memory(peak: int | None) -> dict:
    return {"peak_memory_mb": round(peak / 1e6)} if peak else {}


def _keep_sampler(folder: RunFolder, game: Game, data: Data) -> fitted.CodeSource:
    """Fit the sampler to the latent codes of the final weights, which are those of the newest checkpoint; save it."""
    source = fitted.fit(game, data, game.sampler, game.seed)
    if source.arrays:
        folder.sampler.write(source.name, source.count, folder.checkpoints.list()[0], source.arrays)
    return source


def _median_rate(folder: RunFolder) -> float:
    """Return images per second, the median of the history: some intervals contain compiling and pictures."""
    rates = sorted(float(row["images_per_second"]) for row in folder.history.read())
    return rates[len(rates) // 2] if rates else 0.0

"""The stages of a run: it is trained, or goes on; it is evaluated; its row is written. What is done is skipped.

A run that failed has no file of its row, so the next night tries again.
"""

import json
import shutil
import time
from pathlib import Path

from ganae_cli.errors import UserError
from ganae_cli.storage.atomic import write_atomically
from ganae_cli.storage.claim import take
from ganae_cli.storage.run_folder import RunFolder
from tests.benchmarks.first_impressions import rows
from tests.benchmarks.first_impressions.plan import Run, Settings, words_to_go_on, words_to_train
from tests.benchmarks.first_impressions.processes import Processes

ENDS = ("max_minutes", "collapse", "stop_when")  # of `stopped_by`, by which a run is as good as done
LONGEST = 120  # seconds that the training of a night that was killed may take to end by itself


def carry_out(run: Run, settings: Settings, processes: Processes) -> dict[str, str]:
    """Do what is left of a run; return its row, which is also written unless it failed. Raises processes.Stopped."""
    if run.row.exists():
        return json.loads(run.row.read_text(encoding="utf-8"))
    train, evaluate = (_yardstick, _evaluate_samples) if run.is_yardstick else (_train, _evaluate)
    error = train(run, settings, processes) or evaluate(run, settings, processes) or _recognise(run, processes)
    row = rows.of_run(run, settings, error)
    if not error:
        write_atomically(run.row, json.dumps(row, indent=1) + "\n")
    return row


def _train(run: Run, settings: Settings, processes: Processes) -> str:
    """Train, or go on; return why it failed, "" if it did not."""
    folder, log = RunFolder(run.folder), run.beside("train.log")
    _wait_until_free(run.folder)
    if is_trained(folder.status()):
        return ""
    if folder.config.exists():
        newest = folder.checkpoints.newest()
        step, seconds = (newest.step, _seconds(newest)) if newest else (0, 0.0)
        words = ["resume", str(run.folder), *words_to_go_on(run, settings, step, seconds)]
    else:
        if run.folder.exists():  # killed before it had begun
            shutil.rmtree(run.folder)
        words = ["train", *words_to_train(run, settings)]
    code = processes.ganae(words, log, by_processor=settings.by_processor)
    return "" if is_trained(folder.status()) else _last_words(log, code)


def _wait_until_free(folder: Path) -> None:
    """Wait for a training that another night has left behind; one that stays is then told of by ganae."""
    ends = time.monotonic() + LONGEST
    while folder.exists() and time.monotonic() < ends:
        try:
            take(folder).release()
            return
        except UserError:
            time.sleep(1)


def is_trained(status: dict) -> bool:
    """Return True for the status of a run whose training is over.

    >>> is_trained({"state": "interrupted", "stopped_by": "SIGTERM"})
    False
    """
    return status.get("state") == "done" or status.get("stopped_by") in ENDS


def _seconds(checkpoint) -> float:
    """Return the seconds of training that a checkpoint holds."""
    return float(json.loads(checkpoint.weights.with_name(f"step-{checkpoint.step:08d}.json").read_text())["seconds"])


def _evaluate(run: Run, settings: Settings, processes: Processes) -> str:
    """Measure a run of ganae as the command does by itself; return why it failed."""
    folder, log = RunFolder(run.folder), run.beside("evaluate.log")
    if folder.evaluation.is_full(folder.status().get("step")):
        return ""
    code = processes.ganae(["evaluate", str(run.folder)], log)
    return _last_words(log, code) if code else ""


def _yardstick(run: Run, settings: Settings, processes: Processes) -> str:
    """Train a plain Keras program and write its samples; one that was interrupted begins again."""
    log = run.beside("train.log")
    if (run.folder / "samples.npz").exists():
        return ""
    run.folder.mkdir(parents=True, exist_ok=True)
    steps = settings.steps.get(run.key)
    limit = ["--steps", str(steps)] if steps else ["--minutes", f"{settings.minutes:g}"]
    limit += ["--by-processor"] if settings.by_processor else []
    words = [run.model, str(run.folder), "--seed", str(run.seed), *limit, "--", *run.pictures.words]
    code = processes.ours("yardstick", words, log)
    return _last_words(log, code) if code else ""


def _evaluate_samples(run: Run, settings: Settings, processes: Processes) -> str:
    """Measure the samples of a Keras program by the protocol of ganae's own runs; return why it failed."""
    written, log = run.folder / "evaluation.json", run.beside("evaluate.log")
    if written.exists():
        return ""
    partly = run.folder / "evaluation.part.json"
    words = ["evaluate", "--samples", str(run.folder / "samples.npz"), "--format", "json", *run.pictures.words]
    code = processes.ganae(words, log, partly)
    if code:
        return _last_words(log, code)
    partly.replace(written)
    return ""


def _recognise(run: Run, processes: Processes) -> str:
    """Count what samples of a set with known classes are recognised, by one classifier; return why that failed."""
    written, log = run.beside("recognised.json"), run.beside("evaluate.log")
    if written.exists() or not run.pictures.has_classes:
        return ""
    source = run.folder / "samples.npz" if run.is_yardstick else run.folder
    partly = run.beside("recognised.part.json")
    words = [word for word in run.pictures.words if not word.startswith("train.examples=")]
    code = processes.beside("recognise", [str(source), str(partly), *words], log)
    if code:
        return _last_words(log, code)
    partly.replace(written)
    return ""


def _last_words(log: Path, code: int) -> str:
    """Return the last line that names an error, or else that it ended."""
    lines = log.read_text(encoding="utf-8", errors="replace").splitlines() if log.exists() else []
    named = [line.strip() for line in lines if "error" in line.lower()]
    return f"exit code {code}: {named[-1] if named else 'no word'}"

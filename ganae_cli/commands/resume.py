"""Continue a run, a sweep or a study where it stopped"""

import time
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, cast

from ganae_cli.command_line.options import Options
from ganae_cli.config.chosen import CHOSEN
from ganae_cli.errors import StartAgain, UserError
from ganae_cli.runtime import messages
from ganae_cli.runtime.streams import announce
from ganae_cli.storage.find_run import find_run, is_study, is_sweep
from ganae_cli.storage.run_folder import RunFolder
from ganae_cli.terminal import command, tell

if TYPE_CHECKING:
    from omegaconf import DictConfig

NEWEST = "newest"
OF_SEVERAL = {"sweep": "sweep", "tune": "study"}  # sections of settings that a run alone has not -> what has them


def main(argv: list[str]) -> int:
    """Run `ganae resume RUN [KEY=VALUE …]`; the last line of standard output is the run or sweep folder."""
    began = time.monotonic()
    given = options().parse_args(argv)
    path = find_run(given.run, or_sweep=True)
    step = _step(given.checkpoint)
    if is_sweep(path):
        if step is not None:
            raise UserError(f"--checkpoint is for one run: name a job, as in {command('resume', path / '0')}")
        if is_study(path):
            from ganae_cli.commands import tune

            return tune.resume(path, given.overrides)
        return _resume_sweep(path, given.overrides)
    code, path = _resume(path, given.overrides, step, began)
    announce(path)
    return code


def _resume_sweep(path: Path, overrides: list[str]) -> int:
    from ganae_cli.command_line import sweep_words
    from ganae_cli.sweeps import jobs

    words, form = messages.taken(overrides)
    messages.choose(form or jobs.form(path))
    given, others = sweep_words.read(words)
    more = None
    if others:
        from ganae_cli.command_line import extension

        def more() -> jobs.Planned:
            return extension.added(path, others, given.plugins, lambda config, words: changed(config, words))

    try:
        code = jobs.resume(path, given, more)
    except SystemExit:  # after a signal
        announce(path)
        raise
    announce(path)
    return code


def _step(text: str) -> int | None:
    """Return the step of `--checkpoint`; None for the newest one."""
    if text == NEWEST:
        return None
    if text.isascii() and text.isdecimal() and len(text) <= 8:
        return int(text)
    raise UserError(f"--checkpoint {text}: expected {NEWEST} or a step, as in --checkpoint 2000")


def _resume(path: Path, overrides: list[str], step: int | None, began: float | None = None) -> tuple[int, Path]:
    """Return (exit code, run folder). step: of the checkpoint to go on from; None: the newest. began: as of `run`."""
    for word in overrides:
        if whole := OF_SEVERAL.get(word.lstrip("+").partition(".")[0]):
            raise UserError(f"{word} is for a {whole}, and {path} is one run")
    folder = RunFolder(path)
    config = changed(folder.read_config(), overrides)
    messages.choose(config.log.format)
    plugins = config.pop("plugins", ())
    status = folder.status()
    is_done = status.get("state") == "done" and status.get("step", 0) >= config.train.steps
    if is_done and config.train.get("budget") is None and step in (None, status["step"]):
        tell(_nothing_left(path, status["step"], overrides))
        return 0, path

    from omegaconf import OmegaConf

    from ganae_cli.config import paths
    from ganae_cli.config.swapped import names_tracker
    from ganae_cli.runtime import preflight
    from ganae_cli.runtime.import_tensorflow import import_tensorflow
    from ganae_cli.runtime.xla_cache import CacheFault, keep_programs, without_programs
    from ganae_cli.trackers import choice

    preflight.check(config)
    paths.check(config)
    choice.check(cast("dict", OmegaConf.to_container(config.tracker, resolve=True)))
    with keep_programs(config.hardware.threads):
        import_tensorflow()
    from ganae_cli.training import run

    try:
        return run.resume(config, path, plugins, step, names_tracker(overrides), began)
    except CacheFault as fault:
        raise StartAgain([], without_programs(fault)) from fault


def _nothing_left(path: Path, step: int, overrides: list[str]) -> str:
    """Return the line for a run that is done; it names settings that would count only in further steps."""
    without = [word for word in overrides if not word.startswith(("train.steps=", "plugins="))]
    ignored = f"; {' '.join(without)} would hold from there" if without else ""
    return f"nothing left to do: {path} is done, at step {step}; train.steps=N goes on{ignored}"


def changed(
    config: "DictConfig", overrides: list[str], option: str = "plugins=[PACKAGE]", plugins: Iterable[str] = ()
) -> "DictConfig":
    """Return a saved config with KEY=VALUE overrides, checked like a new one. Raises UserError for what is refused.

    option: how the command names packages. plugins: those that the user named.
    """
    from omegaconf import DictConfig, OmegaConf

    from ganae_cli.command_line import sweep_words
    from ganae_cli.config import budget
    from ganae_cli.config.saved import ready
    from ganae_cli.config.schedule import is_schedule
    from ganae_cli.config.swapped import with_tracker

    config, overrides = with_tracker(config, overrides)
    for key in ("workers", "worker"):  # no file says where to connect to
        if OmegaConf.select(config, f"hardware.{key}") is not None:
            OmegaConf.update(config, f"hardware.{key}", None)
    for override in overrides:
        key, equals, _ = override.partition("=")
        if not equals:
            raise UserError(f"expected KEY=VALUE, got '{override}'")
        before = OmegaConf.select(config, key)
        is_group = isinstance(before, DictConfig) and not is_schedule(OmegaConf.to_container(before))
        if is_group or key.startswith(f"{CHOSEN}."):
            instead = command("train", override.removeprefix(f"{CHOSEN}."))
            raise UserError(f"{key} cannot be swapped in a run that has begun; start another: {instead}")
        sweep_words.refuse_torn(override)
    merged = cast("DictConfig", OmegaConf.merge(config, OmegaConf.from_dotlist(overrides)))
    budget.choose(merged.train, overrides)
    return ready(merged, option, plugins)


def complete(words: list[str], last: str) -> list[str]:
    """Return candidates for the last word: a flag, a run, or behind it a key."""
    from ganae_cli.command_line import completion
    from ganae_cli.config.conf_tree import ConfTree

    if last.startswith("-"):
        return completion.long_flags(options())
    if not words:
        return completion.run_folders()
    try:
        path = find_run(words[0], or_sweep=True)
    except UserError:
        return []
    if is_study(path):
        return _of_study(last)
    found = [key for key in completion.overrides(ConfTree(), [], last) if "." in key or key.startswith("tracker=")]
    return [key for key in found if is_sweep(path) or not key.startswith("sweep.")]


def _of_study(last: str) -> list[str]:
    """Return what may change of a study."""
    from ganae_cli.commands import tune
    from ganae_cli.tuning.settings import LATER

    kept = tuple(f"tune.{key}=" for key in LATER)
    return [word for word in tune.complete([], last) if word.startswith(kept) or word == "tune."]


def options() -> Options:
    """Return the parser of the command line."""
    made = Options("resume", __doc__, EXAMPLES)
    made.add_argument("run", metavar="RUN", help="run, sweep or study folder, a unique part of its name, or latest")
    made.add_argument("--checkpoint", metavar="STEP", default=NEWEST, help="go on from the checkpoint of an older step")
    made.add_argument(
        "overrides",
        nargs="*",
        default=[],
        metavar="KEY=VALUE",
        help="settings to change: of a run, as in train.steps=4000; of a sweep, sweep.jobs, sweep.on_error and more "
        "values of its keys; of a study, tune.trials and tune.jobs",
    )
    return made


EXAMPLES = {
    "ganae resume latest": "go on with the newest run",
    "ganae resume latest train.steps=20000": "go on with it for longer",
    "ganae resume latest train.budget=5m": "go on with it for five minutes more",
    "ganae resume latest --checkpoint 2000": "go back to step 2000 and go on from there",
    "ganae resume outputs/sweep/2026-01-31/12-00-00-c0de": "run a sweep's missing and unfinished jobs",
    "ganae resume c0de sweep.jobs=2 model.z_dim=64": "two at a time, and add jobs with another value of a swept key",
    "ganae resume c0de tune.trials=40": "go on with a study, up to 40 trials",
}

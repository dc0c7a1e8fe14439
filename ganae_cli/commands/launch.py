"""Train one run with several workers on this machine, to try it out before a cluster does"""

from collections.abc import Mapping
from typing import Any

from ganae_cli.command_line.options import Options
from ganae_cli.errors import UserError

COMMANDS = ("train", "resume")  # what workers can do together
APART = ("--multirun", "-m", "--dry-run", "--cfg", "-c", "--info", "-i", "--hydra-help", "--prepare")
MOST = 64  # workers of one machine
LEFT_ALONE = ("hardware.workers", "hardware.worker")  # which launch names itself


def main(argv: list[str]) -> int:
    """Run `ganae launch --workers N -- train|resume …`; the last line of standard output is the run folder."""
    before, behind = _split(argv)
    if not behind and (named := set(COMMANDS) & set(before)):
        raise UserError(f"launch needs -- before the command: `ganae launch --workers N -- {named.pop()} …`")
    given = options().parse_args(before)
    if not behind:
        raise UserError("launch needs a command behind --, as in `ganae launch --workers 2 -- train model=gan`")
    name, *words = behind
    if name not in COMMANDS:
        raise UserError(f"launch can start {' and '.join(COMMANDS)}, not '{name}'")
    if {"--help", "-h"} & set(words):
        from importlib import import_module

        return import_module(f"ganae_cli.commands.{name}").main(words)
    for word in words:
        if word.partition("=")[0] in APART:
            raise UserError(f"launch trains one run with several workers: {word} goes with `ganae {name}` alone")

    from ganae_cli.runtime import process
    from ganae_cli.runtime.workers import local

    workers = local.configs(_number(given.workers))
    words = [*words, *_shared(name, words, workers, process.processors())]
    return local.run([name, *words], workers)


def _split(argv: list[str]) -> tuple[list[str], list[str]]:
    """Return the words before and behind the first `--`."""
    place = argv.index("--") if "--" in argv else len(argv)
    return argv[:place], argv[place + 1 :]


def _number(text: str) -> int:
    if text.isascii() and text.isdecimal() and 2 <= int(text) <= MOST:
        return int(text)
    raise UserError(f"--workers {text}: expected a whole number, 2 to {MOST}")


def _shared(name: str, words: list[str], workers: list[str], processors: int) -> list[str]:
    """Return the settings that make one run of the workers. Raises UserError once for what all would refuse."""
    given = [word.lstrip("+").partition("=")[0] for word in words]
    for key in LEFT_ALONE:
        if key in given:
            raise UserError(f"launch names its workers itself: leave {key} out")
    config = _planned(words, workers) if name == "train" else _saved(words)
    strategy, size, count = config["hardware"]["strategy"], config["train"]["batch_size"], len(workers)
    if strategy in ("none", "mirrored") and "hardware.strategy" in given:
        raise UserError(f"hardware.strategy={strategy} trains in one process alone: leave it out, launch joins several")
    if size % count:
        near = f"{size - size % count or count} or {size + count - size % count}"
        raise UserError(f"train.batch_size is {size}, which {count} workers cannot share equally: take {near}")
    more = ["hardware.strategy=auto"] if strategy in ("none", "mirrored") else []
    return more if "hardware.threads" in given else [*more, f"hardware.threads={max(1, processors // count)}"]


def _planned(words: list[str], workers: list[str]) -> Mapping[str, Any]:
    """Return the config of `ganae train`, checked as it will be."""
    from ganae_cli.command_line.hydra_app import environment
    from ganae_cli.commands import train

    with environment(TF_CONFIG=workers[0]):
        return train.checked(words)


def _saved(words: list[str]) -> Mapping[str, Any]:
    """Return the config of `ganae resume` with the words' changes."""
    from ganae_cli.commands import resume
    from ganae_cli.storage.find_run import find_run, is_sweep
    from ganae_cli.storage.run_folder import RunFolder

    given = resume.options().parse_args(words)
    path = find_run(given.run, or_sweep=True)
    if is_sweep(path):
        raise UserError(f"launch trains one run with several workers, and {path} is a sweep: name one of its jobs")
    return resume.changed(RunFolder(path).read_config(), given.overrides)


def complete(words: list[str], last: str) -> list[str]:
    """Return candidates for the last word: a flag, or behind `--` a command and its words."""
    from ganae_cli.command_line import completion

    if "--" not in words:
        return [*completion.long_flags(options()), "--"] if last.startswith("-") or not last else []
    _, behind = _split(words)
    if not behind:
        return list(COMMANDS)
    from importlib import import_module

    return import_module(f"ganae_cli.commands.{behind[0]}").complete(behind[1:], last) if behind[0] in COMMANDS else []


def options() -> Options:
    """Return the parser of the words before `--`."""
    made = Options("launch", __doc__, EXAMPLES)
    made.usage = "ganae launch --workers N -- train|resume …"
    shared = "each has its share of the processors, and of the GPUs if there are enough"
    made.add_argument("--workers", metavar="N", required=True, help=f"how many, 2 to {MOST}; {shared}")
    return made


EXAMPLES = {
    "ganae launch --workers 2 -- train model=gan": "one run of two workers, each with half of every batch",
    "ganae launch --workers 3 -- resume latest train.batch_size=48": "go on with it, with another number of workers",
}

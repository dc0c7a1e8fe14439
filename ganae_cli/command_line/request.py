"""The words of a command that composes a config: flags (Hydra's and ours) in any position, and KEY=VALUE overrides."""

from dataclasses import dataclass, field
from pathlib import Path

from ganae_cli.config import synonyms
from ganae_cli.errors import UserError, did_you_mean, did_you_mean_flag


@dataclass(frozen=True)
class Flag:
    """A flag of a command. choices: the values that it takes; ("any",) for any value; empty if it takes none.

    needs_value: the value may not be left out.
    """

    short: str
    help: str
    choices: tuple[str, ...] = ()
    needs_value: bool = True


FLAGS = {
    "--multirun": Flag("-m", "run every combination of the comma-separated values"),
    "--dry-run": Flag("", "build it, time some steps, print the costs of the run; keep nothing"),
    "--prepare": Flag("", "write the checked config, or every job's; `ganae resume` of the folder trains it"),
    "--cfg": Flag("-c", "print the composed config instead: job, hydra or all", ("job", "hydra", "all")),
    "--package": Flag("-p", "with --cfg: only this section", ("any",)),
    "--resolve": Flag("", "with --cfg: with interpolations resolved"),
    "--info": Flag(
        "-i",
        "print how the config was composed: defaults-tree, searchpath, …",
        ("all", "config", "defaults", "defaults-tree", "plugins", "searchpath"),
        needs_value=False,
    ),
    "--config-dir": Flag("-cd", "add a folder of your own configs", ("any",)),
    "--config-name": Flag("-cn", "another primary config than train", ("any",)),
    "--config-path": Flag("-cp", "replace ganae's configs (rather use --config-dir)", ("any",)),
    "--run": Flag("-r", "a single run, the default"),
    "--quiet": Flag("", "show only warnings, errors and the folder of the run"),
    "--hydra-help": Flag("", "Hydra's own help"),
    "--help": Flag("-h", "this help; `--help all`: with experiments and penalties", ("all",), needs_value=False),
}
COMMANDS = Path(__file__).parents[1] / "commands"
_SHORT = {flag.short: name for name, flag in FLAGS.items() if flag.short}
_EXCLUSIVE = ("--multirun", "--run", "--cfg", "--info")
_PRINTS = ("--dry-run", "--prepare", "--cfg", "--info", "--hydra-help")


@dataclass
class Request:
    """A parsed command line. flags: name -> value, or True if it has none. overrides: the other words, in order."""

    flags: dict[str, str | bool] = field(default_factory=dict)
    overrides: list[str] = field(default_factory=list)

    def for_hydra(self) -> list[str]:
        """Return the flags that Hydra's own application gets. Config folders reach it in other ways (`HydraApp`)."""
        words: list[str] = []
        for name, value in self.flags.items():
            if name not in ("--dry-run", "--prepare", "--config-dir", "--config-path", "--help", "--quiet"):
                # Joined by =, or Hydra takes the word behind a flag whose value may be left out for that value.
                implied = FLAGS[name].choices[0] if value is True and FLAGS[name].choices else value
                words += [name] if implied is True else [f"{name}={implied}"]
        return words


def parse(words: list[str]) -> Request:
    """Split the words of a command into flags and overrides. Raises UserError for unknown or contradicting flags.

    >>> parse(["model=gan", "-m", "seed=1,2"])
    Request(flags={'--multirun': True}, overrides=['model=gan', 'seed=1,2'])
    """
    request, rest = Request(), list(words)
    while rest:
        word = rest.pop(0)
        if not word.startswith("-"):
            request.overrides.append(word)
            continue
        given, has_value, value = word.partition("=")
        name = _SHORT.get(given, given)
        request.flags[name] = _value(name, given, value if has_value else None, rest)
    for group in (_EXCLUSIVE, _PRINTS):
        together = [name for name in group if name in request.flags]
        if len(together) > 1:
            raise UserError(f"{' and '.join(together)} exclude each other")
    for name in ("--package", "--resolve"):
        if name in request.flags and "--cfg" not in request.flags:
            raise UserError(f"{name} goes with --cfg job|hydra|all")
    return request


def _no_flag(given: str) -> str:
    """Return the message for an unknown flag: other tools have flags for what is a command or a setting here."""
    word = given.strip("-").replace("-", "_")
    if (COMMANDS / f"{word}.py").is_file():
        return f"no flag '{given}': that is a command of its own, see `ganae {word} --help`"
    setting = synonyms.setting(word)
    if setting:
        return f"no flag '{given}': settings are written without dashes, as {setting}"
    return f"no flag '{given}'{did_you_mean_flag(given, FLAGS)} (flags: {', '.join(FLAGS)})"


def _value(name: str, given: str, value: str | None, rest: list[str]) -> str | bool:
    """Return the value of a flag. If it is the first of the words that follow, it is taken from `rest`."""
    if name == "--experimental-rerun":
        raise UserError("--experimental-rerun loads a pickle, which can run any code; use `ganae resume RUN`")
    if name not in FLAGS:
        raise UserError(_no_flag(given))
    flag = FLAGS[name]
    if not flag.choices:
        if value is not None:
            raise UserError(f"{name} takes no value, got '{value}'")
        return True
    takes_next = rest and not rest[0].startswith("-") and (flag.needs_value or rest[0] in flag.choices)
    if value is None and takes_next:
        value = rest.pop(0)
    if value is None and not flag.needs_value:
        return True
    allowed = "|".join(flag.choices) if flag.choices != ("any",) else "a value"
    if value is None:
        raise UserError(f"{name} needs {allowed}")
    if flag.choices != ("any",) and value not in flag.choices:
        raise UserError(f"{name} {value}: expected {allowed}{did_you_mean(value, flag.choices)}")
    return value

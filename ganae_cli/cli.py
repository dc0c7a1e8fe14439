"""The program `ganae`: run one command, and turn an error into one line.

It imports little, and only from the standard library, so that it starts at once.
"""

# ruff: noqa: PTH118, PTH120, PTH208 -- importing pathlib takes as long as all the rest of `ganae --help`

import contextlib
import importlib
import os
import sys

from ganae_cli import __doc__ as SUMMARY
from ganae_cli import __version__
from ganae_cli.errors import StartAgain, UserError, did_you_mean, did_you_mean_flag
from ganae_cli.runtime import lifeline, streams

COMMANDS = os.path.join(os.path.dirname(__file__), "commands")
USAGE = """
usage: ganae COMMAND [ARGUMENT ...] [--help] [--debug] [--quiet] [log.format=json]
       ganae --help | --version

Commands
{commands}

Examples
  ganae train                                      learn handwritten digits in less than a minute
  ganae train --multirun model.z_dim=8,16,32       a sweep: one run for each value
  ganae resume latest                              continue the newest run where it stopped

`ganae COMMAND --help` says more. --debug shows the traceback of an error, --quiet only
warnings and errors; log.format=json makes every line on standard error a JSON object.
Tab completion: eval "$(ganae -sc install=bash)"
"""


def main(argv: list[str] | None = None) -> int:
    """Run one command. Return its exit code: 0 done, 1 failed, 2 input or request refused, 128 + n signal n."""
    code = _main(argv)
    watch = sys.modules.get("ganae_cli.runtime.workers.watch")
    if argv is None and watch and watch.is_broken:  # TensorFlow would wait for workers that are gone
        with contextlib.suppress(OSError):
            sys.stderr.flush()
        os._exit(code)
    return code


def _main(argv: list[str] | None) -> int:
    words = list(sys.argv[1:] if argv is None else argv)
    is_debugging = "--debug" in words or "HYDRA_FULL_ERROR" in os.environ
    streams.secure()
    lifeline.follow()
    os.umask(os.umask(0o022) | 0o022)  # what libraries write, too, is the user's alone to change
    try:
        if any(word == "--quiet" or "log.format=" in word for word in words):
            from ganae_cli.runtime import messages

            words = messages.begin(words)
        code = _dispatch([word for word in words if word != "--debug"])
        sys.stdout.flush()
        return code
    except KeyboardInterrupt:
        return 130
    except SystemExit as end:  # argparse and Hydra end like this
        return end.code if isinstance(end.code, int) else int(end.code is not None)
    except StartAgain as again:
        return _start_again(again, is_program=argv is None)
    except BrokenPipeError:  # nobody reads any more, as in `ganae list models | head -1`
        return 141  # the code that a shell reports for a program ended by SIGPIPE
    except Exception as error:
        return _report(error, is_debugging)
    finally:
        _end_messages()
        streams.give_up_output()


def commands() -> list[str]:
    """Return the names of the commands: the modules of `commands/`."""
    return sorted(name[:-3] for name in os.listdir(COMMANDS) if name.endswith(".py") and not name.startswith("_"))


def summary(command: str) -> str:
    """Return the first line of a command's docstring without importing its module."""
    with open(os.path.join(COMMANDS, f"{command}.py"), encoding="utf-8") as file:
        return file.readline().strip().strip('"').strip()


def _dispatch(words: list[str]) -> int:
    """Run the command that the words name, or answer a flag of the program."""
    known = commands()
    for place, word in enumerate(words[:2]):  # also behind a command, where Hydra's programs have it
        if word in ("-sc", "--shell-completion"):
            from ganae_cli.command_line import completion

            return completion.main(words[place + 1 :], known)
    if words and words[0] not in known and not words[0].startswith("-"):
        raise UserError(f"no command '{words[0]}'{did_you_mean(words[0], known)} (commands: {', '.join(known)})")
    if "--version" in words:
        print(f"ganae {__version__}")
        return 0
    name = next((word for word in words if word in known), None)  # flags may stand before it
    if name:
        words.remove(name)
        if not {"--help", "-h"} & set(words):
            _check_current_folder()
        return importlib.import_module(f"ganae_cli.commands.{name}").main(words)
    for word in words:
        if word not in ("--help", "-h"):
            flags = ("--help", "--version", "--debug", "--quiet")
            raise UserError(f"ganae has no flag '{word}'{did_you_mean_flag(word, flags)} (flags: {', '.join(flags)})")
    lines = [f"  {name:<11} {summary(name)}" for name in known]
    print(SUMMARY, USAGE.format(commands="\n".join(lines)), sep="\n", end="")
    return 0


def _start_again(again: StartAgain, is_program: bool) -> int:
    """Start another command in place of this process, under the same number. is_program: not called by another one."""
    if not is_program:
        return _report(again.__cause__ if isinstance(again.__cause__, Exception) else again, is_debugging=False)
    given = len(sys.argv) - 1
    words = [*sys.orig_argv[: len(sys.orig_argv) - given], *(again.words or sys.argv[1:])]
    sys.stdout.flush()
    _end_messages()
    os.execve(sys.executable, [sys.executable, *words[1:]], os.environ | again.variables | lifeline.handed_on())


def _end_messages() -> None:
    """Show lines as text again, if a command line or a config had chosen another form."""
    if "ganae_cli.runtime.messages" in sys.modules:
        sys.modules["ganae_cli.runtime.messages"].end()


def _check_current_folder() -> None:
    """Raise UserError if the current folder has been deleted: no path can be found from there."""
    try:
        os.getcwd()  # noqa: PTH109
    except FileNotFoundError:
        raise UserError("the current folder does not exist any more: go to another one (cd)") from None


def _report(error: Exception, is_debugging: bool) -> int:
    """Print an error as one line. Return the exit code."""
    from ganae_cli.terminal import tell

    if is_debugging:
        import traceback

        for line in "".join(traceback.format_exception(error)).splitlines():
            tell(line, level="error", event="traceback")
    is_users = isinstance(error, UserError)
    text = str(error) if is_users else f"{type(error).__name__}: {error}".rstrip(": ")
    from ganae_cli.secrets import without_hidden

    text = " ".join(without_hidden(text).split())  # hidden first: a value may have line ends
    if not is_users and not is_debugging:
        where = " ".join(getattr(error, "__notes__", [])) or "`ganae --debug ...` shows the traceback"
        text = f"{text} ({where})"
    tell(f"ganae: error: {text}")
    return 2 if is_users else 1

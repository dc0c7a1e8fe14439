"""Arguments of the commands that compose no config: argparse, with errors of one line and help like that of `train`."""

import argparse

from ganae_cli.command_line.pages import page
from ganae_cli.errors import UserError, did_you_mean


class Options(argparse.ArgumentParser):
    """An argparse parser for commands without a config: faults become UserErrors, help looks like that of `train`.

    examples: command line -> what it does.
    """

    def __init__(self, command: str, summary: str, examples: dict[str, str]):
        super().__init__(prog=f"ganae {command}", description=summary, allow_abbrev=False)
        self.examples = examples

    def parse_args(self, args=None, namespace=None):
        """Flags may stand before, between and behind the other words."""
        given, rest = self.parse_known_intermixed_args(args, namespace)
        flags = self.flags()
        for word in rest:
            what = "flag" if word.startswith("-") else "argument"
            near = did_you_mean(word, flags) if what == "flag" else ""
            self.error(f"{self.prog} has no {what} '{word}'{near} (flags: {', '.join(flags)})")
        return given

    def flags(self) -> list[str]:
        """Every flag, short forms included."""
        return [option for action in self._actions for option in action.option_strings]

    def error(self, message: str):
        """One line instead of argparse's usage and message."""
        raise UserError(f"{message} (see {self.prog} --help)" if "flags: " not in message else message)

    def format_help(self) -> str:
        """The page of this command."""
        arguments, flags = [], []
        for action in self._actions:
            names = ", ".join(action.option_strings)
            takes = action.metavar or ("" if action.nargs == 0 else action.dest.upper())
            (flags if names else arguments).append((f"{names} {takes}".strip(), action.help or ""))
        usage = " ".join(self.format_usage().removeprefix("usage: ").split())
        return page(str(self.description), usage, {"Arguments": arguments, "Flags": flags}, self.examples)

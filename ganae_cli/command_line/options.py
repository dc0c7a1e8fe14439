"""Arguments of the commands that compose no config: argparse, with one-line errors and the help pages of ganae."""

import argparse
from typing import NoReturn

from ganae_cli.command_line.pages import page
from ganae_cli.config import synonyms
from ganae_cli.errors import UserError, did_you_mean_flag


class Options(argparse.ArgumentParser):
    """An argparse parser for commands without a config: faults become UserErrors, help looks like that of `train`.

    examples: command line -> what it does.
    """

    def __init__(self, command: str, summary: str, examples: dict[str, str]):
        super().__init__(prog=f"ganae {command}", description=summary, allow_abbrev=False)
        self.examples = examples

    def parse_args(self, args=None, namespace=None):  # types: of the method that it replaces
        """Parse the words, with flags before, between and behind the others. Raises UserError for unknown words."""
        given, rest = self.parse_known_intermixed_args(args, namespace)
        flags = self.flags()
        for word in rest:
            what = "flag" if word.startswith("-") else "argument"
            near = did_you_mean_flag(word, flags) if what == "flag" else ""
            setting = synonyms.setting(word.strip("-").replace("-", "_")) if what == "flag" and not near else ""
            if setting and "overrides" in vars(given):
                self.error(f"{self.prog} has no flag '{word}': settings are written without dashes, as {setting}")
            self.error(f"{self.prog} has no {what} '{word}'{near} (flags: {', '.join(flags)})")
        return given

    def flags(self) -> list[str]:
        """Return every flag, with its short forms."""
        return [option for action in self._actions for option in action.option_strings]

    def error(self, message: str) -> NoReturn:
        """Raise UserError, where argparse prints its usage and ends the program."""
        says_more = "flags: " in message or "settings are" in message
        raise UserError(message if says_more else f"{message} (see {self.prog} --help)")

    def format_help(self) -> str:
        """Return the help page of this command."""
        arguments: list[tuple[str, str]] = []
        flags: list[tuple[str, str]] = []
        for action in self._actions:
            names = ", ".join(action.option_strings)
            takes = action.metavar or ("" if action.nargs == 0 else action.dest.upper())
            (flags if names else arguments).append((f"{names} {takes}".strip(), action.help or ""))
        usage = " ".join(self.format_usage().removeprefix("usage: ").split())
        return page(str(self.description), usage, {"Arguments": arguments, "Flags": flags}, self.examples)

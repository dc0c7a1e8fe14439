"""The help page of `ganae tune`."""

from ganae_cli.command_line.pages import page
from ganae_cli.config.conf_tree import ConfTree
from ganae_cli.config.setting import shown
from ganae_cli.tuning import settings

VALUES = [
    ("KEY=A,B,C", "one of these values; also choice(A,B,C), range(1,9) and, of a group, glob(*)"),
    ("KEY=interval(0.1,0.9)", "a number between two"),
    ("KEY=int(interval(2,64))", "a whole number"),
    ("KEY=tag(log,interval(1e-4,1e-2))", "on a scale of powers; with int(interval(…)), a whole number"),
    ("sweep=NAME", "a file of such values: conf/sweep/NAME.yaml"),
]


def text(summary: str, tree: ConfTree, examples: dict[str, str]) -> str:
    """Return the page."""
    own = []
    for key, (default, setting) in settings.known().items():
        value = "null" if default is None else shown(default).strip("'")
        limits = f" ({setting.limits()})" if setting.limits() else ""
        own.append((f"tune.{key}={value}", f"{setting.help}{limits}"))
    sections = {
        "What is varied": VALUES,
        "Search spaces": [(f"sweep={name}", tree.help("sweep", name)) for name in tree.options("sweep")],
        "Settings of the study, with their defaults": own,
        "Flags": [("--config-dir DIR", "add a folder of your own configs"), ("--help, -h", "this help")],
    }
    usage = "ganae tune [GROUP=NAME ...] [KEY=VALUE ...], each of which may be a choice: see `ganae train --help`"
    return page(summary, usage, sections, examples)

"""Help pages in one style: summary, usage, arguments and flags, three examples."""

import sys

from ganae_cli import terminal
from ganae_cli.command_line import catalogue, suited_words
from ganae_cli.command_line.request import FLAGS
from ganae_cli.config.conf_tree import ConfTree
from ganae_cli.config.setting import SCHEDULE_EXAMPLE, shown

LONG_GROUPS = ("experiment",)  # that only the whole page lists
MORE = "`ganae train --help all` lists them"
TRAIN_EXAMPLES = {
    "ganae train": "learn handwritten digits",
    "ganae train --multirun model.z_dim=8,16,32": "a sweep of three runs",
    "ganae train model=gan dataset=ring --help": "the settings of other parts",
    "ganae train --help all": "experiments and penalties too",
}

SCHEDULE_HELP = (
    "where a schedule may stand: from start to end, which is reached at this share of train.steps; "
    "also: after=0 (share at which it begins), shape=linear (linear | cosine)"
)


def page(summary: str, usage: str, sections: dict[str, list[tuple[str, str]]], examples: dict[str, str]) -> str:
    """Return the text of a help page, as wide as the terminal. sections: title -> rows of (word to type, meaning)."""
    width = terminal.width()
    lines = [
        *terminal.wrapped(summary, width),
        "",
        *terminal.wrapped(f"usage: {usage}", width, " " * 7, whole_commands=False),
    ]
    for title, rows in (sections | {"Examples": list(examples.items())}).items():
        if rows:
            lines += ["", *terminal.wrapped(title, width), *terminal.columns(rows, width)]
    return "\n".join(lines) + "\n"


def train_page(summary: str, tree: ConfTree, words: list[str], is_whole: bool = False) -> str:
    """Return the help page of `train`: choices, the settings of the chosen parts, flags.

    is_whole: with the names of experiments and the settings of penalties, which are many.
    """
    words = suited_words.settled(tree, words)
    networks = catalogue.roles(tree, words)
    groups, listed = [], []
    for group, option in catalogue.choices(tree, words).items():
        is_short = group in LONG_GROUPS and not is_whole
        groups += _counted(tree, group, option) if is_short else _group(tree, group, {option}, f"{group}=NAME")
    title = f"network@networks.ROLE=NAME, where ROLE is one of {', '.join(networks)}"
    groups += _group(tree, "network", set(networks.values()), title)
    entries = catalogue.entries(tree, words)
    for entry in entries:
        key, is_first = _with_roles(entry, entries, networks)
        if is_first:
            listed.append((f"{key}={_yaml(entry.default)}", _with_limits(entry)))
    listed.append(("optimizer.PLAYER.OPTION=VALUE", "an optimizer option of one player only"))
    listed.append(("loss.PLAYER=NAME", "the adversarial loss of one player only, as loss.generator=density_ratio"))
    listed.append((f"KEY='{SCHEDULE_EXAMPLE}'", SCHEDULE_HELP))
    of_penalties, given = catalogue.penalties(tree, words)
    names = tree.options("penalty")
    penalties = [(f"{entry.key}={_yaml(entry.default)}", _with_limits(entry)) for entry in of_penalties]
    if not is_whole:
        penalties = [("loss.penalties.NAME.weight=NUMBER", f"NAME is one of {', '.join(names)}; {MORE}")]
    flags = [(", ".join(name for name in (name, flag.short) if name), flag.help) for name, flag in FLAGS.items()]
    sections = {
        "Choices (* chosen)": groups,
        "Settings of the chosen parts, with their defaults": listed,
        f"Penalties, {' and '.join(given)} of them chosen" if given else "Penalties, none unless set": penalties,
        "Flags, in any position": flags,
    }
    usage = "ganae train [GROUP=NAME ...] [KEY=VALUE ...] [FLAG ...]"
    return page(summary, usage, sections, TRAIN_EXAMPLES)


def _counted(tree: ConfTree, group: str, chosen: str | None) -> list[tuple[str, str]]:
    """Return the row of a group whose options are not listed one by one."""
    count = len(tree.options(group))
    return [(f"{group}=NAME", f"{f'{chosen} is chosen, ' if chosen else ''}one of {count}; {MORE}")] if count else []


def _group(tree: ConfTree, group: str, chosen: set, title: str) -> list[tuple[str, str]]:
    rows = [(f"  {'*' if name in chosen else ' '} {name}", tree.help(group, name)) for name in tree.options(group)]
    return [(title, ""), *rows] if rows else []


def _with_roles(entry: catalogue.Entry, listed: list[catalogue.Entry], networks: dict[str, str]) -> tuple[str, bool]:
    """Return the key of an entry with all roles that share network and default, and whether this role is the first.

    Such a key is `networks.{encoder,generator}.width`; the help page has one line for it.
    """
    section, _, rest = entry.key.partition(".")
    role, _, option = rest.partition(".")
    if section != "networks":
        return entry.key, True
    defaults = {other.key: other.default for other in listed}
    alike = [
        other
        for other, network in networks.items()
        if network == networks[role] and defaults.get(f"networks.{other}.{option}") == entry.default
    ]
    names = "{" + ",".join(alike) + "}" if len(alike) > 1 else role
    return f"networks.{names}.{option}", alike[0] == role


def _with_limits(entry: catalogue.Entry) -> str:
    limits = entry.setting.limits() if entry.setting else ""
    is_stated = limits and all(word in entry.help for word in limits.split(" | "))
    return f"{entry.help} ({limits})" if limits and not is_stated else entry.help


def _yaml(value: object) -> str:
    return "null" if value is None else shown(value).strip("'")


def show(text: str) -> int:
    """Print a page. Return the exit code, 0."""
    sys.stdout.write(text)
    return 0

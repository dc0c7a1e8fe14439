"""Help pages in one style: summary, usage, arguments and flags, three examples."""

import sys

from ganae_cli.command_line import catalogue
from ganae_cli.command_line.request import FLAGS
from ganae_cli.config.conf_tree import ConfTree
from ganae_cli.config.setting import SCHEDULE_EXAMPLE, shown

TRAIN_EXAMPLES = {
    "ganae train": "learn handwritten digits",
    "ganae train --multirun model.z_dim=8,16,32": "a sweep of three runs",
    "ganae train model=gan dataset=ring --help": "the settings of other parts",
}

SCHEDULE_HELP = (
    "where a schedule may stand: from start to end, which is reached at this share of train.steps; "
    "also: after=0 (share at which it begins), shape=linear (linear | cosine)"
)


def columns(rows: list[tuple[str, str]], most: int = 40) -> list[str]:
    """Return the lines of two columns. The left one is at most `most` wide; a longer cell pushes its help aside."""
    width = min(most, max((len(left) for left, right in rows if right), default=0))
    return [f"  {left:<{width}}  {right}".rstrip() for left, right in rows]


def page(summary: str, usage: str, sections: dict[str, list[tuple[str, str]]], examples: dict[str, str]) -> str:
    """Return the text of a help page. sections: title -> rows of (word to type, meaning)."""
    lines = [summary, "", f"usage: {usage}"]
    for title, rows in (sections | {"Examples": list(examples.items())}).items():
        if rows:
            lines += ["", title, *columns(rows)]
    return "\n".join(lines) + "\n"


def train_page(summary: str, tree: ConfTree, words: list[str]) -> str:
    """Return the help page of `train`: choices, the settings of the chosen parts, penalties, flags."""
    networks = catalogue.roles(tree, words)
    groups, listed = [], []
    for group, option in catalogue.choices(tree, words).items():
        groups += _group(tree, group, {option}, f"{group}=NAME")
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
    penalties = [(f"{entry.key}={_yaml(entry.default)}", _with_limits(entry)) for entry in of_penalties]
    flags = [(", ".join(name for name in (name, flag.short) if name), flag.help) for name, flag in FLAGS.items()]
    sections = {
        "Choices (* chosen)": groups,
        "Settings of the chosen parts, with their defaults": listed,
        f"Penalties, {' and '.join(given)} of them chosen" if given else "Penalties, none unless set": penalties,
        "Flags, in any position": flags,
    }
    usage = "ganae train [GROUP=NAME ...] [KEY=VALUE ...] [FLAG ...]"
    return page(summary, usage, sections, TRAIN_EXAMPLES)


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

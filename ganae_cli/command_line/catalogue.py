"""The choices and settings of the command line, with defaults and help, read from the YAML files without Hydra."""

from dataclasses import dataclass
from typing import Any

from ganae_cli.config import limits
from ganae_cli.config.conf_tree import ConfTree, Part, leaves, merged
from ganae_cli.config.setting import Setting
from ganae_cli.config.yaml_file import read

RUNS, RESULTS = "runs", "results"  # kinds besides those that are config groups
RECIPES = ("sweep", "experiment", "debug")  # groups whose files set the options of other groups
_SAME = ("hardware", "debug")  # nouns without a plural


@dataclass
class Entry:
    """A setting: its dotted key, its default (any YAML value), its help line and its limits."""

    key: str
    default: object
    help: str
    setting: Setting | None


def kinds(tree: ConfTree) -> dict[str, str]:
    """Return the kinds of `ganae list`: plural -> config group. Every folder under `conf/` is one."""
    return {plural(group): group for group in tree.groups()}


def plural(group: str) -> str:
    """Return the plural of a group's name.

    >>> plural("model"), plural("loss"), plural("penalty"), plural("hardware")
    ('models', 'losses', 'penalties', 'hardware')
    """
    if group in _SAME:
        return group
    if group.endswith("y"):
        return f"{group[:-1]}ies"
    return f"{group}es" if group.endswith("s") else f"{group}s"


def default_choices(tree: ConfTree) -> dict[str, str | None]:
    """Return group -> option of the primary config: `model` first, as readers want it, and optional groups last."""
    content, _, _ = read(tree.folders[0] / "train.yaml")
    found: dict[str, str | None] = {}
    for entry in content["defaults"]:
        if isinstance(entry, dict):
            found |= {key: option for key, option in entry.items() if not key.startswith("override ")}
    chosen = dict(reversed([pair for pair in found.items() if pair[1]]))
    return chosen | found


def choices(tree: ConfTree, words: list[str]) -> dict[str, str | None]:
    """Return group -> option as composed: the defaults, overridden by the model, by the recipes and by the words.

    A choice of a network has the key `network@networks.ROLE`.
    """
    return composed(tree, words)[0]


def composed(tree: ConfTree, words: list[str]) -> tuple[dict[str, str | None], dict]:
    """Return the choices, and the values that the files of the model and the recipes set."""
    defaults = default_choices(tree)
    content: dict[str, Any] = {}
    given = {key: option for key, option in overrides(words).items() if option in tree.options(key.partition("@")[0])}
    by_recipes: dict[str, str] = {}
    for group in RECIPES:
        chosen, own = _file(tree, group, given.get(group))
        by_recipes, content = by_recipes | chosen, merged(content, own)
    model = (defaults | by_recipes | given)["model"]
    by_model, own = _file(tree, "model", model)
    return defaults | by_model | by_recipes | given, merged(own, content)


def _file(tree: ConfTree, group: str, option: str | None) -> tuple[dict[str, str], dict[str, Any]]:
    """Return the choices and the values of a file and of the files that it extends; empty if there is no such file."""
    if option not in tree.options(group):
        return {}, {}
    content, _, is_global = read(tree.files[group][option])
    chosen: dict[str, str] = {}
    below: dict[str, Any] = {}
    for entry in content.pop("defaults", None) or []:
        if isinstance(entry, str) and entry != "_self_":
            others, own = _file(tree, group, entry)
            chosen, below = chosen | others, merged(below, own)
        elif isinstance(entry, dict):
            chosen |= {key.removeprefix("override ").lstrip("/"): value for key, value in entry.items()}
    return chosen, merged(below, content) if is_global else {}


def overrides(words: list[str]) -> dict[str, str]:
    """Return key -> value of the words KEY=VALUE."""
    return {key: value for key, _, value in (word.lstrip("+").partition("=") for word in words)}


def roles(tree: ConfTree, words: list[str]) -> dict[str, str]:
    """Return network role -> network, for the model and the networks that the words choose."""
    chosen = choices(tree, words)
    model = tree.part("model", chosen["model"] or "") or Part()
    return {role: chosen.get(f"network@networks.{role}") or network for role, network in model.roles.items()}


def entries(tree: ConfTree, words: list[str]) -> list[Entry]:
    """Return every setting of the chosen parts, in the order of the help page."""
    chosen, values_set = composed(tree, words)
    content, texts, _ = read(tree.folders[0] / "train.yaml")
    own = {key: value for key, value in content.items() if key not in ("defaults", "hydra")}
    listed = _entries("", Part(options=own, comments=texts))
    for group in ("model", "dataset", "augmentation", "loss", "optimizer", "hardware", "evaluation", "tracker"):
        listed += _entries(f"{group}.", tree.part(group, chosen[group] or "") or Part())
        if group == "model":
            for role, network in roles(tree, words).items():
                listed += _entries(f"networks.{role}.", tree.part("network", network) or Part())
    return _with_defaults(listed, values_set)


def players(tree: ConfTree, words: list[str]) -> list[str]:
    """Return the players of the chosen model."""
    model = tree.part("model", choices(tree, words)["model"] or "") or Part()
    return list(model.options.get("weights") or {})


def own_options(tree: ConfTree, words: list[str], keys: list[str]) -> list[tuple[str, str]]:
    """Return (player, option) for every `optimizer.PLAYER.OPTION` there may be. keys: of all settings."""
    shared = [key.removeprefix("optimizer.") for key in keys if key.startswith("optimizer.")]
    return [(player, option) for player in players(tree, words) for option in shared]


def own_losses(tree: ConfTree, words: list[str]) -> list[str]:
    """Return every key `loss.PLAYER`; none of a model that is trained without an adversarial loss."""
    default = next((entry.default for entry in entries(tree, words) if entry.key == "loss.adversarial"), None)
    return [f"loss.{player}" for player in players(tree, words)] if default else []


def penalties(tree: ConfTree, words: list[str]) -> tuple[list[Entry], list[str]]:
    """Return the options of every penalty, and the names of the penalties that the chosen parts use already."""
    chosen, values_set = composed(tree, words)
    names = tree.options("penalty")
    of_loss = (tree.part("loss", chosen["loss"] or "") or Part()).options.get("penalties") or {}
    given = merged({"penalties": of_loss}, values_set.get("loss") or {})
    listed = [
        entry for name in names for entry in _entries(f"loss.penalties.{name}.", tree.part("penalty", name) or Part())
    ]
    return _with_defaults(listed, {"loss": given}), [name for name in names if name in given["penalties"]]


def _with_defaults(entries: list[Entry], values_set: dict[str, Any]) -> list[Entry]:
    """Return the entries with the defaults that the files of the model and the recipes set."""
    given = leaves(values_set)
    for entry in entries:
        entry.default = given.get(entry.key, entry.default)
    return entries


def _entries(prefix: str, part: Part) -> list[Entry]:
    return [
        _entry(f"{prefix}{key}", value, part.comments.get(key, ""))
        for key, value in leaves(part.options).items()
        if key != "name"
    ]


def _entry(key: str, default: object, comment: str) -> Entry:
    setting = limits.find_setting(key, default, comment)
    _, help_ = limits.split_comment(comment)
    return Entry(key, default, help_ or (setting.help if setting else ""), setting)


def values(tree: ConfTree, key: str, words: list[str]) -> list[str]:
    """Return the values that `key=` accepts; [] if that is no closed list."""
    group = key.partition("@")[0]
    if group in tree.files and group != "penalty":
        return tree.options(group)
    key = "loss.adversarial" if key in own_losses(tree, words) else key
    known = entries(tree, words) + penalties(tree, words)[0]
    setting = next((entry.setting for entry in known if entry.key == key), limits.find_setting(key))
    if setting is None:
        return []
    named = [*setting.allowed(), *setting.words]
    return [*named, "null"] if setting.null and named else named

"""What can be said on the command line: kinds, choices and settings, with defaults and help, from the YAML files."""

from dataclasses import dataclass

from ganae_cli.config import limits
from ganae_cli.config.conf_tree import ConfTree, Part, leaves, merged, read
from ganae_cli.config.setting import Setting

RUNS, RESULTS = "runs", "results"  # kinds besides those that are config groups
RECIPES = ("sweep", "experiment", "debug")  # groups whose files set what other groups have listed
_SAME = ("hardware", "debug")  # nouns without a plural


@dataclass
class Entry:
    """A key, its default (any YAML value), what it means and what it may be."""

    key: str
    default: object
    help: str
    setting: Setting | None


def kinds(tree: ConfTree) -> dict[str, str]:
    """What `ganae list` knows: plural -> config group. A folder under `conf/` is one without being named anywhere."""
    return {plural(group): group for group in tree.groups()}


def plural(group: str) -> str:
    """`model` -> `models`, `loss` -> `losses`, `penalty` -> `penalties`."""
    if group in _SAME:
        return group
    if group.endswith("y"):
        return f"{group[:-1]}ies"
    return f"{group}es" if group.endswith("s") else f"{group}s"


def default_choices(tree: ConfTree) -> dict[str, str | None]:
    """Group -> option, as the primary config has it: what learns first, what is optional last."""
    content, _, _ = read(tree.folders[0] / "train.yaml")
    choices: dict[str, str | None] = {}
    for entry in content["defaults"]:
        if isinstance(entry, dict):
            choices |= {key: option for key, option in entry.items() if not key.startswith("override ")}
    chosen = dict(reversed([pair for pair in choices.items() if pair[1]]))
    return chosen | choices


def choices(tree: ConfTree, words: list[str]) -> dict[str, str | None]:
    """Group -> option: the defaults, what the model and the recipes override in them, and what the words say."""
    return _laid(tree, words)[0]


def _laid(tree: ConfTree, words: list[str]) -> tuple[dict[str, str | None], dict]:
    """The choices, `network@networks.ROLE` among them, and what the files of the model and the recipes set."""
    defaults, content = default_choices(tree), {}
    said = {key: option for key, option in _said(words).items() if option in tree.options(key.partition("@")[0])}
    by_recipes: dict[str, str] = {}
    for group in RECIPES:
        chosen, own = _file(tree, group, said.get(group))
        by_recipes, content = by_recipes | chosen, merged(content, own)
    model = (defaults | by_recipes | said)["model"]
    by_model, own = _file(tree, "model", model)
    return defaults | by_model | by_recipes | said, merged(own, content)


def _file(tree: ConfTree, group: str, option: str | None) -> tuple[dict[str, str], dict]:
    """What a file, and those that it extends, choose and set."""
    if option not in tree.options(group):
        return {}, {}
    content, _, is_global = read(tree.files[group][option])
    chosen, below = {}, {}
    for entry in content.pop("defaults", None) or []:
        if isinstance(entry, str) and entry != "_self_":
            others, own = _file(tree, group, entry)
            chosen, below = chosen | others, merged(below, own)
        elif isinstance(entry, dict):
            chosen |= {key.removeprefix("override ").lstrip("/"): value for key, value in entry.items()}
    return chosen, merged(below, content) if is_global else {}


def _said(words: list[str]) -> dict[str, str]:
    return {key: value for key, _, value in (word.lstrip("+").partition("=") for word in words)}


def roles(tree: ConfTree, words: list[str]) -> dict[str, str]:
    """Network role -> network, for the model and the networks that the words choose."""
    chosen = choices(tree, words)
    model = tree.part("model", chosen["model"] or "") or Part()
    return {role: chosen.get(f"network@networks.{role}", network) for role, network in model.roles.items()}


def entries(tree: ConfTree, words: list[str]) -> list[Entry]:
    """Every setting of the chosen parts, in the order in which a reader wants them."""
    chosen, laid = _laid(tree, words)
    content, texts, _ = read(tree.folders[0] / "train.yaml")
    own = {key: value for key, value in content.items() if key not in ("defaults", "hydra")}
    listed = _entries("", Part(options=own, comments=texts))
    for group in ("model", "dataset", "loss", "optimizer", "hardware"):
        listed += _entries(f"{group}.", tree.part(group, chosen[group] or "") or Part())
        if group == "model":
            for role, network in roles(tree, words).items():
                listed += _entries(f"networks.{role}.", tree.part("network", network) or Part())
    return _with_defaults(listed, laid)


def own_options(tree: ConfTree, words: list[str], keys: list[str]) -> list[tuple[str, str]]:
    """(player, option) of all that `optimizer.PLAYER.OPTION` may set, of the keys of the settings."""
    model = tree.part("model", choices(tree, words)["model"] or "") or Part()
    shared = [key.removeprefix("optimizer.") for key in keys if key.startswith("optimizer.")]
    return [(player, option) for player in model.options.get("weights") or {} for option in shared]


def penalties(tree: ConfTree, words: list[str]) -> tuple[list[Entry], list[str]]:
    """The options of every penalty, and the penalties that the chosen parts have put in the config already."""
    chosen, laid = _laid(tree, words)
    names = tree.options("penalty")
    of_loss = (tree.part("loss", chosen["loss"] or "") or Part()).options.get("penalties") or {}
    given = merged({"penalties": of_loss}, laid.get("loss") or {})
    listed = [
        entry for name in names for entry in _entries(f"loss.penalties.{name}.", tree.part("penalty", name) or Part())
    ]
    return _with_defaults(listed, {"loss": given}), [name for name in names if name in given["penalties"]]


def _with_defaults(entries: list[Entry], laid: dict) -> list[Entry]:
    given = leaves(laid)
    for entry in entries:
        entry.default = given.get(entry.key, entry.default)
    return entries


def _entries(prefix: str, part: Part) -> list[Entry]:
    return [
        _entry(f"{prefix}{key}", value, part.comments.get(key, ""))
        for key, value in leaves(part.options).items()
        if key != "name"
    ]


def _entry(key: str, default, comment: str) -> Entry:
    setting = limits.find(key, default, comment)
    _, help_ = limits.split(comment)
    return Entry(key, default, help_ or (setting.help if setting else ""), setting)


def values(tree: ConfTree, key: str, words: list[str]) -> list[str]:
    """What may stand behind `key=`, where that is a closed list."""
    group = key.partition("@")[0]
    if group in tree.files and group != "penalty":
        return tree.options(group)
    known = entries(tree, words) + penalties(tree, words)[0]
    setting = next((entry.setting for entry in known if entry.key == key), limits.find(key))
    if setting is None:
        return []
    named = setting.allowed()
    return [*named, "null"] if setting.null and named else named

"""What can be said on the command line: kinds, choices and settings, with defaults and help, from the YAML files."""

from dataclasses import dataclass

from ganae_cli import comments, settings
from ganae_cli.conf_tree import ConfTree, Part, merged, read
from ganae_cli.setting import Setting

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
    """The defaults with the choices among the words of a command line, and of an experiment there, laid over them."""
    chosen = default_choices(tree)
    said = {key: option for key, option in _said(words).items() if key in chosen and option in tree.options(key)}
    for entry in _recipe(tree, said).get("defaults", []):
        for key, option in entry.items() if isinstance(entry, dict) else ():
            group = key.removeprefix("override ").lstrip("/")
            if group in chosen:
                chosen[group] = option
    return chosen | said


def _said(words: list[str]) -> dict[str, str]:
    return {key: value for key, _, value in (word.lstrip("+").partition("=") for word in words)}


def _recipe(tree: ConfTree, chosen: dict) -> dict:
    """What the chosen experiment, sweep and debug files set, laid over each other."""
    files = [tree.files[group][chosen[group]] for group in RECIPES if chosen.get(group) in tree.options(group)]
    content: dict = {}
    for file in files:
        content = merged(content, read(file)[0])
    return content


def roles(tree: ConfTree, words: list[str]) -> dict[str, str]:
    """Network role -> network, for the model and the networks that the words choose."""
    model = tree.part("model", choices(tree, words)["model"] or "") or Part()
    networks = dict(model.roles)
    for key, option in _said(words).items():
        role = key.removeprefix("network@networks.")
        if role in networks and option in tree.options("network"):
            networks[role] = option
    return networks


def entries(tree: ConfTree, words: list[str]) -> list[Entry]:
    """Every setting of the chosen parts, in the order in which a reader wants them."""
    chosen = choices(tree, words)
    content, comments, _ = read(tree.folders[0] / "train.yaml")
    own = {key: value for key, value in content.items() if key not in ("defaults", "hydra")}
    listed = _entries("", Part(options=own, comments=comments))
    for group in ("model", "dataset", "loss", "optimizer", "hardware"):
        listed += _entries(f"{group}.", tree.part(group, chosen[group] or "") or Part())
        if group == "model":
            for role, network in roles(tree, words).items():
                listed += _entries(f"networks.{role}.", tree.part("network", network) or Part())
    for key, value in _leaves(_recipe(tree, chosen)).items():
        for entry in listed:
            entry.default = value if entry.key == key else entry.default
    return listed


def penalties(tree: ConfTree) -> list[Entry]:
    """The options of every penalty; none of them is in a config before it is set."""
    names = tree.options("penalty")
    return [
        entry for name in names for entry in _entries(f"loss.penalties.{name}.", tree.part("penalty", name) or Part())
    ]


def _entries(prefix: str, part: Part) -> list[Entry]:
    return [
        _entry(f"{prefix}{key}", value, part.comments.get(key, ""))
        for key, value in _leaves(part.options).items()
        if key != "name"
    ]


def _entry(key: str, default, comment: str) -> Entry:
    setting = settings.find(key, default, comment)
    _, help_ = comments.split(comment)
    return Entry(key, default, help_ or (setting.help if setting else ""), setting)


def _leaves(options: dict, prefix: str = "") -> dict:
    leaves = {}
    for key, value in options.items():
        leaves |= _leaves(value, f"{prefix}{key}.") if isinstance(value, dict) else {f"{prefix}{key}": value}
    return leaves


def values(tree: ConfTree, key: str, words: list[str]) -> list[str]:
    """What may stand behind `key=`, where that is a closed list."""
    group = key.partition("@")[0]
    if group in tree.files and group != "penalty":
        return tree.options(group)
    known = entries(tree, words) + penalties(tree)
    setting = next((entry.setting for entry in known if entry.key == key), settings.find(key))
    if setting is None:
        return []
    named = setting.allowed()
    return [*named, "null"] if setting.null and named else named

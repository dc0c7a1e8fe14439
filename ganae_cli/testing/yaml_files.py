"""Contracts of every part's YAML file: it lists all options of the part with their defaults, and explains each."""

from collections.abc import Iterable, Sequence
from inspect import Parameter
from pathlib import Path

from ganae_cli import registry
from ganae_cli.builders import from_config
from ganae_cli.config.conf_tree import ConfTree
from ganae_cli.datasets.splits import OF_EVERY_DATASET
from ganae_cli.testing.demand import demand

NOT_IN_YAML = {"model": {"parts"}}  # arguments that builders fill in
# Options that the part itself does not see:
OF_EVERY = {"penalty": {"weight", "final_weight", "on"}, "dataset": set(OF_EVERY_DATASET)}


def check_yaml(kind: str, option: str, plugins: Iterable[str] = (), config_folders: Sequence[str | Path] = ()) -> None:
    """Check `conf/<kind>/<option>.yaml`. Raises AssertionError, saying what does not hold.

    kind: model, network, dataset or penalty. The file begins with `# help: …`, its keys are the part's arguments, and
    each has a comment. A variant states only what it changes.
    """
    from_config.import_parts(plugins)
    tree = ConfTree(tuple(Path(folder) for folder in config_folders))
    part = tree.part(kind, option)
    if part is None:
        raise AssertionError(f"there is no file conf/{kind}/{option}.yaml")
    where = f"conf/{kind}/{option}.yaml"
    demand(tree.help(kind, option), f"{where} has no line '# help: …'")
    name = part.options.get("name", option)
    signature = registry.options(kind, name)
    wanted = set(signature) - NOT_IN_YAML.get(kind, set())
    listed = set(part.options) - {"name"}
    missing, strange = wanted - listed, listed - wanted - OF_EVERY.get(kind, set())
    demand(not missing, f"{where} does not list {', '.join(sorted(missing))}")
    demand(not strange, f"{where} lists {', '.join(sorted(strange))}, which '{name}' does not take")
    for key in sorted(wanted & listed):
        default, given = signature[key], part.options[key]
        is_own = option == name and default is not Parameter.empty and key != "weights"
        demand(not is_own or default == given, f"{where}: {key} is {given}, but its default in the code is {default}")
        demand(part.comments.get(key), f"{where}: {key} has no comment")

"""The model of a help page whose words choose none, without Hydra, so that the page has the settings of what trains."""

import contextlib

from ganae_cli.command_line import catalogue
from ganae_cli.config.chosen import AUTO
from ganae_cli.config.conf_tree import ConfTree, Part


def settled(tree: ConfTree, words: list[str]) -> list[str]:
    """Return the words, with one for the model that suits their dataset if they choose none.

    Files of the user's are looked at for it: this is for a page, not for each touch of the tab key.
    """
    chosen, content = catalogue.composed(tree, words)
    if chosen["model"] != AUTO:
        return words
    import yaml

    from ganae_cli.builders import suited_model

    options = (tree.part("dataset", chosen["dataset"] or "") or Part()).options | (content.get("dataset") or {})
    with contextlib.suppress(yaml.YAMLError):
        given = {key: yaml.safe_load(value) for key, value in catalogue.overrides(words).items() if "." in key}
        options |= {key.removeprefix("dataset."): value for key, value in given.items() if key.startswith("dataset.")}
        if options.get("name") and not given.get("train.init_from"):
            stated = holds(tree, chosen["dataset"], options["name"])
            found = suited_model.of_dataset(options, stated, given.get("train.examples"))
            return [*words, f"model={found.model}"] if found else words
    return words


def holds(tree: ConfTree, *names: str | None) -> str:
    """Return what the YAML of a dataset states behind `# holds:`, of the first of some names that does; "" if none.

    >>> holds(ConfTree(), "mine", "grid")
    'points'
    """
    stated = (tree.head("dataset", name, "holds") for name in names if name)
    return next((text for text in stated if text), "")

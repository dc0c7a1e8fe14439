"""Choices of the user of which the chosen model makes no use, refused before a run starts.

The schema refuses what a config cannot contain. This looks at choices that the config no longer shows: a model's YAML
sets a loss that it has no use for to null, whichever loss was chosen.
"""

from collections.abc import Mapping, Sequence

from ganae_cli.config.chosen import name
from ganae_cli.config.conf_tree import ConfTree
from ganae_cli.config.yaml_file import defaults_of, read
from ganae_cli.errors import UserError


def check(config: dict, tree: ConfTree, words: Sequence[str], choices: Mapping[str, str | None]) -> None:
    """Raise UserError for a choice that the model has no use for.

    config: composed, resolved. words: the overrides of the job. choices: group -> option, as Hydra has composed them.
    """
    _adversarial_loss(config, tree, words, choices)
    _discriminators_rate(config, tree)


def _adversarial_loss(config: dict, tree: ConfTree, words: Sequence[str], choices: Mapping[str, str | None]) -> None:
    """Refuse `loss=NAME` of the words, or of an experiment, sweep or debug file, if loss.adversarial ends as null."""
    loss = choices.get("loss") or ""
    part = tree.part("loss", loss)
    chosen_by = _chosen_by("loss", words, tree, choices)
    if chosen_by is None or not part or not part.options.get("adversarial"):
        return
    if _section(config, "loss").get("adversarial", "") is None:
        raise UserError(
            f"model '{name(config, 'model')}' has no use for loss={loss}{chosen_by}: it is trained without an "
            "adversarial loss; leave it out, or choose another model"
        )


def _chosen_by(group: str, words: Sequence[str], tree: ConfTree, choices: Mapping[str, str | None]) -> str | None:
    """Return "" for a choice of the words, " (set by experiment 'ring')" for one of a file, None for the default."""
    if any(word.lstrip("+").startswith(f"{group}=") for word in words):
        return ""
    for other, option in choices.items():
        if other not in (group, "model") and option in tree.options(other) and _overrides(group, other, option, tree):
            return f" (set by {other} '{option}')"
    return None


def _overrides(group: str, other: str, option: str, tree: ConfTree) -> bool:
    """Return True if a file, or one that it extends, says `override /group: …` in its defaults list."""
    content, _, _ = read(tree.files[other][option])
    for entry in defaults_of(content):
        if isinstance(entry, dict) and f"override /{group}" in entry:
            return True
        if isinstance(entry, str) and entry in tree.options(other) and _overrides(group, other, entry, tree):
            return True
    return False


def _discriminators_rate(config: dict, tree: ConfTree) -> None:
    """Refuse a learning rate of discriminators where no player is one."""
    model, rate = _section(config, "model"), _section(config, "optimizer").get("discriminator_learning_rate")
    part = tree.part("model", str(model.get("name")))
    players = list(part.options.get("weights") or {}) if part else []
    if rate is not None and players and not any(player.endswith("discriminator") for player in players):
        raise UserError(
            f"model '{name(config, 'model')}' has no use for optimizer.discriminator_learning_rate={rate}: "
            f"it has no discriminator (players: {', '.join(players)}); set it to null"
        )


def _section(config: dict, name: str) -> dict:
    """Return a section; empty for a mistake that the schema refuses."""
    section = config.get(name)
    return section if isinstance(section, dict) else {}

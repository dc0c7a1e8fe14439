"""The words KEY=VALUE of a command line: as Hydra gets them, and what is refused before it sees them."""

import re
import shlex
from pathlib import Path

from hydra.core.override_parser.types import IntervalSweep, Override, Quote, QuotedString

from ganae_cli.command_line import catalogue
from ganae_cli.config import paths
from ganae_cli.config.chosen import CHOSEN, GROUPS
from ganae_cli.config.conf_tree import ConfTree
from ganae_cli.errors import UserError, did_you_mean

OF_SWEEPS = "sweep."  # begins the keys that are about a sweep, not about a run
_CHOSEN_NAME = re.compile(rf"({'|'.join(GROUPS)}|networks\.(\w+))\.name|{CHOSEN}\.({'|'.join(GROUPS)})")


def pinned(key: str, folder: Path) -> str:
    """Return the override that fixes Hydra's folder to one that is known, where the config makes its name of the time.

    >>> pinned("hydra.sweep.dir", Path("a=b, c"))
    "hydra.sweep.dir='a=b, c'"
    """
    return f"{key}={QuotedString(text=str(folder), quote=Quote.single).with_quotes()}"


def without_sign(word: str) -> str:
    """Return an override without `+` or `++`, as users think of it."""
    return word.lstrip("+")


def for_hydra(override: Override, tree: ConfTree) -> str:
    """Return the word that Hydra gets for an override: choices as they are, values with `++`.

    With `++` Hydra takes any key, so that the schema says which keys exist.
    """
    key, word = override.key_or_group, str(override.input_line)
    if not re.match(r"[A-Za-z_]", key):
        raise UserError(f"expected KEY=VALUE, got '{word}'{paths.hint(word, tree)}")
    if override.is_delete() or override.is_hydra_override():
        return word
    if override.is_force_add() and key in tree.groups() and not isinstance(override.value(), dict):
        raise UserError(f"{key} is chosen without a sign: {without_sign(word)}")
    if override.package is not None or key in tree.groups() or "/" in key:
        if not override.is_sweep_override() and not isinstance(override.value(), str | list | dict):
            raise UserError(f"{without_sign(word)}: expected one of {', '.join(tree.options(key))}")
        if not isinstance(override.value(), dict):
            return word
    chosen = _CHOSEN_NAME.fullmatch(key)
    if chosen:
        group = f"network@networks.{chosen[2]}" if chosen[2] else chosen[1] or chosen[3]
        raise UserError(f"{key} follows from the choice of the whole part: {group}={word.partition('=')[2]}")
    return f"++{without_sign(word)}"


def refuse_deletions(parsed: list[Override], tree: ConfTree) -> None:
    """Raise UserError, with what to type instead, for `~KEY` of a key that every config states.

    What may be absent can be deleted: a penalty, a weight, a player's own option, the choice of an optional group.
    """
    deleted = [one for one in parsed if one.is_delete() and one.package is None and not one.is_hydra_override()]
    others = [str(one.input_line) for one in parsed if one not in deleted]
    for override in deleted:
        key, entries = override.key_or_group, {entry.key: entry for entry in catalogue.entries(tree, others)}
        if key in tree.groups() or key.startswith(("loss.penalties.", "model.weights.")):
            continue
        entry = entries.get(key)
        if entry is None:
            _refuse_section(key, list(entries))
            continue
        may_be_null = entry.default is None or (entry.setting is not None and entry.setting.null)
        instead = f"{key}=null" if may_be_null else f"{key}=VALUE, or leave it out for its default, {entry.default}"
        raise UserError(f"~{key}: a setting cannot be deleted, as every config states it; type {instead}")


def _refuse_section(key: str, keys: list[str]) -> None:
    """Raise UserError for `~KEY` of a whole section, or of a key whose name is only near one of the keys."""
    inside = [known for known in keys if known.startswith(f"{key}.")]
    if inside:
        raise UserError(
            f"~{key}: a section cannot be deleted, as every config states its settings: {', '.join(inside)}"
        )
    near = did_you_mean(key, keys)
    if near:
        raise UserError(f"~{key}: there is no setting '{key}'{near}")


def refuse_swept_settings(parsed: list[Override]) -> None:
    """Raise UserError for several values of a setting that holds for a whole sweep."""
    for override in parsed:
        if str(override.key_or_group).startswith(OF_SWEEPS) and override.is_sweep_override():
            raise UserError(f"{without_sign(str(override.input_line))}: expected one value, for the whole sweep")


def first_of(override: Override, word: str) -> str:
    """Return an override with the first value of its sweep, if it is one."""
    if not override.is_sweep_override():
        return word
    swept = override.value()
    if isinstance(swept, IntervalSweep):
        return f"{word.partition('=')[0]}={swept.start}"
    first = next(iter(override.sweep_string_iterator()), None)
    if first is None:
        raise UserError(f"{override.input_line} matches nothing")
    return f"{word.partition('=')[0]}={first}"


def refuse_sweeps(parsed: list[Override], tree: ConfTree) -> None:
    """Raise UserError for several values of a key in a run that is no sweep, and for settings of sweeps."""
    for override in parsed:
        if str(override.key_or_group).startswith(OF_SWEEPS):
            raise UserError(f"{without_sign(str(override.input_line))} is about the jobs of a sweep: add --multirun")
        if override.is_sweep_override():
            key, _, value = without_sign(str(override.input_line)).partition("=")
            is_value = "(" not in value and override.package is None and key not in tree.groups()
            hint = f" (a list is written {shlex.quote(f'{key}=[{value}]')})" if is_value else ""
            raise UserError(f"{key}: {value} is a sweep: add --multirun{hint}")

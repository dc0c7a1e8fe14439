"""Paths in a config, checked before TensorFlow is imported: is there what an option expects, a file or a folder?

What it expects stands in brackets behind the option in the YAML of its part (`limits.py`), so no part has a name here:

    path: null  # [.npy | .npz] images or points       a file whose name ends so, in small letters or capitals; required
    path: null  # [file | null] another copy of it     any file
    path: null  # [folder | .zip] pictures; required   a folder that is there, or a file
    path: null  # [new folder | null] where it is kept  a folder, or a place for one

An option with other brackets, or a part without a YAML here, is not checked: the part itself has to.
"""

import shlex
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from ganae_cli.config.conf_tree import ConfTree
from ganae_cli.config.limits import setting_from_comment
from ganae_cli.config.setting import Setting
from ganae_cli.errors import UserError

SECTIONS = ("model", "dataset", "augmentation", "optimizer", "tracker")  # whose part has the name `SECTION.name`


def check(config: Mapping[str, Any], tree: ConfTree | None = None) -> None:
    """Raise UserError for a path that is missing, or is of another kind. config: composed, checked by the schema."""
    tree = tree or ConfTree()
    for section, kind, given in _parts(config):
        for key, setting in _paths_of(tree, kind, str(given.get("name"))):
            value = given.get(key)
            if value is not None:
                _check_path(f"{section}.{key}", str(value), setting, tree)
            elif not setting.null:
                typed = " or ".join(f"{section}.{key}={example}" for example in setting.examples())
                raise UserError(f"{kind} '{given.get('name')}' needs a path: {typed}")


def given(config: Mapping[str, Any], tree: ConfTree | None = None) -> Iterator[str]:
    """Yield the dotted keys of all paths that a config states."""
    for section, kind, options in _parts(config):
        for key, _ in _paths_of(tree or ConfTree(), kind, str(options.get("name"))):
            if options.get(key) is not None:
                yield f"{section}.{key}"


def hint(path: str, tree: ConfTree) -> str:
    """Return what to type for a file or folder that was given as it is, where a setting belongs; "" for other text."""
    try:
        found = _kind(path) if path else ""
    except (OSError, RuntimeError):
        return ""
    names = list(_parts_that_take("dataset.path", path, tree)) if found else []
    typed = " or ".join(shlex.join((name, f"dataset.path={path}")) for name in names)
    return f"; for this {found}, type {typed}" if typed else ""


def _parts(config: Mapping[str, Any]) -> Iterator[tuple[str, str, Mapping[str, Any]]]:
    """Yield section, kind and options of each part that has a section of its own."""
    yield from ((section, section, config[section]) for section in SECTIONS if config.get(section))
    if config.get("evaluation"):  # whose files all list the same options
        yield "evaluation", "evaluation", {"name": "default", **config["evaluation"]}
    for role, network in (config.get("networks") or {}).items():
        yield f"networks.{role}", "network", network


def _paths_of(tree: ConfTree, kind: str, name: str) -> Iterator[tuple[str, Setting]]:
    """Yield key and setting of each option of a part that is a path."""
    part = tree.part(kind, name)
    for key, default in part.options.items() if part else ():
        setting = setting_from_comment(part.comments.get(key, ""), default) if part else None
        if setting and setting.paths:
            yield key, setting


def _check_path(key: str, path: str, setting: Setting, tree: ConfTree) -> None:
    try:
        found = _kind(path)
    except (OSError, RuntimeError) as error:  # a name too long, a folder that may not be looked into; ~NOBODY
        raise UserError(f"{key}={path}: {getattr(error, 'strerror', None) or error}") from error
    if _takes(setting, path, found):
        return
    if not found:
        sought = {"folder" if kind.endswith("folder") else "file" for kind in setting.paths}
        raise UserError(f"{key}={path}: no such {' or '.join(sorted(sought))}")
    others = list(_parts_that_take(key, path, tree))
    hint = f"; for this {found}, type {' or '.join(others)}" if others else ""
    raise UserError(f"{key}={path} is a {found}: expected {' or '.join(setting.examples())}{hint}")


def _kind(path: str) -> str:
    """Return "file" or "folder"; "" for what is neither."""
    place = Path(path).expanduser()
    return "file" if place.is_file() else "folder" if place.is_dir() else ""


def _takes(setting: Setting, path: str, found: str) -> bool:
    """Return True if a path is what an option expects. found: its kind."""
    if found == "file":
        endings = tuple(kind for kind in setting.paths if kind.startswith("."))
        return "file" in setting.paths or path.lower().endswith(endings)
    return "new folder" in setting.paths or (found == "folder" and "folder" in setting.paths)


def _parts_that_take(key: str, path: str, tree: ConfTree) -> Iterator[str]:
    """Yield what to type, such as `dataset=arrays`, for the parts that cannot do without such a path.

    key: of the option that it was given to.
    """
    section, _, option = key.rpartition(".")
    for name in tree.options(section):
        for other, setting in _paths_of(tree, section, name):
            if other == option and not setting.null and _takes(setting, path, _kind(path)):
                yield f"{section}={name}"

"""`config.yaml` of a run folder, which may be a stranger's: read with limits, and without anything that could run code.

A file that a run has written is far within the limits: 3 kB, five sections deep, no aliases, a few references `${…}`.
"""

from pathlib import Path
from typing import TYPE_CHECKING, Any

from ganae_cli.errors import UserError
from ganae_cli.storage.plain_file import read_text
from ganae_cli.storage.references import refuse_strange

if TYPE_CHECKING:
    from omegaconf import DictConfig
    from yaml import Event

MOST_BYTES = 2**18
MOST_DEEP = 32  # sections and lists within one another
MOST_LETTERS = 10_000  # of one key or value
FOREIGN_KEYS = ("hydra", "defaults", "_target_", "plugins")  # keys of a config that could name code to run


def read(path: Path) -> "DictConfig":
    """Return a run's config, with its references unresolved.

    Raises UserError if it cannot be read, or could name code to run, and FileNotFoundError without a file.
    """
    from omegaconf import OmegaConf
    from omegaconf._utils import get_yaml_loader  # which reads 1e-3 as a number, and refuses a key that is there twice
    from omegaconf.errors import OmegaConfBaseException

    content = _content(path, get_yaml_loader())
    try:
        refuse_strange(content)
        return OmegaConf.create(content)
    except UserError as error:
        raise UserError(f"{path}: {error}") from error
    except OmegaConfBaseException as error:
        raise UserError(f"cannot read {path}: {str(error).splitlines()[0]}") from error


def read_plain(path: Path) -> dict[str, Any]:
    """Return the content of a run's config as dicts and lists, references as text; quickly, for lists of runs.

    Raises as `read`, except for strange references: nothing follows them.
    """
    import yaml

    return _content(path, getattr(yaml, "CSafeLoader", yaml.SafeLoader))


def _content(path: Path, loader: Any) -> dict[str, Any]:
    from yaml import MarkedYAMLError, YAMLError, load

    text = read_text(path, MOST_BYTES)
    try:
        _check_events(text)
        content = load(text, Loader=loader)
    except MarkedYAMLError as error:
        where = f"line {error.problem_mark.line + 1}: " if error.problem_mark else ""
        raise UserError(f"cannot read {path}: {where}{error.problem}") from error
    except (YAMLError, ValueError) as error:  # ValueError: of a number with thousands of digits
        reason = str(error).splitlines()[0]
        raise UserError(reason if isinstance(error, UserError) else f"cannot read {path}: {reason}") from error
    if not isinstance(content, dict) or not isinstance(content.get("model"), dict):
        raise UserError(f"{path} is not the config of a run: it has no section 'model'")
    _check_content(path, content)
    return content


def _check_events(text: str) -> None:
    """Raise a YAML error for what could grow or run when the text is read: aliases, tags, depth, long words."""
    import yaml

    depth = 0
    for event in yaml.parse(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader)):
        if isinstance(event, yaml.AliasEvent):
            raise _fault(event, f"an alias (*{event.anchor}) is not allowed: write the value itself")
        if getattr(event, "tag", None) not in (None, "!"):
            raise _fault(event, f"a tag ({event.tag}) is not allowed: write a plain value")
        if isinstance(event, yaml.ScalarEvent) and len(event.value) > MOST_LETTERS:
            raise _fault(event, f"a text of {len(event.value):,} letters is not allowed: {MOST_LETTERS:,} at most")
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        if depth > MOST_DEEP:
            raise _fault(event, f"more than {MOST_DEEP} levels within one another are not allowed")


def _fault(event: "Event", problem: str) -> Exception:
    from yaml import MarkedYAMLError

    return MarkedYAMLError(problem=problem, problem_mark=event.start_mark)


def _check_content(path: Path, node: Any, key: str = "") -> None:
    """Raise UserError for keys that are no text, or could name code, at any depth, and for values of other types."""
    if isinstance(node, dict):
        for name, value in node.items():
            if not isinstance(name, str):
                raise UserError(f"{path}: the key {name!r} in {key or 'the file'} is not text: put it in quotes")
            if name in FOREIGN_KEYS:
                raise UserError(f"{path} must not contain '{key}{'.' if key else ''}{name}'")
            _check_content(path, value, f"{key}.{name}" if key else name)
    elif isinstance(node, list):
        for place, value in enumerate(node):
            _check_content(path, value, f"{key}[{place}]")
    elif isinstance(node, int) and not -(2**63) <= node < 2**63:
        raise UserError(f"{path}: {key} is a whole number that is too long: 19 digits at most")
    elif not isinstance(node, str | int | float | None):
        raise UserError(f"{path}: {key} is {type(node).__name__}: expected text, a number, true, false or null")

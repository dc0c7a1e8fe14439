"""Exceptions of Hydra, OmegaConf and PyYAML, each turned into one sentence for the user."""

import contextlib
import re
from collections.abc import Iterator

from hydra.errors import HydraException, MissingConfigException, OverrideParseException
from omegaconf.errors import MissingMandatoryValue, OmegaConfBaseException
from yaml import YAMLError

from ganae_cli.command_line.request import Request
from ganae_cli.config import paths
from ganae_cli.config.conf_tree import ConfTree
from ganae_cli.errors import UserError, did_you_mean

TRANSLATED = (HydraException, OmegaConfBaseException, YAMLError)
# Groups that the primary config does not choose from, and how their parts are chosen instead.
_ELSEWHERE = {
    "network": "networks are chosen role by role: network@networks.ROLE={value} (roles here: {roles})",
    "penalty": "penalties are set by weight: loss.penalties.{value}.weight=NUMBER",
}

_PACKAGES = {  # what else there is of Hydra's own groups: group -> option -> what to install
    "hydra/launcher": {
        "joblib": "'ganae[parallel]'",
        "submitit_local": "hydra-submitit-launcher",
        "submitit_slurm": "hydra-submitit-launcher",
        "ray": "hydra-ray-launcher",
    },
}


@contextlib.contextmanager
def translated(request: Request, tree: ConfTree) -> Iterator[None]:
    """Turn exceptions of Hydra, OmegaConf and PyYAML into UserError, for the time of a block."""
    try:
        yield
    except TRANSLATED as error:
        raise UserError(sentence(error, request, tree)) from error


def sentence(error: Exception, request: Request, tree: ConfTree) -> str:
    """Return the sentence for an exception: what was given, what is allowed, and the nearest match."""
    cause = error.__cause__
    if isinstance(error, OverrideParseException):
        return _unreadable(error.override, tree)
    if isinstance(error, MissingConfigException):
        return _missing(error, request, tree)
    not_yaml = next((one for one in (error, cause) if isinstance(one, YAMLError)), None)
    if not_yaml:
        return _bad_yaml(not_yaml)
    bad_value = next((one for one in (error, cause) if isinstance(one, OmegaConfBaseException)), None)
    if bad_value:
        return _bad_value(bad_value)
    return _bad_choice(str(error), request)


def _unreadable(word: str, tree: ConfTree) -> str:
    key, has_value, value = word.partition("=")
    if not has_value or not re.match(r"[+~]*[A-Za-z_]", key):
        return f"expected KEY=VALUE, got '{word}'{paths.hint(word, tree)}"
    quoted = value.replace("'", '"')
    hint = f"quote a value that contains special characters: \"{key}='{quoted}'\""
    brackets = "brackets and quotes must be closed; " if re.search(r"[\[\]{}()'\"]", value) else ""
    return f"cannot read '{word}': {brackets}{hint}"


def _missing(error: MissingConfigException, request: Request, tree: ConfTree) -> str:
    file = str(error.missing_cfg_file)
    group, _, name = file.rpartition("/")
    known = [one for one in tree.groups() if file.startswith(f"{one}/")]
    if known:  # `dataset=pets/` asks for `` in `dataset/pets`
        group = max(known, key=len)
        name = file.removeprefix(f"{group}/")
    choices = list(tree.options(group) if known else error.options or tree.options(group))
    if not group:
        only = request.flags.get("--config-path")
        folders = ", ".join(map(str, tree.folders))
        hint = f"{only}; --config-dir adds a folder to ganae's own, --config-path replaces them" if only else folders
        return f"no config named '{name}' in {hint}"
    place = re.match(r"In '([^']+)'", str(error))
    is_users = any(word.rstrip("'\"").endswith(name) or f"{name}," in word for word in request.overrides)
    where = f"{place[1]}.yaml: " if place and not is_users else ""
    allowed = f"choices: {', '.join(choices)}" if choices else "there are none"
    allowed += _installable(group, name, choices)
    own = paths.hint(name, tree) if group == "dataset" else ""
    return f"{where}no {group} named '{name}'{did_you_mean(name, choices)} ({allowed}){own}"


def _installable(group: str, name: str, choices: list[str]) -> str:
    """Return what to install for an option that was asked for, or, if it is none of the known ones, for each."""
    missing = {option: package for option, package in _PACKAGES.get(group, {}).items() if option not in choices}
    if name in missing:
        return f"; `pip install {missing[name]}` adds {name}"
    packages = [f"`pip install {package}`" for package in dict.fromkeys(missing.values())]
    return f"; more with {', '.join(packages)}" if packages else ""


def _bad_yaml(error: YAMLError) -> str:
    mark = getattr(error, "problem_mark", None)
    where = f"{mark.name}, line {mark.line + 1}: " if mark else ""
    return f"{where}not YAML: {getattr(error, 'problem', None) or error}"


def _bad_value(error: OmegaConfBaseException) -> str:
    key, text = error.full_key or "", str(error.msg or error).splitlines()[0]
    if isinstance(error, MissingMandatoryValue):
        return f"{key} must be given: {key}=VALUE"
    text = re.sub(r"^\w+ raised while resolving interpolation: ", "", text).strip('"')
    return f"{key}: {text}" if key else text


def _bad_choice(text: str, request: Request) -> str:
    """Return the sentence for Hydra's messages on groups: one that cannot be chosen from, or a choice with a sign."""
    refused = re.search(r"Could not override '([\w@./]+)'", text)
    if refused:
        group, _, package = refused[1].partition("@")
        roles = re.findall(r"network@networks\.(\w+)", text.split("\n", 1)[-1].split("To append")[0])
        if package.startswith("networks.") and group == "network":
            role = package.partition(".")[2]
            near, listed = did_you_mean(role, roles), ", ".join(roles)
            return f"the model has no use for networks.{role}: it has no network '{role}'{near} (roles: {listed})"
        if group in _ELSEWHERE:
            value = next((word.partition("=")[2] for word in request.overrides if word.startswith(group)), "NAME")
            return _ELSEWHERE[group].format(value=value, roles=", ".join(roles))
        return f"unknown setting '{refused[1]}'"
    deleted = re.search(r"Could not delete from config\. '([^']+)' does not exist", text)
    if deleted:
        return f"~{deleted[1]}: there is no such setting to delete"
    signed = re.search(
        r"Multiple values for ([\w@./]+)\.|force-add of config groups is not supported: '\+\+([^=']+)", text
    )
    if signed:
        key = signed[1] or signed[2]
        return f"{key} is chosen without a sign: {key}=NAME"
    return " ".join(text.split("See http")[0].split())

"""Is a composed config sound? Unknown keys, wrong types, values out of range, names of parts: all without TensorFlow.

What a config may contain follows from `conf/`: each part's YAML lists all its options with their defaults, and the
comment behind each one says its type and range.
"""

import difflib
from importlib.metadata import entry_points

from ganae_cli.config import cross_checks, limits
from ganae_cli.config.conf_tree import ConfTree, Part, declared, leaves, read
from ganae_cli.errors import UnknownSetting, UserError, did_you_mean


class Optional(dict):
    """A section that may be absent, and whose keys may be."""


class Open(Optional):
    """A section that may hold keys that no YAML lists."""


class Unknown(Open):
    """What a plugin's part without a YAML here may contain: nobody knows its keys and defaults."""


def check(config: dict, tree: ConfTree | None = None) -> None:
    """Raises UserError for the first fault. config: composed, resolved, without the section `hydra`."""
    reference = Reference(config, tree or ConfTree())
    _walk("", config, reference.known(), reference)
    cross_checks.check(config, reference.tree, reference.roles, reference.players)


def _walk(prefix: str, given: dict, known: dict, reference: "Reference") -> None:
    for key, value in given.items():
        if isinstance(key, bool):
            raise UserError(f"{prefix}{key}: YAML reads the words on, off, yes and no as true or false: quote them")
        name, default = f"{prefix}{key}", known.get(key)
        if key not in known and not isinstance(known, Open):
            raise UnknownSetting(reference.unknown(prefix, key, value, known), name)
        setting = limits.find(name, default, reference.comments.get(name, ""))
        if setting:
            setting.check(name, value, default is None and (key in known or isinstance(known, Unknown)))
            reference.check_declared(name, value, setting.declared)
        if isinstance(value, dict) and isinstance(default, dict):
            _walk(f"{name}.", value, default, reference)
    for key, default in known.items():
        is_optional = isinstance(known, Optional) or isinstance(default, Optional) or f"{prefix}{key}" == "plugins"
        if key not in given and not is_optional:
            raise UserError(f"'{prefix}{key}' is missing from the config: it can be set, not removed")


class Reference:
    """What a config of these parts may contain: nested defaults, as the YAML files list them."""

    def __init__(self, config: dict, tree: ConfTree):
        self.config, self.tree = config, tree
        self.comments: dict[str, str] = {}  # of every key in `known`, by dotted path
        self.model = self._name("model")
        model = self._part("model", self.model)
        self.roles = list(model.roles) if model else None
        self.players = list(model.options.get("weights") or {}) if model else None

    def known(self) -> dict:
        """The reference of the whole config."""
        primary, comments, _ = read(self.tree.folders[0] / "train.yaml")
        own = {key: value for key, value in primary.items() if key not in ("defaults", "hydra")}
        known = self._options("", Part(options=own, comments=comments))
        for section in ("model", "dataset", "optimizer"):
            part = self._part(section, self._name(section))
            known[section] = self._options(f"{section}.", part)
        known["networks"] = self._networks()
        for section in ("loss", "hardware"):  # their files all list the same keys
            files = self.tree.files[section]
            own = [option for option in files if files[option].is_relative_to(self.tree.folders[0])]
            parts = [self.tree.part(section, option) for option in own]
            known[section] = {key: value for part in parts for key, value in self._options(f"{section}.", part).items()}
        known["loss"]["penalties"] = self._penalties()
        self._add_players(known)
        return known

    def check_declared(self, key: str, value, kind: str) -> None:
        """The value is the name of a part declared in the sources, unless a plugin may have declared it."""
        if kind and value is not None and value not in declared(kind) and not self._has_plugins():
            names, what = declared(kind), kind if kind == "sampler" else f"{kind} loss"
            raise UserError(f"{key}: no {what} '{value}'{did_you_mean(value, names)} (choices: {', '.join(names)})")

    def unknown(self, prefix: str, key: str, value, siblings: dict) -> str:
        """The sentence about a key that nothing lists, with the nearest one that is listed."""
        name = f"{prefix}{key}"
        while isinstance(value, dict) and value:
            key, value = next(iter(value.items()))
            name = f"{name}.{key}"
        near = [f"{prefix}{other}" for other in difflib.get_close_matches(key, list(siblings), n=1, cutoff=0.7)]
        if not near and not prefix.startswith("networks."):
            places = {place.rpartition(".")[2]: place for place in reversed(list(leaves(self.known())))}
            near = [places[last] for last in difflib.get_close_matches(key, places, n=1, cutoff=0.75)]
        if near:
            return f"unknown setting '{name}'; did you mean '{near[0]}'?"
        part = f" '{siblings['name']}'" if "name" in siblings else ""
        section = prefix.rstrip(".") or "a config"
        return f"unknown setting '{name}' ({section}{part} has: {', '.join(sorted(set(siblings) - {'name'}))})"

    def _has_plugins(self) -> bool:
        return bool(self.config.get("plugins")) or bool(entry_points(group="ganae"))

    def _name(self, section: str) -> str:
        content = self.config.get(section)
        if not isinstance(content, dict) or not content.get("name"):
            raise UserError(f"no {section} is chosen (choices: {', '.join(self.tree.options(section))})")
        return str(content["name"])

    def _part(self, kind: str, name: str) -> Part | None:
        """The part's YAML; None for one that a plugin may declare without a YAML here."""
        part, names = self.tree.part(kind, name), self.tree.options(kind)
        if part is None and not self._has_plugins():
            raise UserError(f"no {kind} named '{name}'{did_you_mean(name, names)} (choices: {', '.join(names)})")
        return part

    def _options(self, prefix: str, part: Part | None) -> dict:
        """What a part's YAML lists, with its comments kept in mind."""
        if part is None:
            return Unknown()
        self.comments |= {f"{prefix}{key}": text for key, text in part.comments.items()}
        return dict(part.options)

    def _networks(self) -> dict:
        given = self.config.get("networks", {})
        if not isinstance(given, dict):
            raise UserError(f"networks: expected a section, got {'null' if given is None else given}")
        networks: dict = {} if self.roles is not None else Open()
        for role in given:
            self._refuse_stranger("network", role, self.roles, "roles")
        for role in self.roles or given:
            section = given.get(role)
            if not isinstance(section, dict) or not section.get("name"):
                raise UserError(f"model '{self.model}' needs a network '{role}': network@networks.{role}=NAME")
            part = self._part("network", str(section["name"]))
            networks[role] = self._options(f"networks.{role}.", part)
        return networks

    def _penalties(self) -> dict:
        names = self.tree.options("penalty")
        given = (self.config.get("loss") or {}).get("penalties")
        for name, options in (given if isinstance(given, dict) else {}).items():
            if name not in names and not self._has_plugins():
                raise UserError(f"no penalty named '{name}'{did_you_mean(name, names)} (choices: {', '.join(names)})")
            if isinstance(options, dict) and "on" in options:
                for role in options["on"] if isinstance(options["on"], list) else [options["on"]]:
                    self._refuse_stranger("network", role, self.roles, "roles", f"loss.penalties.{name}.on: ")
        kind = Open if self._has_plugins() else Optional
        options = {name: self._options(f"loss.penalties.{name}.", self.tree.part("penalty", name)) for name in names}
        return kind({name: Optional(of_penalty) for name, of_penalty in options.items()})

    def _add_players(self, known: dict) -> None:
        """Each player may have its own weights, under any term, and its own optimizer options."""
        shared, given = known["optimizer"], self.config["optimizer"]
        weights = self.config["model"].get("weights")
        for player in weights if isinstance(weights, dict) else ():
            self._refuse_stranger("player", player, self.players, "players", "model.weights: ")
        for player in [key for key in given if key not in shared and isinstance(given[key], dict)]:
            self._refuse_stranger("player", player, self.players, "players", "optimizer: ")
        own = {key: value for key, value in shared.items() if key != "name"}
        for player in self.players or ():
            shared[player] = Optional(own)
            self.comments |= {f"optimizer.{player}.{key}": self.comments.get(f"optimizer.{key}", "") for key in own}
        if self.players is not None:
            known["model"]["weights"] = {player: Open() for player in self.players}

    def _refuse_stranger(self, what: str, name: str, allowed: list[str] | None, plural: str, where: str = "") -> None:
        if allowed is not None and name not in allowed:
            near = did_you_mean(str(name), allowed)
            names = ", ".join(allowed) or "none"
            raise UserError(f"{where}model '{self.model}' has no {what} '{name}'{near} ({plural}: {names})")

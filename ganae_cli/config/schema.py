"""Check of a composed config: unknown keys, wrong types, values out of range, names of parts; without TensorFlow.

What a config may contain follows from `conf/`: each part's YAML lists all its options with their defaults, and the
comment behind each one states its limits in brackets.
"""

from importlib.metadata import entry_points

from ganae_cli.config import chosen, cross_checks, limits, schedule, unknown_key
from ganae_cli.config.conf_tree import ConfTree, Part, leaves
from ganae_cli.config.declared import declared
from ganae_cli.config.setting import Setting, shown
from ganae_cli.config.yaml_file import read
from ganae_cli.errors import UnknownSetting, UserError, did_you_mean

SECTIONS = (
    "model",
    "dataset",
    "augmentation",
    "loss",
    "optimizer",
    "hardware",
    "evaluation",
    "tracker",
    "train",
)  # `networks` has a message of its own
OF_THE_MOMENT = ("plugins", "sweep")  # of a command, not of a run: no saved config states them
LOSSES = ("adversarial", "reconstruction")  # kinds of parts, whose name is an adjective
DEFAULTS = {
    "augmentation": "none",
    "evaluation": "default",
    "tracker": "none",
}  # section -> part, of a saved config that is older than the section


class Optional(dict):
    """A section that may be absent, and whose keys may be."""


class Open(Optional):
    """A section that may hold keys that no YAML lists."""


class Unknown(Open):
    """The options of a plugin's part without a YAML here: its keys and defaults are not known."""


def check(config: dict, tree: ConfTree | None = None) -> None:
    """Raise UserError for the first fault. config: composed, resolved, without the section `hydra`."""
    reference = Reference(config, tree or ConfTree())
    _walk("", config, reference.known(), reference)
    cross_checks.check(config, reference.tree, reference.roles, reference.players)


def _walk(prefix: str, given: dict, known: dict, reference: "Reference") -> None:
    for key, value in given.items():
        if isinstance(key, bool):
            raise UserError(f"{prefix}{key}: YAML reads the words on, off, yes and no as true or false: quote them")
        name, default = f"{prefix}{key}", known.get(key)
        if key not in known and not isinstance(known, Open):
            raise UnknownSetting(reference.unknown(name, value, known), name)
        setting = reference.setting(name, default)
        if setting and setting.schedule and isinstance(value, dict):
            schedule.check(name, value, setting)
        elif setting:
            setting.check(name, value, default is None and (key in known or isinstance(known, Unknown)))
            reference.check_declared(name, value, setting.declared)
        if isinstance(value, dict) and isinstance(default, dict) and not (setting and setting.schedule):
            _walk(f"{name}.", value, default, reference)
    for key, default in known.items():
        if key not in given and not may_lack(known, f"{prefix}{key}", default):
            raise UserError(f"'{prefix}{key}' is missing from the config: it can be set, not removed")


def may_lack(section: dict, key: str, default: object) -> bool:
    """Return True if a config need not state a key. section: of the reference; key: dotted."""
    return isinstance(section, Optional) or isinstance(default, Optional) or key in OF_THE_MOMENT


class Reference:
    """The keys and defaults that a config of these parts may contain, as the YAML files list them."""

    def __init__(self, config: dict, tree: ConfTree):
        for section in SECTIONS:
            if not isinstance(config.get(section), dict | None):
                raise UserError(f"{section}: expected a section, got {shown(config[section])}")
        self.config, self.tree = config, tree
        self.comments: dict[str, str] = {}  # of every key in `known`, by dotted path
        model = self._part("model", self._name("model"))
        self.model = chosen.name(config, "model")  # as messages call it
        self.roles = list(model.roles) if model else None
        self.weights = model.options.get("weights") or {} if model else {}
        self.players = list(self.weights) if model else None

    def known(self) -> dict:
        """Return the reference of the whole config: nested keys with their defaults."""
        primary, comments, _ = read(self.tree.folders[0] / "train.yaml")
        own = {key: value for key, value in primary.items() if key not in ("defaults", "hydra")}
        known = self._options("", Part(options=own, comments=comments))
        for section in ("model", "dataset", "augmentation", "optimizer", "tracker"):
            part, shared = self._part(section, self._name(section)), known.get(section, {})
            known[section] = self._options(f"{section}.", part)
            known[section] |= {key: default for key, default in shared.items() if key not in known[section]}
        known["networks"] = self._networks()
        for section in ("loss", "hardware", "evaluation"):  # their files all list the same keys
            files = self.tree.files[section]
            shipped = [option for option in files if files[option].is_relative_to(self.tree.folders[0])]
            shipped.sort(key=lambda option: option == DEFAULTS.get(section))  # whose values are the defaults
            parts = [self.tree.part(section, option) for option in shipped]
            known[section] = {key: value for part in parts for key, value in self._options(f"{section}.", part).items()}
        known["loss"]["penalties"] = self._penalties()
        self._add_players(known)
        known[chosen.CHOSEN] = Optional(dict.fromkeys(chosen.GROUPS, ""))
        return known

    def setting(self, name: str, default: object) -> Setting | None:
        """Return what the value of a key may be; None where nothing is known of it."""
        of_player = name in (f"loss.{player}" for player in self.players or ())
        shared = "loss.adversarial" if of_player else name
        return limits.find_setting(shared, default, self.comments.get(name, ""))

    def check_declared(self, key: str, value: object, kind: str) -> None:
        """Raise UserError unless the value names a part declared in the sources, or a plugin may have declared it."""
        if kind and value is not None and value not in declared(kind) and not self._has_plugins():
            names, what = declared(kind), f"{kind} loss" if kind in LOSSES else kind
            near = did_you_mean(str(value), names)
            raise UserError(f"{key}: no {what} '{value}'{near} (choices: {', '.join(names)})")

    def unknown(self, name: str, value: object, siblings: dict) -> str:
        """Return the message about a key that nothing lists."""
        while isinstance(value, dict) and value:
            key, value = next(iter(value.items()))
            name = f"{name}.{key}"
        listed = {key: own for key, own in siblings.items() if key != chosen.CHOSEN}
        return unknown_key.message(name, value, listed, self.keys(), self._chosen(name), self.tree)

    def keys(self) -> list[str]:
        """Return every dotted key that this config may have, without penalties of networks that the model lacks."""
        known = self.known()
        del known[chosen.CHOSEN]  # not for users to set
        penalties = known["loss"]["penalties"]
        roles = self.roles or ()
        known["loss"]["penalties"] = {name: own for name, own in penalties.items() if own.get("on") in roles}
        return [*leaves(known), *leaves(self.weights, "model.weights.")]

    def _chosen(self, name: str) -> unknown_key.Chosen | None:
        """Return the part of which the section of a key holds the options."""
        section, *rest = name.split(".")
        if section == "networks" and len(rest) == 2:
            network = self.config["networks"][rest[0]]["name"]
            return unknown_key.Chosen("network", network, f"network@networks.{rest[0]}")
        own = [rest, rest[1:]] if section == "optimizer" else [rest]
        if section in chosen.GROUPS and any(len(words) == 1 for words in own):
            return unknown_key.Chosen(section, chosen.name(self.config, section), section)
        return None

    def _has_plugins(self) -> bool:
        return bool(self.config.get("plugins")) or bool(entry_points(group="ganae"))

    def _name(self, section: str) -> str:
        content = self.config.get(section)
        if content is None and section in DEFAULTS:
            return DEFAULTS[section]
        if not isinstance(content, dict) or not content.get("name"):
            raise UserError(f"no {section} is chosen (choices: {', '.join(self.tree.options(section))})")
        return str(content["name"])

    def _part(self, kind: str, name: str) -> Part | None:
        """Return the part of a YAML; None for one that a plugin may declare without a YAML here."""
        part, names = self.tree.part(kind, name), self.tree.options(kind)
        if part is None and not self._has_plugins():
            raise UserError(f"no {kind} named '{name}'{did_you_mean(name, names)} (choices: {', '.join(names)})")
        return part

    def _options(self, prefix: str, part: Part | None) -> dict:
        """Return the options that a part's YAML lists, and keep its comments."""
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
            self._refuse_stranger("network", role, f"networks.{role}")
        for role in given if self.roles is None else self.roles:
            section = given.get(role)
            if isinstance(section, str):
                raise UserError(
                    f"networks.{role} is a section; a network is chosen by network@networks.{role}={section}"
                )
            if not isinstance(section, dict) or not section.get("name"):
                raise UserError(f"model '{self.model}' needs a network '{role}': network@networks.{role}=NAME")
            part = self._part("network", str(section["name"]))
            networks[role] = self._options(f"networks.{role}.", part)
        return networks

    def _penalties(self) -> dict:
        names = self.tree.options("penalty")
        given = (self.config.get("loss") or {}).get("penalties")
        if not isinstance(given, dict | None):
            raise UserError(f"loss.penalties: expected a section, got {shown(given)}")
        for name, options in (given if isinstance(given, dict) else {}).items():
            if name not in names and not self._has_plugins():
                raise UserError(f"no penalty named '{name}'{did_you_mean(name, names)} (choices: {', '.join(names)})")
            if isinstance(options, dict) and "on" in options:
                on = options["on"] if options["on"] != cross_checks.DISCRIMINATORS else []
                for role in on if isinstance(on, list) else [on]:
                    self._refuse_stranger("network", role, f"loss.penalties.{name}.on={role}")
        kind = Open if self._has_plugins() else Optional
        options = {name: self._options(f"loss.penalties.{name}.", self.tree.part("penalty", name)) for name in names}
        return kind({name: Optional(of_penalty) for name, of_penalty in options.items()})

    def _add_players(self, known: dict) -> None:
        """Let each player have its own weights, under any term, adversarial loss and optimizer options."""
        shared, given = known["optimizer"], self.config["optimizer"]
        known["loss"] |= {player: Optional() for player in self.players or ()}
        weights = self.config["model"].get("weights")
        for player in weights if isinstance(weights, dict) else ():
            self._refuse_stranger("player", player, f"model.weights.{player}")
        for player in [key for key in given if key not in shared and isinstance(given[key], dict)]:
            self._refuse_stranger("player", player, f"optimizer.{player}")
        own = {key: value for key, value in shared.items() if key != "name"}
        for player in self.players or ():
            shared[player] = Optional(own)
            self.comments |= {f"optimizer.{player}.{key}": self.comments.get(f"optimizer.{key}", "") for key in own}
        if self.players is not None:
            known["model"]["weights"] = {player: Open() for player in self.players}

    def _refuse_stranger(self, what: str, name: object, key: str) -> None:
        """Raise UserError, naming the key, for a network role or a player that the model does not have."""
        allowed = self.roles if what == "network" else self.players
        if allowed is not None and name not in allowed:
            near, plural = did_you_mean(str(name), allowed), "roles" if what == "network" else "players"
            raise UserError(
                f"model '{self.model}' has no use for {key}: it has no {what} '{name}'{near} "
                f"({plural}: {', '.join(allowed) or 'none'})"
            )

"""Rules that join several settings and follow from `conf/` alone; applied by the schema when each setting is sound."""

from ganae_cli.config import budget
from ganae_cli.config.chosen import name
from ganae_cli.config.conf_tree import ConfTree
from ganae_cli.config.declared import declared
from ganae_cli.config.yaml_file import defaults_of, read
from ganae_cli.errors import UserError

DISCRIMINATORS = "discriminators"  # of a penalty's `on`: every discriminator that is a player, whatever its name
LOSSES = ("adversarial", "reconstruction")
OF_DISCRIMINATORS = ("projection", "auxiliary")  # of `model.condition`: modes that need a discriminator of images


def check(config: dict, tree: ConfTree, roles: list[str] | None, players: list[str] | None) -> None:
    """Raise UserError for settings that do not go together.

    roles, players: of the model; None for a model without a YAML, about which nothing is known.
    """
    _batch(config)
    budget.check(config["train"])
    _clipping(config["optimizer"], players or [])
    for kind in LOSSES:
        _loss(kind, config, tree)
    _losses_of_players(config, players or [])
    _penalties(config, tree, roles)
    _condition(config, roles)
    _hardware(config["hardware"])


def _hardware(asked: dict) -> None:
    several = (asked["devices"] or 1) > 1
    if several and asked["strategy"] == "none":
        raise UserError(
            f"hardware.devices is {asked['devices']}, but hardware.strategy=none computes on one device; "
            "use mirrored or auto"
        )
    if asked.get("workers") is not None and asked["strategy"] in ("none", "mirrored"):
        raise UserError(
            f"hardware.workers names workers, but hardware.strategy={asked['strategy']} trains in one process alone; "
            "use hardware=multi_worker"
        )
    joined = asked["steps_per_execution"] or 1
    if joined > 1 and (several or not asked["jit"] or asked["strategy"] in ("mirrored", "multi_worker")):
        why = "several devices" if asked["jit"] else "hardware.jit=false"
        raise UserError(
            f"hardware.steps_per_execution is {joined}, but steps are joined in a compiled program of one device only, "
            f"not with {why}; leave it null"
        )


def _batch(config: dict) -> None:
    size, sections = config["train"]["batch_size"], (("train", "examples"), ("dataset", "count"))
    for section, key in sections:
        count = config[section].get(key)
        if isinstance(count, int) and size > count:
            raise UserError(f"train.batch_size is {size}, but {section}.{key} is only {count}")


def _clipping(options: dict, players: list[str]) -> None:
    for own in ({}, *(options.get(player) or {} for player in players)):
        both = options | own
        if both.get("clipnorm") and both.get("global_clipnorm"):
            raise UserError("set optimizer.clipnorm (per variable) or optimizer.global_clipnorm, not both")


def _loss(kind: str, config: dict, tree: ConfTree) -> None:
    """Raise UserError for a loss that the model has no use for, or that it needs and does not have.

    A loss that every YAML of the model sets to null is of no use to it; one that none sets to null is needed. Where the
    files differ, the model's options decide, and the model itself refuses.
    """
    model, value, called = config["model"]["name"], config["loss"].get(kind), name(config, "model")
    if model not in declared("model") or model not in tree.options("model"):
        return
    if (value is None) is _leaves_null(model, kind, tree):
        return
    files = {option: tree.part("model", option) for option in tree.options("model")}
    options = [option for option, part in files.items() if part and part.options.get("name") == model]
    if len({_leaves_null(option, kind, tree) for option in options}) > 1:
        return
    if value is None:
        choices = ", ".join(declared(kind))
        raise UserError(f"model '{called}' needs loss.{kind}, which is null (choices: {choices})")
    raise UserError(f"model '{called}' has no use for loss.{kind}={value}: leave it null")


def _losses_of_players(config: dict, players: list[str]) -> None:
    for player in players:
        name = config["loss"].get(player)
        if name is not None and config["loss"].get("adversarial") is None:
            raise UserError(
                f"model '{config['model']['name']}' has no use for loss.{player}={name}: it is trained without an "
                "adversarial loss that can be chosen"
            )


def _leaves_null(option: str, kind: str, tree: ConfTree) -> bool:
    losses = _losses(option, tree)
    return kind in losses and losses[kind] is None


def _losses(option: str, tree: ConfTree) -> dict:
    """Return what a model's file, and those that it extends, set in the section `loss`."""
    if option not in tree.options("model"):
        return {}
    content, _, _ = read(tree.files["model"][option])
    said: dict = {}
    for base in defaults_of(content):
        if isinstance(base, str) and base != "_self_":
            said |= _losses(base, tree)
    return said | (content.get("loss") or {})


def _condition(config: dict, roles: list[str] | None) -> None:
    """Raise UserError for labels that no network of the model could take; the model itself may refuse others."""
    condition = config["model"].get("condition", "none")
    if condition == "none" or roles is None:
        return
    where = f"model '{name(config, 'model')}' has no use for model.condition={condition}"
    if not {"generator", "decoder"} & set(roles):
        raise UserError(f"{where}: it has no generator or decoder of data; set model.condition=none")
    if condition in OF_DISCRIMINATORS and "discriminator" not in roles:
        raise UserError(f"{where}, which is about the discriminator of images: set model.condition=concat or embedding")


def _penalties(config: dict, tree: ConfTree, roles: list[str] | None) -> None:
    for penalty, given in (config["loss"].get("penalties") or {}).items():
        part = tree.part("penalty", penalty)
        if isinstance(given.get("weight"), dict) and given.get("final_weight") is not None:
            raise UserError(f"loss.penalties.{penalty}: weight is a schedule, so leave final_weight null")
        on = given.get("on", part.options.get("on") if part else None)
        if on == DISCRIMINATORS and roles is not None and any(role.endswith("discriminator") for role in roles):
            continue
        if isinstance(on, str) and roles is not None and on not in roles:
            is_of_discriminators = on in ("discriminator", DISCRIMINATORS)
            alike = [role for role in roles if role.endswith("discriminator")] if is_of_discriminators else roles
            raise UserError(
                f"model '{name(config, 'model')}' has no use for loss.penalties.{penalty}: it has no network '{on}'; "
                f"set loss.penalties.{penalty}.on to one of {', '.join(alike or roles)}, or leave it out"
            )

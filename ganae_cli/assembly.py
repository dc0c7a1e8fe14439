"""From a config to parts: the last place below which nobody sees a config."""

from omegaconf import DictConfig, OmegaConf

from ganae_cli import optimizers, registry
from ganae_cli.datasets.base import Data
from ganae_cli.errors import UserError
from ganae_cli.models.base import Game
from ganae_cli.models.parts import Parts

PARTS = ("datasets", "networks", "losses", "models")


def import_parts(plugins=()) -> None:
    """Declare everything that a config can name."""
    for package in PARTS:
        registry.import_parts(f"ganae_cli.{package}")
    registry.import_plugins(plugins)


def plain(section: DictConfig) -> dict:
    """A section as plain values, `${…}` resolved."""
    return OmegaConf.to_container(section, resolve=True)


def build_data(config: DictConfig) -> Data:
    """The dataset of config `dataset`, cut to `train.examples` if that is set."""
    options = plain(config.dataset)
    data = registry.build("dataset", options.pop("name"), **options)
    return data.first(config.train.examples) if config.train.examples else data


def build_game(config: DictConfig, shape: tuple[int, ...]) -> Game:
    """The model of config `model`, its networks initialised from `seed`.

    Settles config `networks`: `auto` gives way to the network that fits the shape, with all its options said.
    """
    options, loss = plain(config.model), plain(config.loss)
    parts = Parts(shape, plain(config.networks), seed=config.seed, **loss)
    name = options.pop("name")
    try:
        game = registry.build("model", name, parts=parts, **options)
    except UserError as error:
        raise UserError(f"model {name}: {error}") from error
    parts.finish(name)
    OmegaConf.update(config, "networks", parts.networks, merge=False, force_add=True)
    return game


def build_optimizers(config: DictConfig, game: Game) -> dict:
    """player -> optimizer, from config `optimizer`."""
    return optimizers.for_players(tuple(game.players), plain(config.optimizer), config.train.steps)


def architecture(config: DictConfig, shape: tuple[int, ...]) -> dict:
    """What a checkpoint's weights depend on: a resumed run must have the same."""
    model = {key: value for key, value in plain(config.model).items() if key != "weights"}
    return {"model": model, "networks": plain(config.networks), "shape": list(shape)}

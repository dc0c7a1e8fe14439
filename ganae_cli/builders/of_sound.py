"""What a config may ask for that is meant for pictures, and wrong for images of sound."""

from typing import Any

from omegaconf import DictConfig

from ganae_cli.datasets.base import Data

TURNS = ("flip", "rotate90")  # options of augmentations


def warnings(config: DictConfig, data: Data) -> tuple[str, ...]:
    """Return a warning of augmentations that play sound backwards, or exchange time and frequency."""
    given: Any = config.get("augmentation") or {}
    wrong = [f"augmentation.{option}=false" for option in TURNS if given.get(option)]
    if data.sound is None or not wrong:
        return ()
    return (f"augmentation={given.name} mirrors or turns images, and sound has a direction: type {' '.join(wrong)}",)

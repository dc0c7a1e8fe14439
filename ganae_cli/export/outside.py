"""How images and points look outside of an exported model, and the layers that lead there.

Images are float32 from -1 to 1, as the networks see them, or uint8 from 0 to 255. Points are in the units of the data.
"""

import keras
import numpy as np
from keras import layers, ops

from ganae_cli.datasets.scaling import to_float, to_uint8
from ganae_cli.errors import UserError
from ganae_cli.evaluation.trained import Trained
from ganae_cli.export.plain_layers import FLOAT, Tensor


class Outside:
    """Data of a run as an exported model takes and gives them. in_uint8: images as uint8. name: images or points."""

    def __init__(self, trained: Trained, in_uint8: bool):
        self.shape, self.standard, self.in_uint8 = trained.game.shape, trained.standard, in_uint8
        self.name = "images" if len(self.shape) == 3 else "points"
        if in_uint8 and self.name == "points":
            raise UserError("--uint8 is for images, and this run is of points, which are exported in their own units")

    # Symbolic -------------------------------------------------------------------------------------------------------

    def input(self) -> Tensor:
        """Return a symbolic input of data."""
        return keras.Input(self.shape, dtype="uint8" if self.in_uint8 else FLOAT, name=self.name)

    def into(self, x: Tensor) -> Tensor:
        """Return data as the networks see them."""
        if self.in_uint8:
            return layers.Rescaling(1 / 127.5, offset=-1.0, dtype=FLOAT)(x)
        if self.standard:
            mean, std = self.standard
            near = mean.astype(np.float32)  # of a large mean and a small std, the rest counts
            return (x - near - (mean - near).astype(np.float32)) / std.astype(np.float32)
        return x

    def out(self, made: Tensor) -> Tensor:
        """Return what the networks made as data: the steps of `to_uint8`, or those of `Standard.undo`."""
        if self.in_uint8:
            return ops.cast(ops.clip(ops.round((made + 1.0) * 127.5), 0, 255), "uint8")
        if self.standard:
            mean, std = self.standard
            return made * std.astype(np.float32) + mean.astype(np.float32)
        return made

    # Arrays ---------------------------------------------------------------------------------------------------------

    def given(self, rows: np.ndarray) -> np.ndarray:
        """Return rows of the data, uint8 images or points, as the exported model takes them."""
        return rows if self.in_uint8 or self.name == "points" else to_float(rows)

    def seen(self, given: np.ndarray) -> np.ndarray:
        """Return what the exported model takes as the networks see it."""
        return self.standard.apply(given) if self.standard else to_float(given)

    def shown(self, made: np.ndarray) -> np.ndarray:
        """Return what the networks made as the exported model gives it."""
        if self.in_uint8:
            return to_uint8(made)
        return self.standard.undo(made) if self.standard else made

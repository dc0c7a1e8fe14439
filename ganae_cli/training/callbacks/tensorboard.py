"""TensorBoard events: every history column, every sample picture."""

import numpy as np
import tensorflow as tf
from PIL import Image

from ganae_cli.storage.run_folder import RunFolder


class Events:
    """Writes what it is told by the history and by the sample pictures to `tensorboard/`."""

    def __init__(self, folder: RunFolder):
        self.writer = tf.summary.create_file_writer(str(folder.tensorboard))

    def scalars(self, row: dict) -> None:
        """Write one point per column at the row's step; a dot becomes a slash, so that TensorBoard groups by player."""
        with self.writer.as_default(step=row["step"]):
            for name, value in row.items():
                if name != "step":
                    tf.summary.scalar(name.replace(".", "/"), value)
        self.writer.flush()

    def picture(self, step: int, name: str, picture: Image.Image) -> None:
        """Write one image at a step."""
        with self.writer.as_default(step=step):
            tf.summary.image(name, np.asarray(picture.convert("RGB"))[None])
        self.writer.flush()

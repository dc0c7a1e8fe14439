"""TensorBoard events: every history column, every sample picture."""

import contextlib
from collections.abc import Iterator

import numpy as np
import tensorflow as tf
from PIL import Image

from ganae_cli.storage.run_folder import RunFolder
from ganae_cli.training.writing import Writing


class Events:
    """Writes what it is told by the history and by the sample pictures to `tensorboard/`.

    What could not be written is not tried again: it is in the history and in `samples/`, too.
    """

    def __init__(self, folder: RunFolder, writing: Writing):
        self.folder, self.writing = folder.tensorboard, writing
        self.writer: tf.summary.SummaryWriter | None = None

    def scalars(self, row: dict) -> None:
        """Write one point per column at the row's step; a dot becomes a slash, so that TensorBoard groups by player."""
        with self._writing(row["step"]):
            for name, value in row.items():
                if name != "step":
                    tf.summary.scalar(name.replace(".", "/"), value)

    def picture(self, step: int, name: str, picture: Image.Image) -> None:
        """Write one image at a step."""
        with self._writing(step):
            tf.summary.image(name, np.asarray(picture.convert("RGB"))[None])

    @contextlib.contextmanager
    def _writing(self, step: int) -> Iterator[None]:
        with self.writing.of("TensorBoard events", self.folder):
            try:
                self.writer = self.writer or tf.summary.create_file_writer(str(self.folder))
                with self.writer.as_default(step=step):
                    yield
                self.writer.flush()
            except Exception:
                self.writer = None  # half an event is in its file, and readers stop there: the next one begins another
                raise

"""TensorBoard events: every history column, every sample picture."""

import errno
import os
import shutil
from collections.abc import Callable

import numpy as np
import tensorflow as tf
from PIL import Image

from ganae_cli.storage.run_folder import RunFolder
from ganae_cli.training.writing import Writing

ROOM = 1_000_000  # bytes of a disk that was full, for it to be tried again


class Events:
    """Writes what it is told by the history and by the sample pictures to `tensorboard/`.

    What could not be written is not tried again: it is in the history and in `samples/`, too.
    """

    def __init__(self, folder: RunFolder, writing: Writing):
        self.folder, self.writing = folder.tensorboard, writing
        self.is_torn = False
        self.writer: tf.summary.SummaryWriter | None = None

    def scalars(self, row: dict) -> None:
        """Write one point per column at the row's step; a dot becomes a slash, so that TensorBoard groups by player."""

        def write() -> None:
            for name, value in row.items():
                if name != "step" and value is not None:
                    tf.summary.scalar(name.replace(".", "/"), value)

        self._write(row["step"], write)

    def picture(self, step: int, name: str, picture: Image.Image) -> None:
        """Write one image at a step."""
        self._write(step, lambda: tf.summary.image(name, np.asarray(picture.convert("RGB"))[None]))

    def _write(self, step: int, write: Callable[[], object]) -> None:
        with self.writing.of("TensorBoard events", self.folder):
            try:
                self._look_for_room()
                self.writer = self.writer or tf.summary.create_file_writer(str(self.folder))
                with self.writer.as_default(step=step):
                    write()
                self.writer.flush()
            except tf.errors.OpError:
                self.writer = None  # half an event is in its file, and readers stop there: the next one begins another
                self.is_torn = True
                raise

    def _look_for_room(self) -> None:
        """Raise OSError rather than leave another empty file on a disk that is still full."""
        if self.is_torn and shutil.disk_usage(self.folder).free < ROOM:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(self.folder))
        self.is_torn = False

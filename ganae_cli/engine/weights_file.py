"""The weights file of a model, made in memory: HDF5 crashes the process if a disk is full while it writes to it."""

import h5py
import keras
from keras.src.backend.common import global_state
from keras.src.saving import saving_lib

_ENDING = ".weights.h5"  # by which Keras knows the format
_GROWTH = 2**24  # bytes by which the file in memory grows: each time it is copied
_PLANNED, _READ = "saving_attr_skipset_", "saving_attr_skiplist_"  # a cache of Keras; it looks under the second name


class _Memory(saving_lib.H5IOStore):
    """Keras' store of variables, in memory. The file has the same bytes as one that Keras writes to disk."""

    def _get_h5_file(self, path_or_io, mode=None):
        return h5py.File(path_or_io, "w", driver="core", backing_store=False, block_size=_GROWTH)


def content(model: keras.Model) -> bytes:
    """Return the bytes that `model.save_weights` would write: weights, optimizers and state."""
    store = _Memory(_ENDING, mode="w")
    try:
        saving_lib._save_state(model, store, assets_store=None, inner_path="", visited_saveables=set())
        store.h5_file.flush()
        return store.h5_file.id.get_file_image()
    finally:
        store.close()
        _keep_what_keras_found()


def _keep_what_keras_found() -> None:
    """Let Keras find the names of attributes that it has once collected.

    It stores them under one name and looks under another (3.15), so each saving made new optimizers to look at, whose
    72 kB each are never freed.
    """
    for kind in ("Layer", "Functional", "Sequential", "Metric", "Optimizer", "Loss", "Operation"):
        found = global_state.get_global_attribute(f"{_PLANNED}{kind}")
        if found is not None:
            global_state.set_global_attribute(f"{_READ}{kind}", found)

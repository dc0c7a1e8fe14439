"""The steps at which a run looks whether its folder is still there."""

import shutil
from types import SimpleNamespace

import pytest

from ganae_cli.storage.claim import FolderGone, take
from ganae_cli.training.callbacks.claimed import Claimed


def test_a_folder_that_is_gone_is_noticed_before_the_next_writing(tmp_path):
    """Something is written every 20 and every 30 steps, and at the end."""
    with take(tmp_path / "run") as claim:
        callback = Claimed(claim, (20, 0, 30))
        callback.set_model(SimpleNamespace(state=SimpleNamespace(steps_done=20)))
        callback.on_train_batch_end(0)
        callback.on_train_end()
        shutil.rmtree(tmp_path / "run")
        for step in (21, 29, 31):
            callback.model.state.steps_done = step
            callback.on_train_batch_end(0)
        for step in (30, 40):
            callback.model.state.steps_done = step
            with pytest.raises(FolderGone):
                callback.on_train_batch_end(0)
        with pytest.raises(FolderGone):
            callback.on_train_end()

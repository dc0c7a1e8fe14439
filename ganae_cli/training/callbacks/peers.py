"""Tell the watch over the other workers when this one waits for them: in a step, and not while it writes."""

import keras

from ganae_cli.runtime.workers.watch import Watch


class Peers(keras.callbacks.Callback):
    """States that a step is played, from its beginning to its end; must act before all other callbacks.

    Within a step, TensorFlow may wait for a worker that is gone and never return. Between steps the others wait for
    this one, which has whatever time its checkpoints and pictures take.
    """

    def __init__(self, watch: Watch):
        super().__init__()
        self.watch = watch

    def on_train_batch_begin(self, batch, logs=None):
        self.watch.waits(True)

    def on_train_batch_end(self, batch, logs=None):
        self.watch.waits(False)

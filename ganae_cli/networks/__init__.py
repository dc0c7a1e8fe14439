"""Networks by name. Each has two directions: `down(shape, units)` and `up(units, shape)`.

down: data (batch, *shape) -> (batch, units), linear: an encoder or a discriminator.
up: codes (batch, units) -> (batch, *shape), tanh for images (height, width, channels), linear for points (D,): a
decoder or a generator. Both are keras.Sequential, of layers or of blocks that are layers, and end in float32; the last
layer of down is its only dense one that sees flat features, so that a model can ask for these (`models/features.py`).

One set of options serves both directions. What says something about one of them only is left alone by the other, except
`minibatch_std`, which up refuses: a generator that was told to compare samples would not do it.
"""

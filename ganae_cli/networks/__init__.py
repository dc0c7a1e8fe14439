"""Networks by name, one file each. Each is built in one of two directions, `down` or `up`.

down(shape, units): data (batch, *shape) -> (batch, units), linear: an encoder or a discriminator.
up(units, shape): latent codes (batch, units) -> data (batch, *shape), with tanh for images (height, width, channels)
and linear for points (D,): a decoder or a generator.
Both return a keras.Sequential of layers, or of blocks that are layers, and end in float32. The last layer of down is
its only dense layer on flat features, so that a model can use these features (`models/shared/features.py`).

The same options serve both directions. An option that concerns only one of them is ignored by the other, except
`minibatch_std`, which up refuses: a generator that was told to compare samples would not do it.

A class may leave options open (None) that the whole decides: `norm` by the role, if it says `norm_by_role = True`
(`engine/usual_norm.py`), and others by the size of the images, if it has `by_shape(shape) -> options`. The config of a
run states what they became.

To add a network: a class with these two methods in NAME.py, declared by `@register("network", NAME)`, and the YAML
`conf/network/NAME.yaml` with its options and their defaults. `layers/` has what networks share;
`tests/contracts/test_networks_contract.py` tests each network that is declared.
"""

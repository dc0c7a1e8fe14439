"""Penalties by name: loss terms that look at the gradients, weights or latent codes of a network.

    base.py            Penalty, the base class of all
    gradient.py        input gradients of a discriminator
    jacobian.py        Jacobians of an encoder or a decoder
    codes.py           latent codes of the data
    weights.py         kernels of any network
    input_gradient.py  the gradient itself, from one forward pass shared with the loss

To add a penalty: a subclass of `Penalty` in a file of this folder, declared by `@register("penalty", NAME)`, and
`conf/penalty/NAME.yaml` with its weight, its network (`on`) and its options. `ganae list penalties` shows it, and
`tests/contracts/test_losses_contract.py` tests each penalty that is declared.
"""

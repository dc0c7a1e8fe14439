"""Augmentations by name: random, differentiable changes T of the images that a discriminator sees.

Data and samples are changed alike, D(T(x)) and D(T(G(z))), and the generator learns through T, so it learns the images
as they are: Zhao et al. 2020, arXiv:2006.10738, and Karras et al. 2020, arXiv:2006.06676.

    base.py         Augmentation and Adaptive, the base classes of all
    diffaugment.py  the three transforms of Zhao et al., always applied
    ada.py          the transforms of Karras et al., applied with a probability that follows the overfitting
    colors.py       changes of colour, as an affine map of each image's colours
    moves.py        shifts, flips and cutout, pixel by pixel
    resampling.py   any affine map of the plane, with bilinear interpolation

To add one: a subclass of `Augmentation` in a file of this folder, declared by `@register("augmentation", NAME)`, and
`conf/augmentation/NAME.yaml` with its options. `ganae list augmentations` shows it, and
`tests/contracts/test_augmentations_contract.py` tests each one that is declared. `engine/augment.py` applies it.
"""

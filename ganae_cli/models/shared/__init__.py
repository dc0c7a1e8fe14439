"""Building blocks of losses that several pages use; none of them is a model.

adversarial_terms.py   one discriminator, several kinds of fakes
domains.py             a second domain of images, and a discriminator of two domains
features.py            activations inside a network, and distances of them
gaussian_codes.py      latent codes of a Gaussian encoder
packing.py             several samples as one input of a discriminator (PacGAN)
pair_discriminator.py  a discriminator of pairs (data, latent code)
"""

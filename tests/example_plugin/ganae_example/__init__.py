"""Parts for ganae: importing this package registers them."""

from ganae_example import denoiser, moons, sliced_wasserstein  # noqa: F401

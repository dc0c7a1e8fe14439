"""The small runs that are killed here: a GAN with averaged weights, an autoencoder with a fitted sampler."""


def _small(*roles: str) -> tuple[str, ...]:
    words = ("network@networks.{0}=mlp", "networks.{0}.width=16", "networks.{0}.depth=1")
    return tuple(word.format(role) for role in roles for word in words)


_STEPS = ("train.steps=40", "train.log_every=6", "train.sample_every=9", "train.checkpoint_every=7")  # never together
_MACHINE = ("train.batch_size=16", "hardware=cpu", "hardware.threads=1")
PLAIN = "hardware.jit=false"  # compiles in half a second
GAN = ("model=gan", "dataset=ring", "dataset.count=500", "train.best_by=generator.loss")
GAN += (*_small("generator", "discriminator"), *_STEPS, *_MACHINE)
AUTOENCODER = ("model=autoencoder", "dataset=digits", "train.examples=200")
AUTOENCODER += (*_small("encoder", "decoder"), *_STEPS, *_MACHINE)

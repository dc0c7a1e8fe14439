"""Adversarial loss terms where one discriminator faces several kinds of fakes, such as samples and reconstructions.

fakes: kind -> logits (batch, 1). Terms bear the kind in their name: `fake_sample`, `fool_reconstruction`.
adversarial: a loss of `losses/adversarial.py`.
"""

from typing import Any

import tensorflow as tf

from ganae_cli.engine import Terms

Fakes = dict[str, tf.Tensor]


def discriminator_terms(adversarial: Any, real_logits: tf.Tensor, fakes: Fakes, share: float = 1.0) -> Terms:
    """Return the discriminator's terms: `real` once, and for each kind of fake `share` of its `fake` term.

    A relativistic loss has a term for each kind of pair instead of `real` and `fake`; each is multiplied by `share`.

    >>> from ganae_cli.losses.adversarial import Wasserstein
    >>> fakes = {"sample": [[4.0]], "reconstruction": [[2.0]]}
    >>> terms = discriminator_terms(Wasserstein(), [[1.0]], fakes, share=0.5)
    >>> {name: float(term) for name, term in terms.items()}
    {'real': -1.0, 'fake_sample': 2.0, 'fake_reconstruction': 1.0}
    """
    terms: Terms = {}
    for kind, fake_logits in fakes.items():
        for name, term in adversarial.discriminator(real_logits, fake_logits).items():
            terms |= {"real": term} if name == "real" else {f"{name}_{kind}": share * term}
    return terms


def generator_terms(adversarial: Any, real_logits: tf.Tensor, fakes: Fakes) -> Terms:
    """Return the generator's terms, one for each kind of fake: `fool_<kind>`."""
    return {f"fool_{kind}": adversarial.generator(logits, real_logits)["fool"] for kind, logits in fakes.items()}

"""Adversarial loss terms where one discriminator faces several kinds of fakes, such as samples and reconstructions.

fakes: kind -> logits (batch, 1). Terms bear the kind in their name: `fake_sample`, `fool_reconstruction`.
"""


def discriminator_terms(adversarial, real_logits, fakes: dict, share: float = 1.0) -> dict:
    """Discriminator loss, in terms: `real` once, and for each kind of fake `share` of its `fake` term.

    A relativistic loss has a term for each kind of pair instead of `real` and `fake`; each is multiplied by `share`.
    """
    terms = {}
    for kind, fake_logits in fakes.items():
        for name, term in adversarial.discriminator(real_logits, fake_logits).items():
            terms |= {"real": term} if name == "real" else {f"{name}_{kind}": share * term}
    return terms


def generator_terms(adversarial, real_logits, fakes: dict) -> dict:
    """Generator loss, one term per kind of fake: `fool_<kind>`."""
    return {f"fool_{kind}": adversarial.generator(logits, real_logits)["fool"] for kind, logits in fakes.items()}

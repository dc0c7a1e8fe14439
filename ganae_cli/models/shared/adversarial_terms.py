"""One judge's verdicts on several kinds of fakes: what the judge pays for them, and what those who made them pay.

fakes: kind -> logits (batch, 1). Terms bear the kind in their name: `fake_sample`, `fool_reconstruction`.
"""


def rejected(adversarial, real_logits, fakes: dict, share: float = 1.0) -> dict:
    """What the judge pays: for real data once, for each kind of fake (or of pair, if relativistic) `share` of it."""
    terms = {}
    for kind, fake_logits in fakes.items():
        for name, term in adversarial.discriminator(real_logits, fake_logits).items():
            terms |= {"real": term} if name == "real" else {f"{name}_{kind}": share * term}
    return terms


def accepted(adversarial, real_logits, fakes: dict) -> dict:
    """What those pay who made the fakes: a term for each kind."""
    return {f"fool_{kind}": adversarial.generator(logits, real_logits)["fool"] for kind, logits in fakes.items()}

"""Losses: pure functions of tensors that know no network and no config. Logits or data in, float32 scalars out.

adversarial, f_divergences: classes declared by `@register("adversarial", NAME)`, with methods that return named terms:
    discriminator(real_logits, fake_logits), generator(fake_logits, real_logits), swapped(real_logits, fake_logits).
reconstruction: functions declared by `@register("reconstruction", NAME)` that return a function loss(x, x_hat).
two_sided: an adversarial loss whose two sides are those of two losses, where `loss.PLAYER` names one of its own.
code_statistics: functions of latent codes that models and penalties import; no config names them.

To add an adversarial loss: its class in a file of this folder, and `conf/loss/NAME.yaml`. A reconstruction loss needs
no YAML: `loss.reconstruction=NAME` selects it. A docstring gives the formula, the source, and where the code departs
from the source. `tests/contracts/test_losses_contract.py` tests each loss that is declared; its own test has numbers
worked out by hand.
"""

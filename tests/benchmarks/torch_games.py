"""One training step of each workload's algorithm in PyTorch, as ganae's pages of the same name play it.

A game is handed a batch and returns its losses, detached. A loss of one player is formed while the networks of all
others have no gradient, so nothing is computed that nobody uses. `compiled` names what `torch.compile` makes of it:
the losses and the networks that run outside of them; the optimizers too.
"""

import torch
from torch import Tensor, nn
from torch.nn.functional import softplus

ADAM = {"lr": 2e-4, "betas": (0.5, 0.999), "eps": 1e-7}  # ganae's defaults


class Game:
    """players: name -> networks; each has an Adam of its own."""

    compiled: tuple[str, ...] = ()

    def __init__(self, z_dim: int, players: dict[str, tuple[nn.Module, ...]]):
        self.z_dim, self.players = z_dim, players
        self.parameters = {player: [p for n in owned for p in n.parameters()] for player, owned in players.items()}
        self.optimizers = {p: torch.optim.Adam(own, **ADAM, foreach=True) for p, own in self.parameters.items()}
        self.advance = {player: optimizer.step for player, optimizer in self.optimizers.items()}

    def compile(self) -> None:
        """Traces gradients that are part of a loss, too: without it a gradient penalty would stay eager."""
        torch._dynamo.config.trace_autograd_ops = True
        for name in self.compiled:
            setattr(self, name, torch.compile(getattr(self, name)))
        self.advance = {player: torch.compile(step) for player, step in self.advance.items()}

    def step(self, x: Tensor) -> list[Tensor]:
        """All players move once; x: images (rows, channels, height, width) in [-1, 1], or points (rows, 2)."""
        raise TypeError(f"{type(self).__name__} plays no step")

    def prior(self, x: Tensor) -> Tensor:
        return torch.randn(len(x), self.z_dim)

    def only(self, *players: str) -> None:
        """Let the losses that follow have a gradient for the networks of these players and for no others."""
        for name, parameters in self.parameters.items():
            for parameter in parameters:
                parameter.requires_grad_(name in players)

    def move(self, player: str, loss: Tensor) -> Tensor:
        loss.backward(inputs=self.parameters[player])  # and no gradient of the data, which penalties also follow
        self.advance[player]()
        self.optimizers[player].zero_grad(set_to_none=True)
        return loss.detach()


class GAN(Game):
    """`model=gan`: the non-saturating game; both turns use the same samples, so the generator runs once."""

    compiled = ("generator", "discriminator_loss", "generator_loss")

    def __init__(self, z_dim: int, generator: nn.Module, discriminator: nn.Module):
        super().__init__(z_dim, {"discriminator": (discriminator,), "generator": (generator,)})
        self.generator, self.discriminator = generator, discriminator

    def step(self, x):
        self.only("generator", "discriminator")
        x_hat = self.generator(self.prior(x))
        judged = self.move("discriminator", self.discriminator_loss(x, x_hat.detach()))
        self.only("generator")
        return [judged, self.move("generator", self.generator_loss(x_hat))]

    def discriminator_loss(self, x, x_hat):
        return softplus(-self.discriminator(x)).mean() + softplus(self.discriminator(x_hat)).mean()

    def generator_loss(self, x_hat):
        return softplus(-self.discriminator(x_hat)).mean()


class R3GAN(GAN):
    """`model=r3gan`: pairs of data and samples, R1 and R2 of weight 1 at every step, fresh batches for each turn."""

    compiled = ("samples", "discriminator_loss", "generator_loss")

    def step(self, x):
        first, second = x.chunk(2)
        self.only("discriminator")
        judged = self.move("discriminator", self.discriminator_loss(first, self.samples(self.prior(first))))
        self.only("generator")
        return [judged, self.move("generator", self.generator_loss(second, self.prior(second)))]

    def samples(self, z):
        with torch.no_grad():
            return self.generator(z)

    def discriminator_loss(self, x, x_hat):
        x, x_hat = x.detach().requires_grad_(), x_hat.detach().requires_grad_()
        real, fake = self.discriminator(x), self.discriminator(x_hat)
        return (
            softplus(fake - real).mean() + (_squared_slopes(real, x).mean() + _squared_slopes(fake, x_hat).mean()) / 2
        )

    def generator_loss(self, x, z):
        return softplus(self.discriminator(x) - self.discriminator(self.generator(z))).mean()


class WGANGP(GAN):
    """`model=wgan_gp`: five turns of the critic with a gradient penalty of weight 10, a batch and samples for each."""

    compiled = ("samples", "discriminator_loss", "generator_loss")
    critic_steps, penalty = 5, 10.0
    samples = R3GAN.samples

    def step(self, x):
        *batches, last = x.chunk(self.critic_steps + 1)
        self.only("discriminator")
        for x in batches:
            judged = self.move("discriminator", self.discriminator_loss(x, self.samples(self.prior(x)), self.mix(x)))
        self.only("generator")
        return [judged, self.move("generator", self.generator_loss(self.prior(last)))]

    def mix(self, x):
        return torch.rand(len(x), 1, 1, 1)

    def discriminator_loss(self, x, x_hat, a):
        between = (a * x + (1 - a) * x_hat).requires_grad_()
        norms = _squared_slopes(self.discriminator(between), between).sqrt()
        penalty = (norms - 1).square().mean()
        return self.discriminator(x_hat).mean() - self.discriminator(x).mean() + self.penalty * penalty

    def generator_loss(self, z):
        return -self.discriminator(self.generator(z)).mean()


class VAE(Game):
    """`model=vae`: mean absolute error and the divergence from the prior for each number of an image.

    ganae also measures the codes' total correlation, with weight 0; nobody who writes a VAE in PyTorch would.
    """

    compiled = ("loss",)

    def __init__(self, z_dim: int, encoder: nn.Module, decoder: nn.Module):
        super().__init__(z_dim, {"autoencoder": (encoder, decoder)})
        self.encoder, self.decoder = encoder, decoder

    def step(self, x):
        return [self.move("autoencoder", self.loss(x, self.prior(x)))]

    def loss(self, x, noise):
        mean, log_variance = self.encoder(x).chunk(2, dim=1)
        x_tilde = self.decoder(mean + torch.exp(log_variance / 2) * noise)
        divergence = (mean.square() + log_variance.exp() - 1 - log_variance) / 2
        return (x - x_tilde).abs().mean() + divergence.mean(0).sum() / x[0].numel()


class AEGAN(Game):
    """`model=aegan` with its weights: two cycles, with a discriminator of images and one of latent codes."""

    compiled = ("observe", "judge", "autoencoder_loss")

    def __init__(self, z_dim: int, encoder, generator, discriminator, code_discriminator):
        judges = {"discriminator": (discriminator,), "code_discriminator": (code_discriminator,)}
        super().__init__(z_dim, judges | {"autoencoder": (encoder, generator)})
        self.encoder, self.generator = encoder, generator
        self.discriminator, self.code_discriminator = discriminator, code_discriminator

    def step(self, x):
        self.only(*self.players)
        z = self.prior(x)
        made = self.observe(x, z)
        x_hat, z_hat, x_tilde, z_tilde = (each.detach() for each in made)
        image = self.move("discriminator", self.judge(self.discriminator, x, x_hat, x_tilde))
        code = self.move("code_discriminator", self.judge(self.code_discriminator, z, z_hat, z_tilde))
        self.only("autoencoder")
        return [image, code, self.move("autoencoder", self.autoencoder_loss(x, z, *made))]

    def observe(self, x, z):
        x_hat, z_hat = self.generator(z), self.encoder(x)
        return x_hat, z_hat, self.generator(z_hat), self.encoder(x_hat)

    def judge(self, judge, real, *fakes):
        return softplus(-judge(real)).mean() + sum(softplus(judge(fake)).mean() for fake in fakes) / len(fakes)

    def autoencoder_loss(self, x, z, x_hat, z_hat, x_tilde, z_tilde):
        fooled = sum(softplus(-self.discriminator(fake)).mean() for fake in (x_hat, x_tilde))
        fooled = fooled + sum(softplus(-self.code_discriminator(fake)).mean() for fake in (z_hat, z_tilde))
        return 2 * (x - x_tilde).abs().mean() + (z - z_tilde).square().mean() + fooled


def _squared_slopes(logits: Tensor, x: Tensor) -> Tensor:
    """||dD(x)/dx||^2 of each sample, to be differentiated again."""
    (slopes,) = torch.autograd.grad(logits.sum(), x, create_graph=True)
    return slopes.square().flatten(1).sum(1)

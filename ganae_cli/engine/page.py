"""What a model's page may write, and what holds where it does not: its players, its networks, its ways to sample."""

from ganae_cli.engine.parts import Parts
from ganae_cli.engine.state import Kept
from ganae_cli.errors import UserError
from ganae_cli.runtime.rng import Draws


class Page(Kept):
    """The paper's part of a game; how a step is played is in `base.py`."""

    players: dict[str, tuple[str, ...]] = {}  # player -> the networks it owns
    rounds: tuple[tuple[str, ...], ...] = ()  # who moves at once; rounds in order of play
    product: tuple[str, ...] = ()  # networks that users keep: averaged by EMA, used to sample and encode
    batches_per_step: int = 1  # fresh batches of a step: round i plays with the i-th, or with the last
    sampler: str = "prior"  # where the codes of samples come from: see `samplers/`
    noise_dim: int = 0  # numbers of the random vector that a drawn code is joined with: see `join`
    frozen: str = ""  # attribute that is a whole game from another run (train.init_from), which nobody trains
    penalized: dict[str, tuple[str, ...]] = {}  # network -> all that penalties on it differentiate, if more than itself

    def __init__(self, parts: Parts, z_dim: int, weights: dict[str, dict[str, float]] | None = None):
        super().__init__()
        self.shape, self.seed, self.z_dim = tuple(parts.shape), parts.seed, z_dim
        self.term_weights = {player: dict(terms or {}) for player, terms in (weights or {}).items()}
        self.penalties = parts.build_penalties()
        self.asked_for_penalties: set[str] = set()  # networks on which the page puts penalties, if any are configured
        self.draws: Draws | None = None

    def observe(self, x):
        """What one forward pass gives to the losses of a round; x: (batch, *shape). Drawn anew each step."""
        return x

    def generate(self, z):
        """Codes (batch, z_dim) -> data (batch, *shape)."""
        raise UserError(f"model '{type(self).__name__}' generates nothing")

    def encode(self, x):
        """Data (batch, *shape) -> codes (batch, z_dim)."""
        raise UserError(f"model '{type(self).__name__}' has no encoder")

    def decode(self, z):
        """What `encode` gave -> data (batch, *shape), for models whose codes are not what `generate` starts from."""
        return self.generate(z)

    def join(self, z, noise):
        """Drawn codes (N, z_dim) and standard normal noise (N, noise_dim), as arrays -> what `generate` takes."""
        return z

    def begin(self, x) -> None:
        """What an algorithm takes from the data before the first step of a new run; x: up to 2,000 training rows."""

    @property
    def encodes(self) -> bool:
        return type(self).encode is not Page.encode

    @property
    def roles(self) -> tuple[str, ...]:
        """Every network, by role."""
        return tuple(dict.fromkeys(role for owned in self.players.values() for role in owned))

    def prior(self):
        """Standard normal codes (batch, z_dim)."""
        return self.draws.normal(self.z_dim)

    def penalize(self, network: str, real, fake, judge=None) -> dict:
        """The configured penalties on a network, as terms: `loss.penalties.<name>` with `on: <network>`.

        fake: None for a network that sees no samples, as an encoder of data; penalties of discriminators are refused.
        judge: what penalties that compare data and samples differentiate, if more than the network: see `penalized`.
        """
        self.asked_for_penalties.add(network)
        chosen = {term: penalty for term, penalty in self.penalties.items() if penalty.on == network}
        for penalty in chosen.values():
            if fake is None and penalty.judges:
                raise UserError(
                    f"loss.penalties.{penalty.name} is for discriminators: '{network}' sees no samples beside data"
                )
        own = getattr(self, network)
        judge = judge or own
        return {n: p.function(judge if p.judges else own, real, fake, self.draws) for n, p in chosen.items()}

    def gate(self, player: str, terms: dict, seen):
        """0 or 1, by which a player's gradient is multiplied; None: always 1. terms: of this player, unweighted."""
        return None

    def after_move(self, player: str, terms: dict) -> None:
        """What else a paper changes when a player has moved: clipped weights, kept numbers. terms: as in `gate`."""

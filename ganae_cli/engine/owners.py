"""Whose optimizer moves a network: the player's own, or, for a player without one, that of the network's owner.

An optimizer counts all its moves, for Adam's bias correction and for schedules, also those that leave some of its
networks alone; their moments stay as they are then.
"""

from collections.abc import Iterable

Players = dict[str, tuple[str, ...]]  # player -> the networks that it moves


def moved_with(players: Players, sharing: Iterable[str]) -> dict[str, Players]:
    """Return player -> owner of an optimizer -> the networks that it moves for this player.

    sharing: players without an optimizer. The owner of a network is the first other player that moves it.
    Raises TypeError for a player that does not exist, and for a network that would have no owner.

    >>> players = {"discriminator": ("encoder", "discriminator"), "generator": ("generator",)}
    >>> moved_with(players | {"autoencoder": ("generator", "encoder")}, ["autoencoder"])["autoencoder"]
    {'generator': ('generator',), 'discriminator': ('encoder',)}
    """
    unknown = set(sharing) - set(players)
    if unknown:
        raise TypeError(f"shares_optimizers names {', '.join(sorted(unknown))} (players: {', '.join(players)})")
    found = {player: {player: roles} for player, roles in players.items()}
    for player in sharing:
        found[player] = _with_owners(
            player, {name: roles for name, roles in players.items() if name not in sharing}, players[player]
        )
    return found


def _with_owners(player: str, owners: Players, roles: tuple[str, ...]) -> Players:
    found: Players = {}
    for role in roles:
        owner = next((name for name, owned in owners.items() if role in owned), None)
        if owner is None:
            raise TypeError(f"{player} shares optimizers, but no other player owns {role}")
        found[owner] = (*found.get(owner, ()), role)
    return found

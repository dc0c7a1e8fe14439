"""The network that `auto` stands for."""

WORTHWHILE_SIDE = 16  # below it, an mlp learns faster and better: measured on 8x8 digits


def choose(shape: tuple[int, ...]) -> str:
    """The network that `auto` stands for: "dcgan" for images of 16x16 and more, "mlp" for smaller ones and points."""
    return "dcgan" if len(shape) == 3 and min(shape[:2]) >= WORTHWHILE_SIDE else "mlp"

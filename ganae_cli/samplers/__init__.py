"""Samplers of latent codes by name: the model's prior, or a density that is fitted to the codes of training data.

A sampler is a class with two methods and a flag:
fit(codes, rows, game, seed) -> arrays by name, which the run folder keeps. codes: float32 (N, z_dim); rows: the
    training data that the codes belong to.
draw(fitted, count, seed, game) -> codes float32 (count, z_dim), of which the first n are the same for every count.
fits: True if there is something to fit, which needs a model with an encoder.
Only `walk` uses rows and the networks of the game. `fitted.py` draws from a sampler for a game, and
`of_classes.py` from one for each class of a conditional game.

To add a sampler: a class declared by `@register("sampler", NAME)` in a file of this folder; it needs no YAML,
`model.sampler=NAME` selects it. All its random numbers come from `random.py`.
"""

"""Where the codes of samples come from, by name: a density fitted to the codes of training data, or the model's prior.

`fit(codes, rows, game, seed)` -> arrays to keep; codes float32 (N, z_dim), rows: the data that they are the codes of.
`draw(fitted, count, seed, game)` -> codes float32 (count, z_dim), of which the first n are the same whatever the count.
`fits`: whether there is anything to fit, for which a game needs an encoder. Only `walk` looks at rows and at what the
game computes.
"""

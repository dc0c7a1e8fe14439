"""Measures of latent codes: arrays (N, k) in, numbers out. Is each input told from the others, and how?

rank: how many directions codes use. active_units: how many of their dimensions, and what a posterior tells in each.
probes: do classes lie apart. collisions: different inputs with one code. contraction: are neighbours drawn together.
trustworthiness: are neighbours of codes neighbours of inputs. aggregate: are codes distributed as the prior says.
robustness: what noise on the input does to codes and reconstructions.
"""

"""Measures of an evaluation: each takes what it needs from a `Subject`, calls a function of `metrics/`, gives scores.

    base.py          Measure, the interface of all, and the ways of putting held-out rows in the place of samples

To add one: a subclass of `Measure` in a file of this folder, declared by `@register("measure", NAME)`. It needs no
YAML. The names of its metrics appear in `evaluation.json`, in tables and behind `train.best_by=`, where people read
them with scripts: choose them for good.
"""

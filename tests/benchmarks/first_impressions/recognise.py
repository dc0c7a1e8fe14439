"""How many samples a classifier of all training pictures recognises: `python recognise.py RUN|FILE.npz OUT.json WORDS`.

It is the classifier of `features=classifier`, the same for runs of ganae and for Keras programs, and for those that
learned a tenth of the pictures. A sample is recognised if the classifier is as sure of it as of 90 % of real pictures
that it has not learned: that bound is taken from one half of the held-out pictures, and the other half stands beside.
Imports nothing but ganae, which may be that of another checkout.
"""

import json
import sys
from pathlib import Path

import numpy as np

SHARE, SEED, MOST = 0.9, 1, 10_000


def recognised(samples: np.ndarray, held_out: np.ndarray) -> dict[str, float]:
    """Return the shares of samples and of held-out pictures that are recognised.

    Both are how sure the classifier is of each picture: its highest probability, (N,).

    >>> sure = np.repeat(np.arange(20) / 20, 2)  # one half of them decides: 0.1 is what 90 % reach
    >>> recognised(np.array([0.05, 0.1, 0.5, 0.9]), sure)
    {'recognised': 0.75, 'held_out': 0.9}
    """
    bound = np.quantile(held_out[::2], 1 - SHARE, method="higher")
    return {"recognised": float(np.mean(samples >= bound)), "held_out": float(np.mean(held_out[1::2] >= bound))}


def main(source: str, out: str, *words: str) -> None:
    from ganae_cli.runtime.import_tensorflow import import_tensorflow

    import_tensorflow()
    from ganae_cli import load
    from ganae_cli.builders import from_config
    from ganae_cli.commands.data import composed
    from ganae_cli.features import auto
    from ganae_cli.runtime import lifeline

    lifeline.follow()
    from_config.import_parts()
    data = from_config.build_data(composed(list(words), None, "samples are compared with one dataset"))
    held_out = np.asarray(data.test[:MOST])
    is_file = source.endswith(".npz")
    samples = np.load(source)["images"] if is_file else load(source).sample(len(held_out), seed=SEED)
    space = auto.named("classifier", data, None, lambda line: print(line, file=sys.stderr, flush=True))
    sure = [space.embed(np.asarray(rows)).probabilities.max(axis=1) for rows in (samples, held_out)]
    found = recognised(*sure) | {"accuracy": space.facts["accuracy"]}
    Path(out).write_text(json.dumps(found) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main(*sys.argv[1:])

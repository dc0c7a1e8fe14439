"""What can be measured of the trials of a study: the first is built, in a process of its own, which then ends.

`python -m ganae_cli.tuning.probe PLUGIN …` reads a config from its standard input, as YAML, and answers in one line of
JSON. So the process that drives the study never imports TensorFlow, and a model that cannot be built is refused before
a folder is made.
"""

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any, cast

from omegaconf import DictConfig, OmegaConf

from ganae_cli.errors import UserError, in_one_line
from ganae_cli.runtime import children, lifeline
from ganae_cli.storage.plain_file import read_end
from ganae_cli.sweeps.endings import how_it_ended
from ganae_cli.tuning.objective import Measurable

END = 2**16  # bytes of what the process said that may tell why it ended


def measurable(config: DictConfig, plugins: Sequence[str] = ()) -> Measurable:
    """Return what can be measured of the run of a config. Raises UserError for one that cannot be built."""
    command = children.command("ganae_cli.tuning.probe", *plugins)
    with tempfile.NamedTemporaryFile() as said, lifeline.tied() as tied:
        text = OmegaConf.to_yaml(config, resolve=True)
        done = subprocess.run(command, input=text, stdout=subprocess.PIPE, stderr=said, text=True, **tied)
        lines = done.stdout.splitlines()
        if done.returncode or not lines:
            errors = read_end(Path(said.name), END).decode(errors="replace").strip().splitlines()
            why = errors[-1] if errors and done.returncode > 0 else how_it_ended(done.returncode)
            raise UserError(f"the first trial cannot be built: {why}")
    found = json.loads(lines[-1])
    if "refused" in found:
        raise UserError(found["refused"])
    return Measurable(tuple(found["terms"]), found["metrics"], found["kind"], found["why_none"])


def answer(text: str, plugins: Sequence[str] = ()) -> dict[str, Any]:
    """Return what the child says of a config in YAML: the fields of `Measurable`, or {"refused": why}."""
    from ganae_cli.builders import from_config
    from ganae_cli.evaluation import evaluate as evaluating
    from ganae_cli.runtime import devices
    from ganae_cli.training import setup
    from ganae_cli.training.callbacks import evaluation

    config = from_config.with_absolute_paths(cast(DictConfig, OmegaConf.create(text)))
    try:
        session = devices.prepare(**from_config.plain(config.hardware))
        from_config.import_parts(plugins)
        built = setup.build(config, session, from_config.build_data(config), plugins)
        found = {"terms": list(built.game.terms), "kind": built.data.kind, "metrics": {}, "why_none": ""}
    except UserError as error:
        return {"refused": in_one_line(error, 2000)}
    try:
        known = evaluating.metrics()
        names = evaluation.measured(built.config, built.game, built.data)
        return found | {"metrics": {name: known[name].better for name in names}}
    except UserError as error:
        return found | {"why_none": in_one_line(error)}


def main(plugins: Sequence[str]) -> None:
    """Answer the config of the standard input."""
    lifeline.follow()
    from ganae_cli.runtime.import_tensorflow import import_tensorflow

    text = sys.stdin.read()
    out = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)  # what a plugin prints is no answer
    import_tensorflow()
    with out:
        out.write(json.dumps(answer(text, plugins)) + "\n")


if __name__ == "__main__":
    main(sys.argv[1:])

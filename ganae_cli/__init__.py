"""ganae: train and compare GANs, autoencoders and their hybrids from composable config files."""

from ganae_cli.version import __version__ as __version__

TYPE_CHECKING = False  # type checkers take it for True; `typing`, which has it too, takes longer to import than ganae
if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path
    from typing import Any

    from ganae_cli.evaluation.trained import Trained


def load(run: "str | Path", **options: "Any") -> "Trained":
    """Open the folder of a run, finished or not: `.sample(count, seed)`, `.encode(images)`, `.reconstruct(images)`.

    run: a folder, a unique part of its name, or "latest". options: those of `Trained.open`
    (`ganae_cli.evaluation.trained`).
    """
    from ganae_cli.runtime.import_tensorflow import import_tensorflow

    import_tensorflow()  # which `import ganae_cli` must not
    from ganae_cli.evaluation.trained import Trained

    return Trained.open(run, **options)


def train(overrides: "Iterable[str]" = ()) -> "Trained":
    """Train a run within this process and open it, as `ganae train` does from the same words.

    overrides: for example `["model=vae", "train.steps=2000"]`. Progress goes to stderr and to the run's train.log.
    One training at a time; in the main thread Ctrl-C ends it with a checkpoint and raises KeyboardInterrupt. Signal
    handlers, environment variables, Hydra's state and Keras' dtype policy are afterwards as they were.

    Raises UserError (`ganae_cli.errors`) for what cannot be trained, RuntimeError for a run that failed, SystemExit if
    it was told to stop (SIGTERM). `.folder.path` is where the run is; `ganae_cli.load(path)` opens it again.

        run = ganae_cli.train(["model=gan", "dataset=ring", "train.steps=500"])
        run.metrics["modes"], run.sample(64).shape
    """
    from ganae_cli.runtime.in_process import surroundings_kept

    with surroundings_kept():
        from ganae_cli.commands.train import train_here

        with surroundings_kept():  # a run is opened in the precision of the program, as by `load`
            code, folder = train_here(list(overrides))
        if code == 130:
            raise KeyboardInterrupt
        if code > 128:
            raise SystemExit(code)
        run = load(folder)
        if code:
            raise RuntimeError(f"{folder}: {run.folder.status().get('error')}")
        return run

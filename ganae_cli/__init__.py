"""ganae: train and compare GANs, autoencoders and their hybrids from composable config files."""

from ganae_cli.version import __version__ as __version__

TYPE_CHECKING = False  # type checkers take it for True; `typing`, which has it too, takes longer to import than ganae
if TYPE_CHECKING:
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

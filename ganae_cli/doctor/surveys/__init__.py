"""How `ganae data check` goes through datasets of files, each of which it names: one file per dataset, of its name.

Each has `of_folder(options)`, which returns a `survey.Survey`; other datasets are built, and `survey.of_data` goes
through them.
"""

import pkgutil
from collections.abc import Callable, Mapping
from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ganae_cli.doctor.survey import Survey


def of_files(dataset: str) -> "Callable[[Mapping[str, Any]], Survey] | None":
    """Return the function that goes through the files of a dataset; None for one without any of its own."""
    if dataset not in {found.name for found in pkgutil.iter_modules(__path__)}:
        return None
    return import_module(f"{__name__}.{dataset}").of_folder

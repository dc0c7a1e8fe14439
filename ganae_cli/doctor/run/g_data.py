"""Data: are they still there, and the same?"""

import contextlib
import socket
from collections.abc import Iterator
from typing import NoReturn

from ganae_cli.config import paths
from ganae_cli.config.declared import declared
from ganae_cli.doctor.finding import Finding, ok, problem, warning
from ganae_cli.errors import UserError
from ganae_cli.storage.run_folder import RunFolder

IS_SLOW = True


def check(folder: RunFolder) -> Iterator[Finding]:
    """Yield whether the dataset is what the run was trained on, by its fingerprint. Nothing is downloaded."""
    config = folder.read_config()
    name = config.dataset.name
    if name not in declared("dataset"):
        yield warning(f"no dataset '{name}' here: not checked", "it is of a package, which `ganae resume` can name")
        return
    paths.check(config)
    from ganae_cli.runtime.import_tensorflow import import_tensorflow

    import_tensorflow()
    from ganae_cli.builders import compatibility, from_config

    from_config.import_parts()
    try:
        with no_network():
            data = from_config.build_data(config)
    except UserError as error:
        if "cannot be downloaded" not in str(error):
            raise
        yield ok(f"dataset '{name}' has to be downloaded: not checked")
        return
    other = compatibility.other_data(folder, config, data)
    if other:
        yield problem(other, "put the data back (dataset.path=FILE if moved), or go on with train.other_data=true")
    elif folder.status().get("state") == "pending":  # nothing was trained, so there is nothing to compare with
        yield ok(f"dataset '{name}' has {len(data.train):,} training rows; the run has not begun")
    elif not any("data" in session for session in folder.sessions()):
        yield warning("the run kept no fingerprint of its data: whether they are the same is not known")
    else:
        yield ok(f"dataset '{name}' is the same, {len(data.train):,} training rows")


@contextlib.contextmanager
def no_network() -> Iterator[None]:
    """Find no host by its name, for the time of a block."""

    def refuse(*_: object, **__: object) -> NoReturn:
        raise OSError("no network was asked for")

    before = socket.getaddrinfo
    socket.getaddrinfo = refuse
    try:
        yield
    finally:
        socket.getaddrinfo = before

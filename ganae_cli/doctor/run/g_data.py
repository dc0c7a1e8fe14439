"""Data: are they still there, and the same?"""

from collections.abc import Iterator

from ganae_cli.doctor.finding import Finding, ok, problem, warning
from ganae_cli.runtime import preflight
from ganae_cli.storage.run_folder import RunFolder

IS_SLOW = True
DOWNLOADED = ("mnist",)  # not checked: what is not asked for is not downloaded


def check(folder: RunFolder) -> Iterator[Finding]:
    """Yield whether the dataset is what the run was trained on, by its fingerprint."""
    config = folder.read_config()
    path, name = config.dataset.get("path"), config.dataset.name
    if path is not None or name == "arrays":
        preflight.check(config)
    if name in DOWNLOADED:
        yield ok(f"dataset '{name}' may have to be downloaded: not checked")
        return
    from ganae_cli.runtime.import_tensorflow import import_tensorflow

    import_tensorflow()
    from ganae_cli.builders import compatibility, from_config
    from ganae_cli.registry import options

    from_config.import_parts()
    try:
        options("dataset", name)
    except ValueError as error:
        yield warning(f"{error}", "its package is not named here: not checked")
        return
    data = from_config.build_data(config)
    other = compatibility.other_data(folder, config, data)
    if other:
        yield problem(other, "put the data back (dataset.path=FILE if moved), or go on with train.other_data=true")
    elif not any("data" in session for session in folder.sessions()):
        yield warning("the run kept no fingerprint of its data: whether they are the same is not known")
    else:
        yield ok(f"dataset '{name}' is the same, {len(data.train):,} training rows")

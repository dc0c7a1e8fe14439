"""Caches: what is kept between runs, of programs, classifiers, features and pictures."""

from collections.abc import Iterator
from pathlib import Path

from ganae_cli.datasets.pictures import cache as pictures
from ganae_cli.doctor.finding import Finding, ok, warning
from ganae_cli.features.kept_arrays import CLASSIFIERS, REFERENCES
from ganae_cli.runtime import kept_programs, user_cache, xla_cache
from ganae_cli.units import megabytes


def check() -> Iterator[Finding]:
    """Yield place, size and faults of each cache. A fault costs time only: a run does without."""
    yield from of_cache("compiled programs", xla_cache.VARIABLE, "xla", "*/*.pb")
    root = user_cache.folder(xla_cache.VARIABLE, "xla")
    if root and root.is_dir():
        kept = [program for folder in kept_programs.folders(root) for program in kept_programs.programs(folder)]
        states = [kept_programs.is_whole(program) for program in kept]
        if states.count(False):
            yield warning(f"{states.count(False)} compiled programs are damaged", "the next training deletes them")
    for arrays in (CLASSIFIERS, REFERENCES):
        yield from of_cache(arrays.what, arrays.variable, arrays.folder, "*.npz")
    yield from of_cache("decoded pictures", pictures.VARIABLE, pictures.FOLDER, "*.*")


def of_cache(what: str, variable: str, name: str, pattern: str) -> Iterator[Finding]:
    """Yield place and size of a cache, or why it is not used."""
    folder = user_cache.folder(variable, name)
    if folder is None:
        yield ok(f"{what}: none ({variable} is off, or there is no home folder)")
    elif not folder.exists():
        yield ok(f"{what}: none yet in {folder}")
    else:
        fault = user_cache.distrust(folder)
        files = [path for path in folder.glob(pattern) if path.is_file()]
        size = sum(path.stat().st_size for path in files)
        if fault:
            yield warning(f"{what}: not used: {fault}", f"{variable} names another folder, or is off")
        else:
            yield ok(f"{what}: {len(files)} files, {megabytes(size)} in {folder}{_room(folder)}")


def _room(folder: Path) -> str:
    free = user_cache.room(folder)
    return f", {megabytes(free)} free" if free < xla_cache.LEAST_FREE else ""

"""Installation: versions of ganae, Python and the packages, and ganae's own config files."""

import platform
import sys
from collections.abc import Iterator
from importlib import metadata

from ganae_cli import __version__
from ganae_cli.config.conf_tree import conf_dir
from ganae_cli.doctor.finding import Finding, ok, problem, warning


def check() -> Iterator[Finding]:
    """Yield the versions, and what does not fit."""
    python = f"{sys.implementation.name} {platform.python_version()}"
    yield ok(f"ganae {__version__}, {python}, {platform.platform()}")
    try:
        required = metadata.requires("ganae") or []
    except metadata.PackageNotFoundError:
        yield warning("ganae is not installed: its packages are not checked", "pip install ganae, or pip install -e .")
        required = []
    from packaging.requirements import Requirement

    needed = [Requirement(text) for text in required]
    found = []
    for one in needed:
        if one.marker and not one.marker.evaluate({"extra": ""}):
            continue
        try:
            version = metadata.version(one.name)
        except metadata.PackageNotFoundError:
            yield problem(f"{one.name} is not installed", f"pip install '{one.name}{one.specifier}'")
            continue
        found.append(f"{one.name} {version}")
        if version not in one.specifier:
            advice = f"pip install '{one.name}{one.specifier}'"
            yield problem(f"{one.name} {version}: ganae needs {one.specifier}", advice)
    if found:
        yield ok(", ".join(found))
    missing = [name for name in ("train.yaml", "model", "dataset", "network") if not (conf_dir() / name).exists()]
    if missing:
        yield problem(f"{conf_dir()} lacks ganae's own config files: {', '.join(missing)}", "install ganae anew")

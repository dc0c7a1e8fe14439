"""Runs the checks, and prints their findings as lines that can be pasted into a bug report."""

import importlib
import pkgutil
from collections.abc import Iterable, Iterator
from types import ModuleType
from typing import Any

from ganae_cli.doctor.anonymous import anonymous
from ganae_cli.doctor.finding import PROBLEM, WARNING, Finding, problem
from ganae_cli.secrets import without_hidden
from ganae_cli.terminal import fitted, tell

GROUPS = {"machine": "ganae_cli.doctor.machine", "run": "ganae_cli.doctor.run", "data": "ganae_cli.doctor.data"}


def checks(of: str, quick: bool = False) -> list[ModuleType]:
    """Return the modules with the checks of "machine", "run" or "data". quick: without those that take long."""
    package = importlib.import_module(GROUPS[of])
    names = sorted(module.name for module in pkgutil.iter_modules(package.__path__))
    found = [importlib.import_module(f"{GROUPS[of]}.{name}") for name in names]
    return [module for module in found if not (quick and getattr(module, "IS_SLOW", False))]


def title(module: ModuleType) -> str:
    """Return the title of a group of checks: the first words of its docstring."""
    return (module.__doc__ or "").splitlines()[0].partition(":")[0]


def findings(module: ModuleType, *of: Any) -> Iterator[Finding]:
    """Yield the findings of a module's checks; a check that fails is a problem, too."""
    if getattr(module, "IS_SLOW", False):
        tell(f"checking {title(module).lower()} …")
    try:
        yield from module.check(*of)
    except Exception as error:  # whatever a damaged file or a library raises: the checks that follow are wanted
        name = "" if isinstance(error, ValueError) and "\n" not in str(error) else f"{type(error).__name__}: "
        yield problem(f"{name}{error}".splitlines()[0].removesuffix(": "))


def show(modules: Iterable[ModuleType], *of: Any, only_faults: bool = False) -> list[Finding]:
    """Print the findings of the checks, a line or two each, as they come; return those that are not ok."""
    faults: list[Finding] = []
    for module in modules:
        for number, found in enumerate(findings(module, *of)):
            faults += [found] if found.level in (WARNING, PROBLEM) else []
            if only_faults and found not in faults:
                continue
            name = title(module) if number == 0 or only_faults else ""
            _print(f"{found.level:<8} {name:<13} {found.what}")
            if found.advice:
                _print(f"{'':<8} {'':<13} -> {found.advice}")
    return faults


def _print(line: str) -> None:
    print(fitted(anonymous(without_hidden(line))), flush=True)

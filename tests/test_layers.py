"""Imports go down only: each module imports from lower layers, and siblings of one layer do not know each other."""

import ast
from pathlib import Path

import pytest

import ganae_cli

ROOT = Path(ganae_cli.__file__).parent
LAYERS = (  # lowest first; a name stands for a module or for a whole package
    ("errors", "quiet", "philox", "process", "amounts"),
    ("compiled", "checkpoint_files"),
    ("registry", "randomness", "run_folder", "pictures", "conf_tree", "environment", "cost_report"),
    ("setting", "rules", "surroundings", "outputs"),
    ("comments",),
    ("settings",),
    ("schema",),
    ("datasets", "networks", "losses", "samplers", "hardware", "optimizers"),
    ("models", "metrics"),
    ("assembly", "sampling", "step_cost"),
    ("inheritance", "continuity"),
    ("callbacks", "evaluation"),
    ("ending", "building", "sweep_report"),
    ("runs", "reports", "sweeps", "results"),
    ("trial",),
    ("dry_run",),
    ("command_line",),
    ("commands",),
    ("cli",),
    ("__main__",),
)
LEVEL = {name: level for level, layer in enumerate(LAYERS) for name in layer}
MODULES = sorted(path.relative_to(ROOT).with_suffix("").parts for path in ROOT.rglob("*.py"))


def imported(tree: ast.AST) -> list[str]:
    """Everything imported anywhere below a node: `a.b` for `import a.b`, `a.b.c` for `from a.b import c`."""
    found = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found += [alias.name for alias in node.names]
        if isinstance(node, ast.ImportFrom):
            assert node.level == 0, "relative imports hide the layer"
            found += [f"{node.module}.{alias.name}" for alias in node.names]
    return found


def units_imported(tree: ast.AST) -> set[str]:
    """The modules and packages right under `ganae_cli` among the imports; `__version__` and the like do not count."""
    names = [name.split(".") for name in imported(tree)]
    own = {name[1] for name in names if name[0] == "ganae_cli" and len(name) > 1}
    return {name for name in own if not name.startswith("__")}


def parsed(module: tuple[str, ...]) -> ast.Module:
    return ast.parse(ROOT.joinpath(*module).with_suffix(".py").read_text(encoding="utf-8"))


def faults(name: str, units: set[str]) -> list[str]:
    """Which of the units the unit `name` may not import."""
    strangers = [other for other in sorted(units) if other not in LEVEL]
    upwards = [other for other in sorted(units - set(strangers)) if other != name and LEVEL[other] >= LEVEL[name]]
    return [f"{name} imports {other}" for other in strangers + upwards]


@pytest.mark.parametrize("module", [m for m in MODULES if m != ("__init__",)], ids=".".join)
def test_imports_go_down_only(module):
    assert module[0] in LEVEL, f"{module[0]} is in no layer"
    assert faults(module[0], units_imported(parsed(module))) == []


def test_the_package_itself_imports_nothing_of_its_own():
    """`import ganae_cli` is free; `load` imports what it needs when it is called."""
    body = parsed(("__init__",)).body
    assert [node for node in body if isinstance(node, ast.Import | ast.ImportFrom)] == []
    assert units_imported(parsed(("__init__",))) == {"evaluation", "quiet"}


def test_what_the_rule_refuses():
    """Up, sideways, and to nowhere, however the import is written."""
    source = """
from ganae_cli import networks, __version__
def f():
    import ganae_cli.losses.adversarial
    from ganae_cli.datasets.base import Data
    from ganae_cli.models import base
    from ganae_cli.helpers import x
    from ganae_cli.errors import UserError
"""
    wrong = ["helpers", "datasets", "losses", "models"]
    assert faults("networks", units_imported(ast.parse(source))) == [f"networks imports {name}" for name in wrong]


FRONT = {"command_line", "commands"}
LIGHT = {
    "errors",
    "process",
    "amounts",
    "cost_report",
    "dry_run",
    "environment",
    "registry",
    "run_folder",
    "checkpoint_files",
    "outputs",
    "conf_tree",
    "setting",
    "settings",
    "comments",
    "schema",
    "pictures",
    "sweeps",
    "results",
    "cli",
    "__main__",
}


@pytest.mark.parametrize(
    ("library", "allowed"),
    [("hydra", FRONT), ("argparse", FRONT), *((name, set(LEVEL) - LIGHT - FRONT) for name in ("tensorflow", "keras"))],
)
def test_who_may_know_a_library(library, allowed):
    knowing = {m[0] for m in MODULES if library in {name.split(".")[0] for name in imported(parsed(m))}}
    assert knowing <= allowed
    assert knowing, f"nobody imports {library}: this test looks at nothing"

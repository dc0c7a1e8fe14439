"""Imports go down: a module imports from floors below its own, and neighbours on one floor do not know each other."""

import ast
from pathlib import Path

import pytest

import ganae_cli

ROOT = Path(ganae_cli.__file__).parent
FLOORS = (  # lowest first; each name is a folder, or a module at the package's root
    "errors secrets units version metrics",
    "terminal",
    "registry config runtime storage",
    "sweeps trackers datasets networks losses optimizers",
    "penalties augmentations features",
    "engine",
    "models samplers builders",
    "evaluation",
    "training",
    "costs doctor export tuning",
    "command_line",
    "commands cli testing",
    "__main__ warm",
)
FLOOR = {name: number for number, names in enumerate(FLOORS) for name in names.split()}
MODULES = sorted(path.relative_to(ROOT).with_suffix("").parts for path in ROOT.rglob("*.py"))
FRONT = ("command_line", "commands")  # who may know Hydra and argparse
WITHOUT_TENSORFLOW = (  # what answers before TensorFlow is imported; whole folders, or modules of mixed ones
    *(
        "errors",
        "secrets",
        "terminal",
        "units",
        "version",
        "registry",
        "metrics",
        "config",
        "storage",
        "sweeps",
        "trackers",
    ),
    *("command_line", "commands", "cli", "__main__"),
    *("runtime.log", "runtime.preflight", "runtime.process", "runtime.xla_cache", "runtime.kept_programs"),
    *("runtime.children", "runtime.lifeline", "runtime.streams", "runtime.workers", "runtime.in_process"),
    *(
        "doctor.finding",
        "doctor.report",
        "doctor.advice",
        "doctor.anonymous",
        "doctor.checked",
        "doctor.machine",
        "doctor.run",
    ),
    *("costs.dry_run", "costs.alike", "costs.processes", "costs.report"),
    *("tuning.settings", "tuning.space", "tuning.objective", "tuning.study_file", "tuning.journal", "tuning.samplers"),
    *("tuning.trials", "tuning.drive", "tuning.summary", "tuning.shown"),
    *("evaluation.classes", "evaluation.images", "evaluation.scatter"),
    *("evaluation.inputs", "evaluation.inputs_of_run", "evaluation.point_inputs"),
    *("builders.suited_model", "datasets.outline", "datasets.arrays", "datasets.audio_folder", "datasets.image_folder"),
    *("export.extras", "export.quiet", "export.new_folder", "export.known_data"),
    *("evaluation.animation", "evaluation.directions", "evaluation.nearest", "evaluation.paths"),
)


def imported(tree: ast.AST) -> list[str]:
    """Return all imports anywhere below a node: `a.b` for `import a.b`, `a.b.c` for `from a.b import c`."""
    found = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found += [alias.name for alias in node.names]
        if isinstance(node, ast.ImportFrom):
            assert node.level == 0, "relative imports hide the floor"
            found += [f"{node.module}.{alias.name}" for alias in node.names]
    return found


def rooms_imported(tree: ast.AST) -> set[str]:
    """Return the imported modules and folders right under `ganae_cli`; `__version__` and the like do not count."""
    names = [name.split(".") for name in imported(tree)]
    own = {name[1] for name in names if name[0] == "ganae_cli" and len(name) > 1}
    return {name for name in own if not name.startswith("__")}


def parsed(module: tuple[str, ...]) -> ast.Module:
    return ast.parse(ROOT.joinpath(*module).with_suffix(".py").read_text(encoding="utf-8"))


def faults(room: str, others: set[str]) -> list[str]:
    """Return a line for each of the other rooms that this room imports and may not import."""
    strangers = sorted(other for other in others if other not in FLOOR)
    upwards = sorted(other for other in others - set(strangers) if other != room and FLOOR[other] >= FLOOR[room])
    return [f"{room} imports {other}" for other in strangers + upwards]


@pytest.mark.parametrize("module", [m for m in MODULES if m != ("__init__",)], ids=".".join)
def test_imports_go_down_only(module):
    assert module[0] in FLOOR, f"{module[0]} is on no floor"
    assert faults(module[0], rooms_imported(parsed(module))) == []


def test_every_room_of_the_list_is_there():
    assert set(FLOOR) == {module[0] for module in MODULES} - {"__init__"}


def test_importing_the_package_imports_nothing_but_its_version():
    """`import ganae_cli` is free; `load` and `train` import what they need when they are called."""
    body = parsed(("__init__",)).body
    assert rooms_imported(ast.Module([node for node in body if isinstance(node, ast.ImportFrom)], [])) == {"version"}
    assert rooms_imported(parsed(("__init__",))) == {"version", "evaluation", "runtime", "commands"}


def test_what_the_rule_refuses():
    """Imports upwards, sideways and of rooms that do not exist are refused, however the import is written."""
    source = """
from ganae_cli import networks, __version__
def f():
    import ganae_cli.losses.adversarial
    from ganae_cli.datasets.base import Data
    from ganae_cli.models import gan
    from ganae_cli.helpers import x
    from ganae_cli.errors import UserError
"""
    wrong = ["helpers", "datasets", "losses", "models"]
    assert faults("networks", rooms_imported(ast.parse(source))) == [f"networks imports {name}" for name in wrong]


def knowing(library: str) -> set[str]:
    """Return the modules that import a library, as dotted names."""
    return {".".join(m) for m in MODULES if library in {name.split(".")[0] for name in imported(parsed(m))}}


@pytest.mark.parametrize("library", ["hydra", "argparse"])
def test_only_the_front_knows(library):
    assert knowing(library), f"nobody imports {library}: this test looks at nothing"
    assert {name.split(".")[0] for name in knowing(library)} <= set(FRONT)


@pytest.mark.parametrize("library", ["tensorflow", "keras"])
def test_what_answers_without(library):
    light = {name for name in knowing(library) if name.startswith(tuple(f"{n}." for n in WITHOUT_TENSORFLOW))}
    assert light | (knowing(library) & set(WITHOUT_TENSORFLOW)) == set()
    assert knowing(library), f"nobody imports {library}: this test looks at nothing"

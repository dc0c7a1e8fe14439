"""Tests mirror the package: each module has a file of tests in the same place, or is listed here with a reason."""

from pathlib import Path

import ganae_cli

ROOT, TESTS = Path(ganae_cli.__file__).parent, Path(__file__).parent
ELSEWHERE = {  # module -> where it is tested instead
    "__main__.py": "test_wheel.py",  # runs `python -m ganae_cli`
    "version.py": "test_wheel.py",
    "commands/resume.py": "commands/test_resume_exact.py",  # and test_resume_refusals.py: two long stories
    "costs/dry_run.py": "commands/test_dry_run.py",  # through the command, whose jobs are processes
    "costs/measure.py": "commands/test_dry_run.py",
    "evaluation/protocol.py": "contracts/test_conf_contract.py",  # its settings are the keys of the YAML
    "evaluation/of_sweep.py": "commands/test_evaluate.py",  # through the command, of a sweep that was trained
    **{f"export/plain_{name}.py": "export/test_plain_layers.py" for name in ("rules", "images", "blocks")},
    **{
        f"export/{name}.py": "commands/test_export.py"  # by the command, in processes without ganae
        for name in ("write", "outside", "card", "card_code", "card_metrics")
    },
    "models/aegan.py": "engine/test_routing.py",  # its gradients, written out by hand
    "models/autoencoder.py": "models/test_autoencoders.py",  # a page, and the family of variants over it
    "models/vae.py": "models/test_autoencoders.py",
    "command_line/launcher.py": "command_line/test_multirun.py",  # whose jobs it begins
    "sweeps/settings.py": "command_line/test_sweep_words.py",  # by which they are read
    **{
        f"testing/{name}.py": "testing/test_checks.py"
        for name in ("augmentations", "demand", "datasets", "losses", "models")
    },
    **{f"testing/{name}.py": "testing/test_checks.py" for name in ("games", "networks", "yaml_files")},
    "testing/conditions.py": "contracts/test_conditions_contract.py",  # which knows who takes labels
}


def modules() -> set[str]:
    """Return every module except the packages' own files, which only describe."""
    return {path.relative_to(ROOT).as_posix() for path in ROOT.rglob("*.py") if path.name != "__init__.py"}


def test_every_module_has_its_tests():
    mirrored = {name for name in modules() if (TESTS / name).with_name(f"test_{Path(name).name}").is_file()}
    assert sorted(modules() - mirrored - set(ELSEWHERE)) == []
    assert sorted(mirrored & set(ELSEWHERE)) == [], "a module that has its tests needs no reason"


def test_the_reasons_hold():
    assert sorted(set(ELSEWHERE) - modules()) == []
    assert [name for name in ELSEWHERE.values() if not (TESTS / name).is_file()] == []

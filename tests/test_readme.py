"""Promises of the documentation: the example of a model works as printed, lists are complete, links lead somewhere."""

import importlib
import re
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from ganae_cli import __version__
from ganae_cli.cli import main
from ganae_cli.config.conf_tree import ConfTree
from ganae_cli.storage.run_folder import RunFolder
from tests.test_layers import FLOORS

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
CONTRIBUTING = (ROOT / ".github" / "CONTRIBUTING.md").read_text(encoding="utf-8")
PAGES = [
    *("README.md", "CHANGELOG.md", ".github/CONTRIBUTING.md", ".github/PULL_REQUEST_TEMPLATE.md", ".github/SLURM.md"),
    *("conf/experiment/README.md", "tests/benchmarks/README.md", "tests/example_plugin/README.md"),
]
FORMS = sorted((ROOT / ".github" / "ISSUE_TEMPLATE").glob("*.yml"))
FOLDERS = ("ganae_cli", "conf", "tests")  # a name in backticks that begins like this is a path


def block(name: str) -> str:
    """Return the fenced block below the line that is this name in backticks."""
    return re.search(rf"`{re.escape(name)}`:\n\n```\w+\n(.*?)```", CONTRIBUTING, re.DOTALL)[1]


def section(page: str, title: str) -> str:
    """Return the text below a heading, up to the next one."""
    return re.search(rf"^## {re.escape(title)}\n(.*?)(?=^## |\Z)", page, re.DOTALL | re.MULTILINE)[1]


def code_words(text: str) -> list[str]:
    """Return the text in backticks, without fenced blocks."""
    return re.findall(r"`([^`\n]+)`", re.sub(r"^```.*?^```", "", text, flags=re.DOTALL | re.MULTILINE))


# The example of a model ---------------------------------------------------------------------------------------------


def test_example_model_trains_samples_and_reconstructs(tmp_path, monkeypatch, capsys, parts):
    monkeypatch.setattr(parts, "_PARTS", {kind: dict(known) for kind, known in parts._PARTS.items()})
    package = tmp_path / "lab_of_readme"
    package.mkdir()
    (package / "__init__.py").write_text(block("ganae_cli/models/denoiser.py"))
    (tmp_path / "conf" / "model").mkdir(parents=True)
    (tmp_path / "conf" / "model" / "denoiser.yaml").write_text(block("conf/model/denoiser.yaml"))
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.setenv("GANAE_OUTPUTS", str(tmp_path / "outputs"))
    words = ["model=denoiser", "plugins=[lab_of_readme]", "--config-dir", str(tmp_path / "conf"), "debug=smoke"]
    code = main(["train", *words, "model.noise=0.5", "hardware.jit=false", "train.batch_size=16"])
    out, error = capsys.readouterr()
    assert code == 0, error
    folder = RunFolder(out.splitlines()[-1])
    assert [row["step"] for row in folder.history.read()] == ["2", "4"]

    from ganae_cli import load

    assert main(["train", *words, "model.noise=-1"]) == 2  # the range that the comment in its YAML states
    assert "model.noise must be at least 0, got -1" in capsys.readouterr().err
    run = load(folder.path, plugins=["lab_of_readme"])
    assert "lab_of_readme" in sys.modules
    assert run.reconstruct(run.sample(3, seed=0)).shape == (3, 8, 8, 1)


# Lists --------------------------------------------------------------------------------------------------------------


def test_the_family_is_of_models_that_exist():
    """The family names most models; a new one need not be named here, since `ganae list models` is complete."""
    named = code_words(section(README, "The family").partition("\n\n`ganae")[0])[1:]
    assert set(named) <= set(ConfTree().options("model"))
    assert len(named) == len(set(named)) >= 30


def test_choices_of_the_groups_exist():
    tree = ConfTree()
    rows = re.findall(r"^\| `(\w+)` \| (.*?) \| (.*?) \|$", section(README, "The family"), re.MULTILINE)
    assert [group for group, _, _ in rows] == [
        *("dataset", "network", "loss", "augmentation", "optimizer", "hardware", "tracker", "experiment")
    ]
    for group, choices, example in rows:
        assert set(code_words(choices)) <= set(tree.options(group))
        assert re.match(rf"`{group}[@.=]", example)


def test_the_floor_plan_is_that_of_the_layers():
    rows = re.findall(r"^\| (\d+) \| `(\w+)` \|", section(CONTRIBUTING, "The floor plan"), re.MULTILINE)
    plan = [(str(number), name) for number, names in enumerate(FLOORS, 1) for name in names.split()]
    assert rows == plan


def test_the_way_to_the_loss_leads_through_functions_that_exist():
    names = [name for name in code_words(section(CONTRIBUTING, "From the command to the loss")) if "." in name]
    names = [name for name in names if "/" not in name]
    assert len(names) >= 12
    for name in names:
        words = name.split(".")
        whole = next(i for i, word in enumerate(words) if word != word.lower() or i == len(words) - 1)
        found = importlib.import_module("ganae_cli." + ".".join(words[:whole]))
        for word in words[whole:]:
            found = getattr(found, word)


# Form ---------------------------------------------------------------------------------------------------------------


def test_the_readme_is_short():
    lines = README.splitlines()
    assert len(lines) <= 200
    assert [line for line in lines if len(line) > 120] == []


@pytest.mark.parametrize(("word", "command"), [("Run", ".venv/bin/ganae train"), ("Test", "-m pytest")])
def test_a_heading_is_followed_by_its_commands(word, command):
    """Programs read the commands there, in the first fenced block after the heading."""
    below = README[re.search(rf"^#+ .*\b{word}\b", README, re.MULTILINE).start() :]
    commands = re.search(r"^```\w*\n(.*?)^```", below, re.DOTALL | re.MULTILINE)[1]
    assert commands.splitlines()[0] == "python3.11 -m venv .venv"
    assert command in commands


def anchors(path: Path) -> set[str]:
    """Return the anchors that GitHub gives to the headings of a page."""
    headings = re.findall(r"^#+ (.*)$", path.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("name", PAGES)
def test_links_lead_somewhere(name):
    page = ROOT / name
    text = page.read_text(encoding="utf-8")
    for target in re.findall(r"\]\(([^)\s]+)\)", text):
        if target.startswith("https://"):
            continue
        path, _, anchor = target.partition("#")
        assert (page.parent / path).exists(), target
        assert not anchor or anchor in anchors(page if not path else page.parent / path), target


@pytest.mark.parametrize("name", PAGES)
def test_paths_in_backticks_exist(name):
    words = code_words((ROOT / name).read_text(encoding="utf-8"))
    paths = [word for word in words if re.match(rf"({'|'.join(FOLDERS)})/[\w./]+$", word) and "NAME" not in word]
    assert [path for path in paths if not (ROOT / path).exists() and "denoiser" not in path] == []


@pytest.mark.parametrize("path", FORMS, ids=lambda path: path.stem)
def test_issue_forms_are_forms(path):
    form = yaml.safe_load(path.read_text(encoding="utf-8"))
    if path.stem == "config":
        assert set(form) <= {"blank_issues_enabled", "contact_links"}
        return
    assert {"name", "description", "body"} <= set(form)
    fields = [field for field in form["body"] if field["type"] != "markdown"]
    assert fields
    assert all(field["attributes"]["label"] for field in fields)
    assert len({field["id"] for field in fields}) == len(fields)


def test_the_citation_is_of_this_version():
    citation = yaml.safe_load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))
    assert (citation["title"], citation["version"], citation["license"]) == ("ganae", __version__, "MIT")


def test_ci_takes_its_command_from_the_readme():
    assert "README.md" in (ROOT / ".ci" / "run").read_text(encoding="utf-8")
    subprocess.run(["bash", "-n", ROOT / ".ci" / "run"], check=True)

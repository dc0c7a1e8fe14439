"""Parts by name: the parts that are found, and the messages for names that are refused."""

import importlib.util
import inspect
import sys

import pytest

from ganae_cli import registry
from ganae_cli.errors import UserError


@pytest.fixture
def shelf(monkeypatch):
    """Return a separate registry with two parts of the kind "fruit"."""
    monkeypatch.setattr(registry, "_PARTS", {})

    @registry.register("fruit", "pear")
    def pear(size, colour="green"):
        return f"{colour} pear of {size}"

    @registry.register("fruit", "apple")
    class Apple:
        def __init__(self, weight: float = 0.2):
            self.weight = weight

    return registry


def test_parts_are_built_by_name(shelf):
    assert shelf.names("fruit") == ["apple", "pear"]
    assert shelf.names("vegetable") == []
    assert shelf.build("fruit", "pear", size=3) == "green pear of 3"
    assert shelf.build("fruit", "apple", weight=0.5).weight == 0.5


def test_options_are_the_signature(shelf):
    assert shelf.options("fruit", "pear") == {"size": inspect.Parameter.empty, "colour": "green"}
    assert shelf.options("fruit", "apple") == {"weight": 0.2}


def test_an_unknown_name_is_refused_with_the_choices(shelf):
    with pytest.raises(UserError) as error:
        shelf.build("fruit", "paer")
    assert str(error.value) == "no fruit named 'paer'; did you mean 'pear'? (choices: apple, pear)"
    with pytest.raises(UserError, match=r"no vegetable named 'leek' \(choices: \)"):
        shelf.find("vegetable", "leek")


def test_an_unknown_option_is_refused_with_the_options(shelf):
    with pytest.raises(UserError) as error:
        shelf.build("fruit", "pear", size=1, color="red")
    expected = "fruit 'pear' has no option 'color'; did you mean 'colour'? (options: size, colour)"
    assert str(error.value) == expected


def test_a_name_belongs_to_one_module(shelf):
    """A module that is imported twice declares its parts again; another module may not take the name."""

    def pear():
        return "again"

    assert shelf.register("fruit", "pear")(pear) is pear
    assert shelf.build("fruit", "pear") == "again"
    pear.__module__ = "another"
    shelf.register("fruit", "quince")(pear)
    with pytest.raises(ValueError, match=r"fruit 'apple' is declared twice: .*test_registry and another"):
        shelf.register("fruit", "apple")(pear)


@pytest.fixture
def package(tmp_path, monkeypatch):
    """An importable package `orchard` of two modules, one of which declares a part."""
    folder = tmp_path / "orchard"
    folder.mkdir()
    (folder / "__init__.py").write_text("")
    (folder / "trees.py").write_text(
        "from ganae_cli.registry import register\n\n@register('fruit', 'plum')\ndef plum():\n    return 'plum'\n"
    )
    (folder / "fences.py").write_text("")
    monkeypatch.syspath_prepend(tmp_path)
    yield "orchard"
    for name in [name for name in sys.modules if name.partition(".")[0] == "orchard"]:
        del sys.modules[name]


def test_a_file_dropped_into_a_package_declares_its_parts(shelf, package):
    shelf.import_parts(package)
    assert shelf.names("fruit") == ["apple", "pear", "plum"]
    assert {"orchard.trees", "orchard.fences"} <= set(sys.modules)


def test_plugins_are_imported_by_name(shelf, package):
    shelf.import_plugins([f"{package}.trees"])
    assert shelf.build("fruit", "plum") == "plum"
    with pytest.raises(UserError, match="plugins: cannot import 'no_such_orchard'"):
        shelf.import_plugins(["no_such_orchard"])


def test_plugins_may_lie_in_the_current_folder(shelf, package, tmp_path, monkeypatch):
    """The console script, unlike `python -m`, does not look in the current folder by itself."""
    monkeypatch.setattr(sys, "path", [path for path in sys.path if path not in ("", str(tmp_path))])
    monkeypatch.chdir(tmp_path)
    shelf.import_plugins()
    assert str(tmp_path) not in sys.path
    shelf.import_plugins([f"{package}.trees"])
    assert "plum" in shelf.names("fruit")


def test_plugins_are_found_by_their_entry_point(shelf, package, tmp_path):
    installed = tmp_path / "orchard-1.dist-info"
    installed.mkdir()
    (installed / "METADATA").write_text("Metadata-Version: 2.1\nName: orchard\nVersion: 1\n")
    (installed / "entry_points.txt").write_text("[ganae]\norchard = orchard.trees\n")
    shelf.import_plugins()
    assert "plum" in shelf.names("fruit")


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("from ganae_cli.models.base import Game", "since 0.2: from ganae_cli.engine import Game, Parts"),
        ("from ganae_cli.models import parts", "since 0.2: from ganae_cli.engine import Game, Parts"),
        ("from ganae_cli.losses.penalties import r1", "since 0.2: ganae_cli.penalties.gradient"),
        ("from ganae_cli.networks.layers import NoSuch", "since 0.2: ganae_cli.networks.layers.common"),
    ],
)
def test_a_plugin_of_before_0_2_is_told_where_things_are(shelf, package, tmp_path, line, said):
    (tmp_path / package / "fences.py").write_text(line)
    with pytest.raises(UserError, match=r"plugins: cannot import 'orchard\.fences': ") as refused:
        shelf.import_plugins([f"{package}.fences"])
    assert str(refused.value).endswith(f" ({said})")


def test_an_installed_plugin_of_before_0_2_is_told_too(shelf, package, tmp_path):
    (tmp_path / package / "fences.py").write_text("import ganae_cli.models.base")
    installed = tmp_path / "orchard-1.dist-info"
    installed.mkdir()
    (installed / "METADATA").write_text("Metadata-Version: 2.1\nName: orchard\nVersion: 1\n")
    (installed / "entry_points.txt").write_text("[ganae]\norchard = orchard.fences\n")
    with pytest.raises(UserError, match=r"the installed plugin 'orchard': .*ganae_cli\.engine import Game, Parts"):
        shelf.import_plugins()


def test_what_has_moved_is_where_the_list_says(parts):
    for old, new in parts._MOVED.items():
        assert old == "ganae_cli.networks.layers" or importlib.util.find_spec(old) is None
        named = new.split()[1] if " " in new else new
        assert importlib.util.find_spec(named) is not None, named


def test_every_part_of_the_package_is_declared(parts):
    """The parts that the issue names are declared; a part that is missing here is a file that nobody imports."""
    named = {
        "model": {"gan", "autoencoder", "aegan"},
        "network": {"mlp", "dcgan"},
        "adversarial": {"non_saturating", "minimax", "least_squares", "hinge", "wasserstein", "relativistic"},
        "reconstruction": {"mse", "mae", "bce"},
        "penalty": {"gradient_penalty", "r1", "r2"},
        "dataset": {"digits", "ring", "grid", "mnist", "fashion_mnist", "arrays"},
        "optimizer": {"adam", "rmsprop", "sgd"},
        "augmentation": {"none", "diffaugment", "ada"},
    }
    for kind, names in named.items():
        assert names <= set(parts.names(kind))

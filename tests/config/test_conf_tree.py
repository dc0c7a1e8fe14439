"""Reading the YAML files: options, comments, variants, roles, and the folders of users."""

from pathlib import Path

import pytest

import ganae_cli
from ganae_cli.config.conf_tree import ConfTree, conf_dir, declared, read
from ganae_cli.errors import UserError


@pytest.fixture
def tree(tmp_path):
    """A tree with a folder of the user's; `tree.write("model/x.yaml", text)` adds a file to it."""

    def write(name, text):
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text)
        return ConfTree((tmp_path,))

    return write


def test_conf_is_found_beside_the_package_or_inside_it():
    assert conf_dir() in (Path(ganae_cli.__file__).parent / "conf", Path(ganae_cli.__file__).parent.parent / "conf")


def test_options_and_comments_by_dotted_path(tree):
    text = "# help: mine\nname: x\nsize: 3  # in pixels # sharp\nweights:  # of terms\n  a: '#1'\n"
    part = tree("dataset/x.yaml", text).part("dataset", "x")
    assert part.options == {"name": "x", "size": 3, "weights": {"a": "#1"}}
    assert part.comments == {"name": "", "size": "in pixels # sharp", "weights": "of terms", "weights.a": ""}


def test_on_is_a_word_where_it_is_a_key(tree):
    part = tree("penalty/x.yaml", "on: discriminator\nis_on: on\n").part("penalty", "x")
    assert part.options == {"on": "discriminator", "is_on": True}


def test_a_variant_lies_over_what_it_extends(tree):
    part = tree("optimizer/fast.yaml", "defaults:\n  - adam\nlearning_rate: 1.0\n").part("optimizer", "fast")
    adam = ConfTree().part("optimizer", "adam")
    assert part.options == adam.options | {"learning_rate": 1.0}
    assert part.comments["learning_rate"] == adam.comments["learning_rate"]


def test_a_global_file_lists_its_own_section_and_its_roles(tree):
    text = "# @package _global_\ndefaults:\n  - gan\n  - /network@networks.judge: mlp\nmodel:\n  size: 3  # big\n"
    part = tree("model/x.yaml", text).part("model", "x")
    assert part.options["size"] == 3
    assert part.options["name"] == "gan"
    assert part.comments["size"] == "big"
    assert part.roles == {"generator": "auto", "discriminator": "auto", "judge": "mlp"}


def test_hydra_would_overlook_a_late_header(tree):
    with pytest.raises(UserError, match="must be the first"):
        tree("model/x.yaml", "# help: x\n# @package _global_\nmodel: {}\n").part("model", "x")


def test_what_is_not_yaml_is_named(tmp_path):
    (tmp_path / "x.yaml").write_text("a: [1\nb: 2\n")
    with pytest.raises(UserError, match=r"x.yaml is not YAML"):
        read(tmp_path / "x.yaml")


def test_our_files_come_first_and_hidden_ones_are_told(tree):
    made = tree("model/gan.yaml", "# help: another\nname: gan\n")
    assert made.help("model", "gan") != "another"
    assert [path.name for path in made.shadowed()] == ["gan.yaml"]


def test_a_folder_that_is_not_there(monkeypatch, tmp_path):
    monkeypatch.setenv("GANAE_CONFIG_PATH", str(tmp_path / "nowhere"))
    with pytest.raises(UserError, match="GANAE_CONFIG_PATH: no folder "):
        ConfTree()


def test_names_are_read_off_the_sources():
    assert {"hinge", "non_saturating", "wasserstein"} <= set(declared("adversarial"))
    assert declared("no such kind") == []


def test_declared_names_are_those_of_the_registry(parts):
    for kind in ("model", "network", "dataset", "adversarial", "reconstruction", "penalty", "optimizer"):
        assert declared(kind) == parts.names(kind)

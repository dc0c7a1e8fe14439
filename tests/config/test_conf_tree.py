"""Reading the YAML files: options, comments, variants, roles, and the folders of users."""

from pathlib import Path

import pytest

import ganae_cli
from ganae_cli.config.conf_tree import ConfTree, conf_dir
from ganae_cli.errors import UserError


@pytest.fixture
def tree(tmp_path):
    """Return a tree with a folder of the user's; `tree.write("model/x.yaml", text)` adds a file to that folder."""

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


def test_our_files_come_first_and_hidden_ones_are_told(tree):
    made = tree("model/gan.yaml", "# help: another\nname: gan\n")
    assert made.help("model", "gan") != "another"
    assert [path.name for path in made.shadowed()] == ["gan.yaml"]


def test_a_folder_that_is_not_there(monkeypatch, tmp_path):
    monkeypatch.setenv("GANAE_CONFIG_PATH", str(tmp_path / "nowhere"))
    with pytest.raises(UserError, match="GANAE_CONFIG_PATH: no folder "):
        ConfTree()


def test_a_variants_prose_keeps_the_limits_of_its_base(tree):
    """Editing prose changes no check, also in a file that extends another."""
    text = "defaults:\n  - adam\nlearning_rate: 1.0  # as in the paper\nbeta_1: 0.0  # [>= 0] no momentum\n"
    comments = tree("optimizer/fast.yaml", text).part("optimizer", "fast").comments
    assert comments["learning_rate"] == "[float > 0 | null] as in the paper"
    assert comments["beta_1"] == "[>= 0] no momentum"


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        (
            "dataset/x.yaml",
            "name: x\nsize: 3  # >= 1: side in pixels\n",
            r"/dataset/x.yaml: size: limits in a comment stand in brackets: write '# \[>= 1\] …' "
            "instead of '# >= 1: …'$",
        ),
        (
            "model/x.yaml",
            "# @package _global_\nmodel:\n  size: 3  # [>= one] side\n",
            r"/model/x.yaml: model.size: cannot read the limits '\[>= one\]': expected something like \[>= 1\], ",
        ),
    ],
)
def test_a_comment_that_cannot_be_checked_is_refused_by_file_and_key(tree, name, text, message):
    with pytest.raises(UserError, match=message):
        tree(name, text).part(name.partition("/")[0], "x")

"""Reading one YAML file: content, comments by dotted key, and the headers that Hydra would overlook."""

import pytest

from ganae_cli.config.yaml_file import defaults_of, read
from ganae_cli.errors import UserError


@pytest.fixture
def write(tmp_path):
    """`write(text)` -> the path of a file with this text."""

    def written(text):
        path = tmp_path / "x.yaml"
        path.write_text(text)
        return path

    return written


def test_content_comments_and_package(write):
    text = "# @package _global_\nmodel:  # of all\n  size: 3  # [>= 1] in pixels # sharp\n  word: 'a # b'\n"
    content, comments, is_global = read(write(text))
    assert content == {"model": {"size": 3, "word": "a # b"}}
    assert comments == {"model": "of all", "model.size": "[>= 1] in pixels # sharp", "model.word": ""}
    assert is_global


def test_a_file_without_keys_is_empty(write):
    assert read(write("")) == read(write("# help: x\n")) == read(write("- a\n")) == ({}, {}, False)


def test_on_is_a_word_where_it_is_a_key(write):
    assert read(write("on: discriminator\nis_on: on\n"))[0] == {"on": "discriminator", "is_on": True}


def test_hydra_would_overlook_a_late_header(write):
    with pytest.raises(UserError, match=r"x.yaml: the line '# @package ...' must be the first"):
        read(write("# help: x\n# @package _global_\nmodel: {}\n"))


def test_what_is_not_yaml_is_named(write):
    with pytest.raises(UserError, match=r"x.yaml is not YAML"):
        read(write("a: [1\nb: 2\n"))


@pytest.mark.parametrize(
    ("content", "entries"),
    [({"defaults": ["base", {"/loss": "hinge"}]}, ["base", {"/loss": "hinge"}]), ({}, []), ({"defaults": None}, [])],
)
def test_entries_of_a_defaults_list(content, entries):
    assert list(defaults_of(content)) == entries

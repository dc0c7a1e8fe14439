"""A run's config, which may be a stranger's: bombs and code are refused in one line, at once."""

import os
import time

import pytest

from ganae_cli.errors import UserError
from ganae_cli.storage import config_file
from ganae_cli.storage.run_folder import RunFolder

MODEL = "model: {name: gan}\n"


@pytest.fixture
def write(tmp_path):
    def write(text):
        path = tmp_path / "config.yaml"
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return path

    return write


def laughs(levels=9):
    lines = ["a0: &a0 [lol, lol, lol, lol, lol, lol, lol, lol, lol]"]
    lines += [f"a{i}: &a{i} [{', '.join([f'*a{i - 1}'] * 9)}]" for i in range(1, levels)]
    return MODEL + "\n".join(lines)


REFUSED = {
    "aliases": (laughs(), r"line 3: an alias \(\*a0\) is not allowed"),
    "a merge": (MODEL + "a: &a {x: 1}\nb: {<<: *a}\n", "line 3: an alias"),
    "depth": (MODEL + "x: " + "[" * 900 + "]" * 900, "more than 32 levels"),
    "deep blocks": (MODEL + "\n".join(" " * i + "x:" for i in range(200)), "more than 32 levels"),
    "size": (MODEL + "# \n" * 100_000, r"has 300,019 bytes, expected at most 262,144"),
    "a long text": (MODEL + "x: " + "y" * 20_000, "a text of 20,000 letters"),
    "not UTF-8": (MODEL.encode() + b"x: \xff\n", "byte 23 is not UTF-8 text"),
    "Python": (MODEL + "x: !!python/name:os.system", r"a tag \(tag:yaml.org,2002:python/name:os.system\)"),
    "a path of OmegaConf's": (MODEL + "x: !!python/object/apply:pathlib.Path [a]", "a tag"),
    "bytes": (MODEL + "x: !!binary aGk=", "a tag"),
    "a long number": (MODEL + "x: " + "9" * 9000, "Exceeds the limit"),
    "a long hexadecimal number": (MODEL + "x: 0x" + "f" * 9000, "19 digits at most"),
    "a number as key": (MODEL + "train: {1: 2}", "the key 1 in train is not text"),
    "null as key": (MODEL + "~: 2", "the key None in the file is not text"),
    "a list as key": (MODEL + "? [a]\n: 2", "unhashable"),
    "two keys": (MODEL + MODEL, "found duplicate key model"),
    "code below": (
        "model: {name: gan, inner: [{_target_: os.system}]}",
        r"'model\.inner\[0\]\._target_'",
    ),
    "defaults below": (
        MODEL + "networks: {encoder: {defaults: [x]}}",
        r"'networks\.encoder\.defaults'",
    ),
    "plugins below": (MODEL + "train: {plugins: [os]}", r"must not contain 'train\.plugins'"),
    "hydra below": (MODEL + "train: {hydra: {}}", r"must not contain 'train\.hydra'"),
    "a resolver": (MODEL + "x: ${oc.decode:'1'}", "is not allowed here"),
    "references": (
        MODEL + "\n".join(f"a{i}: ${{a{i + 1}}}${{a{i + 1}}}" for i in range(60)),
        "its references give more",
    ),
}


@pytest.mark.parametrize("case", REFUSED)
def test_bombs_and_code_are_refused_at_once_in_one_line(write, case):
    text, reason = REFUSED[case]
    path, began = write(text), time.perf_counter()
    with pytest.raises(UserError, match=reason) as error:
        config_file.read(path)
    assert time.perf_counter() - began < 2
    assert "config.yaml" in str(error.value)
    assert "\n" not in str(error.value)
    assert len(str(error.value)) < 400


def test_a_pipe_is_not_waited_for(tmp_path):
    os.mkfifo(tmp_path / "config.yaml")
    with pytest.raises(UserError, match="it is not a file"):
        RunFolder(tmp_path).read_config()


def test_what_a_run_saves_is_read_as_it_was(write):
    """Numbers as OmegaConf reads them: 1e-3 is one, though YAML 1.1 takes it for text."""
    config = config_file.read(write(MODEL + "optimizer: {learning_rate: 1e-3, 'on': 'yes'}\nx: ${oc.env:HOME}\n"))
    assert config.optimizer.learning_rate == 0.001
    assert config._get_node("x")._value() == "${oc.env:HOME}"


def test_a_byte_order_mark_does_no_harm(write):
    assert config_file.read(write(b"\xef\xbb\xbf" + MODEL.encode())).model.name == "gan"

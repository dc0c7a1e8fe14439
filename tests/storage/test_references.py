"""References in a config from a run folder: plain ones and the environment, nothing that grows or runs."""

import time

import pytest

from ganae_cli.errors import UserError
from ganae_cli.storage.references import refuse_strange


def test_what_a_run_saves_is_followed():
    refuse_strange(
        {
            "train": {"batch_size": 32, "examples": "${train.batch_size}", "steps": "${.batch_size}"},
            "dataset": {"path": "${oc.env:HOME}/${oc.env:DATA,mnist}.npz", "key": r"\${literal}"},
            "networks": {
                "encoder": "${networks.decoder}",
                "decoder": {"width": 8, "sizes": [1, "${networks.decoder.width}"]},
            },
        }
    )


@pytest.mark.parametrize(
    "text",
    [
        "${oc.decode:'[1]'}",
        "${oc.create:{a: 1}}",
        "${oc.select:train}",
        "${oc.deprecated:train}",
        "${hydra:runtime.cwd}",
        "${now:%Y}",
        "${own:1}",
        "${${train}}",
        "${oc.env:${train}}",
        "${oc.env:A,${oc.decode:b}}",
        "${",
        r"\\${now:%Y}",  # an escaped backslash, and a resolver behind it
    ],
)
def test_other_resolvers_are_refused_by_name(text):
    with pytest.raises(UserError, match=r"^train\.x: '.*' is not allowed here, only \$\{key\} and \$\{oc\.env:NAME\}"):
        refuse_strange({"train": {"x": text}})


def test_a_circle_is_refused():
    for config in ({"a": "${b}", "b": "${a}"}, {"a": {"b": "${a}"}}, {"a": "${a}"}):
        with pytest.raises(UserError, match="in a circle"):
            refuse_strange(config)
    with pytest.raises(UserError, match="over more than 100 others"):
        refuse_strange({f"a{i}": f"${{a{i + 1}}}" for i in range(200)})


def test_references_that_double_and_double_are_refused_at_once():
    """60 keys of two references each would give 2^60 letters."""
    began = time.perf_counter()
    texts = {f"a{i}": f"${{a{i + 1}}}${{a{i + 1}}}" for i in range(60)} | {"a60": "x"}
    sections = {f"b{i}": {"l": f"${{b{i + 1}}}", "r": f"${{b{i + 1}}}"} for i in range(40)} | {"b40": 1}
    for config in (texts, sections):
        with pytest.raises(UserError, match="give more than 1,048,576 letters"):
            refuse_strange(config)
    assert time.perf_counter() - began < 1


def test_a_path_through_a_reference_is_refused():
    """It would be followed to a node whose size is not known here."""
    with pytest.raises(UserError, match="leads through another one"):
        refuse_strange({"a": "${b.x}", "b": "${c}", "c": {"x": 1}})

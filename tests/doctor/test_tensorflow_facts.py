"""What TensorFlow says of itself."""

from importlib import metadata

from ganae_cli.doctor import tensorflow_facts


def test_facts():
    facts = tensorflow_facts.facts()
    assert facts["version"] == metadata.version("tensorflow")
    assert "CPU:0" in facts["devices"]


def test_no_instructions_are_named_where_tensorflow_names_none():
    assert tensorflow_facts.unused_instructions("nothing of that kind") == []

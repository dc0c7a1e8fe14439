"""A finding says how bad it is."""

from ganae_cli.doctor import finding


def test_levels():
    found = [finding.ok("a"), finding.warning("b", "do"), finding.problem("c")]
    assert found == [("ok", "a", ""), ("warning", "b", "do"), ("problem", "c", "")]

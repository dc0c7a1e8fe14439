"""Memory and time, for numbers that are easy to check."""

from collections import Counter

from ganae_cli.doctor.data import f_costs
from ganae_cli.doctor.survey import Survey


def test_numbers():
    """1,000 pictures of 100 x 100 x 3 bytes are 30 MB; 50 a second take 20 s."""
    survey = Survey("own", names=["a"] * 1000, image_size=(100, 100), channels=3, rate=50.0)
    memory, time = (one.what for one in f_costs.check(survey))
    assert memory.startswith("30 MB")
    assert memory.endswith("at 100x100, 8 bits a channel: kept in memory")
    assert time.startswith("50 pictures are decoded in a second, all of them in 0:20")


def test_what_is_suggested_counts_where_no_size_is_set():
    survey = Survey("own", names=["a"] * 1000, channels=1, sizes=Counter({(300, 300): 600, (200, 300): 400}))
    (memory,) = f_costs.check(survey)
    assert memory.what.startswith("4 MB")
    assert "at 64x64" in memory.what

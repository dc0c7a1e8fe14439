"""Message about a run's speed at its end."""

from ganae_cli.storage.run_folder import RunFolder
from ganae_cli.training import finish


def test_the_median_rate_is_the_median(tmp_path):
    folder = RunFolder(tmp_path)
    assert finish._median_rate(folder) == 0.0
    for step, rate in ((1, 3.0), (2, 90.0), (3, 100.0), (4, 110.0), (5, 120.0)):
        folder.history.append({"step": step, "images_per_second": rate})
    assert finish._median_rate(folder) == 100.0

"""Costs: memory, and the time that reading takes"""

from collections.abc import Iterator

from ganae_cli.datasets.rows import IN_MEMORY
from ganae_cli.doctor.finding import Finding, ok
from ganae_cli.doctor.survey import Survey
from ganae_cli.runtime.process import available_memory
from ganae_cli.units import duration, megabytes


def check(survey: Survey) -> Iterator[Finding]:
    """Yield the bytes of all pictures at the size of the training, and how long reading them once takes."""
    if survey.kind == "points" or not survey.count:
        return
    height, width = survey.wanted_size
    size = survey.count * height * width * (survey.channels or 3)
    free = available_memory()
    place = "in memory" if size <= IN_MEMORY else "in a file of the cache, and mapped"
    kept = f": kept {place}" if survey.rate else ""
    room = f" of {megabytes(free)} free" if free is not None else ""
    yield ok(f"{megabytes(size)}{room} at {height}x{width}, 8 bits a channel{kept}")
    if survey.rate:
        seconds = survey.count / survey.rate
        yield ok(
            f"{survey.rate:,.0f} pictures are decoded in a second, all of them in {duration(seconds)}: once if they "
            "are kept, else (dataset.cache=none) in each epoch"
        )

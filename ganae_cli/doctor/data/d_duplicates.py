"""Duplicates: pictures that are there twice, also in training and in testing"""

from collections.abc import Iterator, Sequence

from ganae_cli.doctor import duplicates
from ganae_cli.doctor.finding import Finding, ok, warning
from ganae_cli.doctor.survey import Survey
from ganae_cli.terminal import one_line

NAMED = 3


def check(survey: Survey) -> Iterator[Finding]:
    """Yield how many rows are copies of others, or nearly so, with the names of the first few pairs."""
    if not survey.count:
        return
    groups = duplicates.exact(survey.digests)
    copies = sum(len(group) - 1 for group in groups)
    pairs = [(group[0], other) for group in groups for other in group[1:]]
    if copies:
        yield warning(f"copies of others: {copies:,} ({_named(survey, pairs)})", "remove them: they count twice")
    else:
        yield ok("no two are the same")
    near = duplicates.near(survey.hashes, survey.thumbs, survey.digests) if survey.kind == "images" else []
    if near:
        yield warning(f"pairs that are nearly the same: {len(near):,} ({_named(survey, near)})")
    across = [pair for pair in (*pairs, *near) if len(set(survey.of_split[list(pair)].tolist())) > 1]
    if across and len(survey.of_split) == survey.count:
        advice = "put copies into one folder of train and test, or remove them: measures of novelty and memory need it"
        yield warning(f"pairs of which one is in another split: {len(across):,} ({_named(survey, across)})", advice)


def _named(survey: Survey, pairs: Sequence[tuple[int, int]]) -> str:
    shown = [" = ".join(one_line(survey.names[i]) for i in pair) for pair in pairs[:NAMED]]
    return "; ".join(shown) + ("; …" if len(pairs) > NAMED else "")

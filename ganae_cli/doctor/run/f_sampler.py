"""Sampler: which weights is the fitted density of the codes of?"""

from collections.abc import Iterator

from ganae_cli.doctor.checked import is_whole
from ganae_cli.doctor.finding import Finding, ok, warning
from ganae_cli.errors import UserError
from ganae_cli.storage.run_folder import RunFolder


def check(folder: RunFolder) -> Iterator[Finding]:
    """Yield whether `sampler.npz` fits the newest whole checkpoint. Without it, one is fitted when it is needed."""
    if not folder.sampler.path.exists():
        yield ok("none kept: the model samples from a prior, or the run has not ended")
        return
    advice = "samples of other weights fit one anew, from the training data"
    try:
        about = folder.sampler.about()
    except UserError as error:
        yield warning(str(error), advice)
        return
    of = {one.about.get("sha256"): one.step for one in folder.checkpoints.list() if is_whole(one)}
    if about.get("sha256") not in of:
        yield warning(f"'{about.get('sampler')}' is of weights that are not here any more", advice)
    else:
        yield ok(f"'{about.get('sampler')}', of the weights of step {of[about['sha256']]}")

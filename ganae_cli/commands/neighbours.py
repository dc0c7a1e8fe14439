"""Show samples beside their nearest training images, to see copies"""

import argparse
from typing import TYPE_CHECKING

from ganae_cli.command_line import out_option, run_at_hand, run_options
from ganae_cli.command_line.options import Options
from ganae_cli.runtime.streams import announce
from ganae_cli.terminal import tell

if TYPE_CHECKING:
    import numpy as np

    from ganae_cli.evaluation.trained import Trained

SUFFIXES = out_option.PICTURES | {".npz": out_option.ARRAYS}
BY = ("pixels", "code")
ROWS, MANY, NEAREST = 16, 1000, 7


def main(argv: list[str]) -> int:
    """Run `ganae neighbours RUN [FLAG …]`; the line of standard output is the file that was written."""
    given = options().parse_args(argv)
    out, kind = out_option.place_of(given.out, SUFFIXES)
    out_option.check_scale(given.scale, given.out, kind)
    if given.input is not None:
        run_at_hand.refuse_together(given, "--input names images", "seed", "sampler", "label", "count")
    folder = run_at_hand.found(given)
    own = run_at_hand.read_input(given, folder)
    trained = run_at_hand.opened(given, folder)
    import numpy as np

    from ganae_cli.evaluation import neighbours, rows_of_run

    neighbours.refuse_picture_of_points(trained, kind)
    if given.by == neighbours.CODE:
        rows_of_run.need_encoder(trained, "--by code")
    rows, more = _drawn(given, trained) if own is None else (np.asarray(own.rows), {})
    looked = neighbours.look(trained, rows, given.nearest, given.by, given.sort)
    with out_option.writing(given.out):
        neighbours.write(looked, out, kind, given.rows, given.scale, **more)
    tell(f"ganae: {neighbours.line(looked)}")
    announce(out)
    return 0


def _drawn(given: argparse.Namespace, trained: "Trained") -> "tuple[np.ndarray, dict[str, np.ndarray]]":
    """Return samples, and the arrays that belong to them: latent codes and labels."""
    count = given.count or (MANY if given.sort else ROWS)
    asked = run_at_hand.labels(given, trained)
    rows, z = trained.sample_with_codes(count, given.seed or 0, asked)
    labels = trained.labels(count, asked)
    return rows, {"z": z} | ({} if labels is None else {"labels": labels})


def complete(words: list[str], last: str) -> list[str]:
    """Return candidates for the last word: a flag, the value of one, or a run."""
    return run_options.complete(options(), words, last, {"--by": BY})


def options() -> Options:
    """Return the parser of the command line."""
    made = run_options.of_run("neighbours", __doc__, EXAMPLES)
    made.add_argument(
        "--count",
        type=run_options.from_one,
        metavar="N",
        help=f"how many samples (default: {ROWS}, with --sort {MANY:,})",
    )
    made.add_argument(
        "--nearest",
        type=run_options.whole(1, 100),
        default=NEAREST,
        metavar="K",
        help=f"how many training images beside each (default: {NEAREST})",
    )
    made.add_argument("--by", choices=BY, default=BY[0], help="distance: of pixels (default), or of the encoder's code")
    made.add_argument("--sort", action="store_true", help="most suspicious first: those nearest to a training image")
    made.add_argument(
        "--rows",
        type=run_options.whole(1, 200),
        default=ROWS,
        metavar="N",
        help=f"how many a picture shows, of all that were looked at (default: {ROWS})",
    )
    run_options.add_input(made, "look at instead of samples", is_alone=True)
    run_options.add_seed(made, default=None)
    run_options.add_label(made)
    run_options.add_sampler(made)
    run_options.add_weights(made)
    run_options.add_scale(made)
    out_option.add(made, SUFFIXES, "neighbours.png", ": each in front of its nearest, or arrays")
    run_options.add_plugins(made)
    return made


EXAMPLES = {
    "ganae neighbours latest": "16 samples, each beside the 7 nearest training images",
    "ganae neighbours latest --sort": "of 1,000 samples the 16 that look most like a copy",
    "ganae neighbours latest --input photos/ --by code": "pictures of your own, and what the encoder takes for alike",
}

"""Encode images and decode them again, beside the originals"""

from ganae_cli.command_line import out_option, run_at_hand, run_options
from ganae_cli.command_line.options import Options
from ganae_cli.runtime.streams import announce

SUFFIXES = out_option.PICTURES | {".npz": out_option.ARRAYS}


def main(argv: list[str]) -> int:
    """Run `ganae reconstruct RUN [FLAG …]`; the line of standard output is the file that was written."""
    given = options().parse_args(argv)
    out, kind = out_option.place_of(given.out, SUFFIXES)
    out_option.check_scale(given.scale, given.out, kind)
    folder = run_at_hand.found(given)
    own = run_at_hand.read_input(given, folder)
    trained = run_at_hand.opened(given, folder)
    from ganae_cli.evaluation import coding, rows_of_run

    rows_of_run.need_encoder(trained, "ganae reconstruct")
    labels = run_at_hand.labels(given, trained)
    rows = own or rows_of_run.of_data(trained, given.split)
    with out_option.writing(given.out):
        coding.write_reconstructions(trained, rows, labels, out, kind, given.count, given.scale)
    announce(out)
    return 0


def complete(words: list[str], last: str) -> list[str]:
    """Return candidates for the last word: a flag, the value of one, or a run."""
    return run_options.complete(options(), words, last)


def options() -> Options:
    """Return the parser of the command line."""
    made = run_options.of_run("reconstruct", __doc__, EXAMPLES)
    run_options.add_input(made, "reconstruct")
    made.add_argument(
        "--count", type=run_options.from_one, metavar="N", help="how many (default: 32 in a picture, all in a .npz)"
    )
    run_options.add_label(made, "class of the images", "their own, by the data, their folders or `labels`")
    run_options.add_weights(made)
    run_options.add_scale(made)
    out_option.add(made, SUFFIXES, "reconstructions.png", ": each original above its reconstruction, or arrays")
    run_options.add_plugins(made)
    return made


EXAMPLES = {
    "ganae reconstruct latest": "32 held-out images, and below each what the newest run makes of it",
    "ganae reconstruct latest --input photos/ --scale 4": "pictures of your own, drawn four times as large",
    "ganae reconstruct latest --out all.npz": "arrays: all held-out images, and their reconstructions",
}

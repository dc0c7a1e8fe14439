"""Encode images with a trained model: latent codes, with labels"""

from ganae_cli.command_line import out_option, run_at_hand, run_options
from ganae_cli.command_line.options import Options
from ganae_cli.runtime.streams import announce

SUFFIXES = {".npz": out_option.ARRAYS, ".csv": out_option.TABLE}


def main(argv: list[str]) -> int:
    """Run `ganae encode RUN [FLAG …]`; the line of standard output is the file that was written."""
    given = options().parse_args(argv)
    out, kind = out_option.place_of(given.out, SUFFIXES)
    folder = run_at_hand.found(given)
    own = run_at_hand.read_input(given, folder)
    trained = run_at_hand.opened(given, folder)
    from ganae_cli.evaluation import coding, rows_of_run

    rows_of_run.need_encoder(trained, "ganae encode")
    rows = own or rows_of_run.of_data(trained, given.split)
    classes = trained.classes if own else trained.data.classes
    with out_option.writing(given.out):
        coding.write_codes(trained, rows, classes, out, kind)
    announce(out)
    return 0


def complete(words: list[str], last: str) -> list[str]:
    """Return candidates for the last word: a flag, the value of one, or a run."""
    return run_options.complete(options(), words, last)


def options() -> Options:
    """Return the parser of the command line."""
    made = run_options.of_run("encode", __doc__, EXAMPLES)
    run_options.add_input(made, "encode")
    run_options.add_weights(made)
    out_option.add(made, SUFFIXES, "codes.npz", ": z (N, z_dim) and labels; of a variational model z is the mean")
    run_options.add_plugins(made)
    return made


EXAMPLES = {
    "ganae encode latest": "the codes of the held-out images of the newest run",
    "ganae encode latest --split train --out train.npz": "of the images that it learned from",
    "ganae encode latest --input photos/ --out photos.csv": "a table, a line for each picture of a folder",
}

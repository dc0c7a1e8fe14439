"""List the choices there are, the runs so far, or the results of a sweep

Kinds are the config groups: a folder under `conf/` is listed without being named here.
"""

import argparse
import os
import sys
from pathlib import Path

from ganae_cli import terminal
from ganae_cli.command_line import network_table
from ganae_cli.command_line.catalogue import RESULTS, RUNS, kinds
from ganae_cli.command_line.options import Options
from ganae_cli.config.chosen import title
from ganae_cli.config.conf_tree import ConfTree
from ganae_cli.errors import UserError, did_you_mean
from ganae_cli.terminal import tell

LONGEST_TITLE = 100  # letters of model and dataset


def main(argv: list[str]) -> int:
    """Run `ganae list [KIND]`: print one plain name per line, on a terminal with its meaning.

    With a SHAPE: the costs and grids of each network. With a SWEEP: its results.
    """
    tree = ConfTree()
    given = options(tree).parse_args(argv)
    if given.kind == RESULTS:
        list_results(given)
        return 0
    if given.columns:
        raise UserError("--columns goes with results, as in `ganae list results --columns 'model,recog*'`")
    if given.of:
        list_costs(given, tree)
        return 0
    if given.units is not None:
        raise UserError("--units goes with a shape, as in `ganae list networks 28x28x1 --units 64`")
    is_terminal = sys.stdout.isatty()
    rows = list_kind(given.kind, tree, has_help=is_terminal)
    if is_terminal:
        shown = [(terminal.one_line(name), terminal.one_line(meaning)) for name, meaning in rows]
        lines = terminal.columns(shown, terminal.width(), indent="")
    else:
        lines = [terminal.printable(name).replace("\n", "\\x0a") for name, _ in rows]  # one a line, for scripts
    for line in lines:
        print(line)
    return 0


def options(tree: ConfTree) -> Options:
    """Return the parser of the command line."""
    examples = {
        "ganae list models": "what model= accepts",
        "ganae list runs": "run and sweep folders, the newest first",
        "ganae list results": "the results of the newest sweep, as a Markdown table",
        "ganae list results c0de --columns 'model,recog*'": "some columns of the results of one sweep",
        "ganae list results latest c0de f00d": "runs and sweeps in one table",
        "ganae list networks 28x28x1 --units 64": "parameters and FLOPs of each network; on a terminal its grids, too",
    }
    made = Options("list", __doc__.splitlines()[0], examples)
    made.add_argument("kind", metavar="KIND", nargs="?", help=f"{', '.join([*kinds(tree), RUNS])} or {RESULTS}")
    made.add_argument(
        "of",
        metavar="SHAPE|SWEEP|RUN",
        nargs="*",
        help="networks: 28x28x1, or 2 for points: their costs and grids; results: sweeps and runs (default: the newest "
        "sweep)",
    )
    made.add_argument(
        "--columns",
        type=lambda text: [name.strip() for name in text.split(",") if name.strip()],
        default=[],
        metavar="A,B*",
        help="with results: the columns to show, loss terms too; * stands for any letters (default: those that differ)",
    )
    made.add_argument("--units", metavar="N", help="with SHAPE: size of a latent code (default: as model.z_dim=null)")
    return made


def complete(words: list[str], last: str) -> list[str]:
    """Return candidates for the last word: a flag, a kind, or a sweep behind `results`."""
    from ganae_cli.command_line import completion
    from ganae_cli.storage.find_run import list_folders

    tree = ConfTree()
    if last.startswith("-"):
        return completion.long_flags(options(tree))
    if words[:1] == [RESULTS]:
        return [path for path in completion.safe(list_folders()) if path not in words]
    return [] if words else [*kinds(tree), RUNS, RESULTS]


def list_results(given: argparse.Namespace) -> None:
    """Print the results of a sweep, or of several runs and sweeps in one table."""
    from ganae_cli.storage.find_run import find_run, is_sweep
    from ganae_cli.sweeps import table, together

    width = terminal.width() if sys.stdout.isatty() else None
    paths = [find_run(text, or_sweep=True) for text in given.of] or [table.find_sweep()]
    is_one_sweep = len(paths) == 1 and is_sweep(paths[0])
    results = table.read(paths[0]) if is_one_sweep else together.read(paths)
    print("\n".join(table.lines_of(results, given.columns, width)))


def list_costs(given: argparse.Namespace, tree: ConfTree) -> None:
    """Print parameters and FLOPs of every network, down and up: separated by tabs when piped.

    On a terminal a table, and the grids that an image goes through.
    """
    if kinds(tree).get(given.kind) != "network":
        raise UserError(f"'{given.of[0]}' goes with networks (a shape) or results (a sweep), not with '{given.kind}'")
    if len(given.of) > 1:
        raise UserError(f"networks: expected one shape, got {' '.join(given.of)}")
    shape = network_table.parse_shape(given.of[0])
    if (given.units is not None and not given.units.isdigit()) or given.units == "0":
        raise UserError(f"--units must be a whole number from 1 up, got '{given.units}'")

    from ganae_cli.runtime.import_tensorflow import chatter_held_back, import_tensorflow

    tell("building each network …")  # some seconds, with the import
    import_tensorflow()
    with chatter_held_back():
        units = int(given.units or network_table.default_units(shape))
        rows = network_table.network_costs(tree, shape, units)
    for line in network_table.table(rows, shape, units) if sys.stdout.isatty() else network_table.plain(rows):
        print(line)


def list_kind(kind: str | None, tree: ConfTree, has_help: bool = True) -> list[tuple[str, str]]:
    """Return (name, meaning) of everything of a kind; of the kinds themselves for None."""
    known = kinds(tree)
    if kind is None:
        how = {"penalty": "loss.penalties.NAME.weight=NUMBER", "network": "network@networks.ROLE=NAME"}
        rows = [(name, f"chosen with {how.get(group, f'{group}=NAME')}") for name, group in known.items()]
        return [*rows, (RUNS, "RUN of the other commands"), (RESULTS, "results of a sweep, as a table")]
    if kind == RUNS:
        return list_runs(has_help)
    group = known.get(kind, kind)
    if group not in known.values():
        allowed = [*known, RUNS, RESULTS]
        raise UserError(f"no kind '{kind}'{did_you_mean(kind, allowed)} (kinds: {', '.join(allowed)})")
    return [(name, tree.help(group, name)) for name in tree.options(group)]


def list_runs(has_help: bool) -> list[tuple[str, str]]:
    """Return (path, facts) of the run and sweep folders under `outputs/`, newest first.

    has_help: read the facts: model, dataset, state and step. Without it they are empty.
    """
    from ganae_cli.storage.find_run import is_study, is_sweep, list_folders
    from ganae_cli.storage.run_folder import RunFolder

    rows = []
    for path in reversed(list_folders()):
        facts = ""
        if has_help and is_sweep(path):
            facts = f"{'study' if is_study(path) else 'sweep'}, {_done(path)}"
        elif has_help:
            folder = RunFolder(path)
            status = folder.status()
            step = f"step {status.get('step', 0)} of {status.get('steps', '?')}"
            facts = f"{_model_and_dataset(path)}, {folder.state()}, {step}"
        rows.append((os.fspath(path), facts))
    return rows


def _done(sweep: Path) -> str:
    """Return how many jobs of a sweep are done, as `ganae resume` counts them."""
    from ganae_cli.storage.run_folder import RunFolder
    from ganae_cli.sweeps.overview import FINISHED, job_folders, state_of

    try:
        states = [state_of(RunFolder(job).status()) for job in job_folders(sweep)]
    except UserError:
        return "unreadable sweep.json"
    return f"{sum(state in FINISHED for state in states)} of {len(states)} done"


def _model_and_dataset(run: Path) -> str:
    from ganae_cli.storage import config_file

    try:
        name = title(config_file.read_plain(run / "config.yaml"))
        return name if len(name) <= LONGEST_TITLE else f"{name[:LONGEST_TITLE]}…"
    except (UserError, OSError, AttributeError, KeyError, TypeError):
        return "unreadable config"

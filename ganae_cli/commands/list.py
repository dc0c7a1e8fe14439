"""List what there is to choose from, the runs so far, and what came of a sweep

Kinds are the config groups: a folder under `conf/` is listed without being named here.
"""

import os
import sys
from pathlib import Path

from ganae_cli.command_line.catalogue import RESULTS, RUNS, kinds
from ganae_cli.command_line.options import Options
from ganae_cli.command_line.pages import columns
from ganae_cli.conf_tree import ConfTree, read
from ganae_cli.errors import UserError, did_you_mean


def main(argv: list[str]) -> int:
    """`ganae list [KIND]`: plain names, one a line; on a terminal with what they mean."""
    tree = ConfTree()
    examples = {
        "ganae list": "the kinds",
        "ganae list models": "what model= accepts",
        "ganae list runs": "run and sweep folders, the newest first",
        "ganae list results": "the newest sweep's measures, as a Markdown table",
    }
    parser = Options("list", __doc__.splitlines()[0], examples)
    parser.add_argument("kind", metavar="KIND", nargs="?", help=f"{', '.join([*kinds(tree), RUNS])} or {RESULTS}")
    parser.add_argument("sweep", metavar="SWEEP", nargs="?", help=f"of {RESULTS}: a sweep folder (default: the newest)")
    given = parser.parse_args(argv)
    if given.kind == RESULTS:
        from ganae_cli import results

        print("\n".join(results.table(results.find_sweep(given.sweep))))
        return 0
    if given.sweep:
        raise UserError(f"ganae list {given.kind} takes nothing more, got '{given.sweep}'")
    rows = list_kind(given.kind, tree, has_help=sys.stdout.isatty())
    lines = [line.strip() for line in columns(rows)] if sys.stdout.isatty() else [name for name, _ in rows]
    for line in lines:
        print(line)
    return 0


def list_kind(kind: str | None, tree: ConfTree, has_help: bool = True) -> list[tuple[str, str]]:
    """(name, what it means) of everything of a kind; of the kinds themselves for None."""
    known = kinds(tree)
    if kind is None:
        how = {"penalty": "loss.penalties.NAME.weight=NUMBER", "network": "network@networks.ROLE=NAME"}
        rows = [(name, f"chosen with {how.get(group, f'{group}=NAME')}") for name, group in known.items()]
        return [*rows, (RUNS, "RUN of the other commands"), (RESULTS, "what came of a sweep, as a table")]
    if kind == RUNS:
        return list_runs(has_help)
    group = known.get(kind, kind)
    if group not in known.values():
        allowed = [*known, RUNS, RESULTS]
        raise UserError(f"no kind '{kind}'{did_you_mean(kind, allowed)} (kinds: {', '.join(allowed)})")
    return [(name, tree.help(group, name)) for name in tree.options(group)]


def list_runs(has_help: bool) -> list[tuple[str, str]]:
    """The run and sweep folders under `outputs/`, the newest first, with what they are and how far they have come."""
    from ganae_cli.run_folder import RunFolder, is_sweep, list_folders

    rows = []
    for path in reversed(list_folders()):
        facts = ""
        if has_help and is_sweep(path):
            states = [RunFolder(job).status().get("state") for job in path.glob("*/")]
            facts = f"sweep, {states.count('done')} of {len(states)} done"
        elif has_help:
            status = RunFolder(path).status()
            step = f"step {status.get('step', 0)} of {status.get('steps', '?')}"
            facts = f"{_what(path)}, {status.get('state', 'unknown')}, {step}"
        rows.append((os.fspath(path), facts))
    return rows


def _what(run: Path) -> str:
    try:
        config, _, _ = read(run / "config.yaml")
        return f"{config['model']['name']} on {config['dataset']['name']}"
    except (UserError, OSError, KeyError, TypeError):
        return "unreadable config"

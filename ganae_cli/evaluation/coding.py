"""Writing of latent codes of data, and of reconstructions beside their originals, to files."""

from pathlib import Path

import numpy as np

from ganae_cli.errors import UserError
from ganae_cli.evaluation import rows_of_run
from ganae_cli.evaluation.classes import Asked
from ganae_cli.evaluation.export import save_arrays, save_table
from ganae_cli.evaluation.images import in_rows, save
from ganae_cli.evaluation.inputs import Read
from ganae_cli.evaluation.scatter import scatter
from ganae_cli.evaluation.trained import Trained
from ganae_cli.samplers.fitted import random_rows
from ganae_cli.storage.atomic import make_folder

PAIRS, POINTS = 32, 2500  # that a picture shows
SEED = 0  # of which rows of the run's data a picture shows


def write_codes(trained: Trained, read: Read, classes: tuple[str, ...], out: Path, kind: str) -> None:
    """Encode rows and write their codes to a file. classes: names of the classes of the rows, as far as known.

    kind "arrays": `z` float32 (N, z_dim); if the classes of the rows are known `labels` int64 (N,), and the names of
    these `classes`; and `names`, of the files, where each row is one. "table": columns z1, z2, … and `label`.
    """
    z = rows_of_run.encoded(trained, read.rows)
    known = rows_of_run.numbered(read.labels, classes)
    make_folder(out.parent, parents=True)
    if kind == "table":
        columns = [f"z{i + 1}" for i in range(z.shape[1])]
        words = [] if known is None else [known[1][i] if known[1] else str(i) for i in known[0]]
        save_table(out, z, columns, words)
        return
    of_labels = {} if known is None else {"labels": known[0]} | ({"classes": np.array(known[1])} if known[1] else {})
    files = {"names": np.array(read.names)} if any(not name.isdecimal() for name in read.names) else {}
    save_arrays(out, z=z, **of_labels, **files)


def write_reconstructions(
    trained: Trained, read: Read, asked: Asked | None, out: Path, kind: str, count: int | None, scale: int | None
) -> None:
    """Encode rows, decode them again, and write both to a file.

    kind "picture": rows of images above their reconstructions, or a scatter plot of points over the originals; `count`
    of them, drawn at random where there are more. "arrays": `images` and `reconstructions` uint8 (N, H, W, C), or
    `points` and `reconstructions` float32 (N, D); all, unless `count` says otherwise.
    asked: class of the rows, of a conditional model; None: as the rows say.
    """
    are_points = len(trained.game.shape) == 1
    if scale and are_points:
        raise UserError(f"--scale {scale} enlarges images, and these are points")
    most = count or (len(read.rows) if kind == "arrays" else POINTS if are_points else PAIRS)
    which = np.sort(random_rows(np.arange(len(read.rows)), most, SEED))
    rows = np.asarray(read.rows[which])
    chosen = Read(rows, [], None if read.labels is None else [read.labels[i] for i in which])
    rebuilt = trained.reconstruct(rows, rows_of_run.labels_to_decode(trained, chosen, asked))
    if kind == "arrays":
        make_folder(out.parent, parents=True)
        save_arrays(out, **{"points" if are_points else "images": rows, "reconstructions": rebuilt})
        return
    names = "reconstructions", "data"
    picture = scatter(rebuilt, rows, names=names) if are_points else in_rows(rows, rebuilt, scale=scale)
    make_folder(out.parent, parents=True)
    save(picture, out)

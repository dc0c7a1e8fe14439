"""Dataset image_folder: what becomes of a folder or a .zip, and one line for whatever is wrong with it."""

import re
import shutil
import zipfile
from itertools import chain

import numpy as np
import pytest
from PIL import Image

from ganae_cli.datasets import batches as batches_module
from ganae_cli.datasets import rows as rows_module
from ganae_cli.datasets.batches import batches
from ganae_cli.datasets.image_folder import image_folder
from ganae_cli.datasets.pictures import source
from ganae_cli.datasets.splits import with_validation
from ganae_cli.errors import UserError
from ganae_cli.storage.run_folder import RunFolder
from ganae_cli.training import run as training
from ganae_cli.training import setup
from ganae_cli.training.callbacks.stop import Stop
from tests.training.test_failure import numbers


@pytest.fixture
def make(tmp_path):
    """Return a function that saves name -> pixels as files of a folder, and returns its path as text."""

    def made(pictures, folder="own"):
        for name, pixels in pictures.items():
            path = tmp_path / folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            Image.fromarray(np.asarray(pixels, np.uint8)).save(path)
        return str(tmp_path / folder)

    return made


def numbered(count, names="{i:03d}.png", height=4, width=5):
    """Return name -> a grey picture whose pixels are its number."""
    return {names.format(i=i, k="ab"[i % 2]): np.full((height, width), i) for i in range(count)}


def values(rows):
    return np.asarray(rows)[:, 0, 0, 0].tolist()


def test_a_folder(make):
    data = with_validation(image_folder(make(numbered(20, "{k}/{i:03d}.png")), test_fraction=0.2), 0.125)
    assert (data.kind, data.shape, data.classes) == ("images", (4, 5, 1), ("a", "b"))
    splits = {name: (values(rows), labels.tolist()) for name, rows, labels in data.splits()}
    assert {name: len(found) for name, (found, _) in splits.items()} == {"train": 14, "test": 4, "validation": 2}
    assert sorted(chain(*(found for found, _ in splits.values()))) == list(range(20))
    assert all(number % 2 == label for found in splits.values() for number, label in zip(*found, strict=True))
    assert sorted(splits["test"][1]) == [0, 0, 1, 1]
    assert data.notes[0].endswith("own: 20 pictures of 4x5, 1 channel, 2 classes")
    assert (data.warnings, data.skipped, data.flips) == ((), (), False)


def test_a_zip_and_a_folder_around_it_are_the_same(make, tmp_path):
    path = make(numbered(20, "x/{k}/{i:03d}.png"))
    with zipfile.ZipFile(tmp_path / "own.zip", "w") as archive:
        for inner in sorted((tmp_path / "own").rglob("*.png"), reverse=True):
            archive.write(inner, inner.relative_to(tmp_path))
    folder, packed = image_folder(path), image_folder(str(tmp_path / "own.zip"))
    for (_, one, labels), (_, other, others) in zip(folder.splits(), packed.splits(), strict=True):
        assert np.array_equal(one, other)
        assert np.array_equal(labels, others)
    assert (folder.fingerprint, folder.classes) == (packed.fingerprint, packed.classes)


def test_splits_by_folder(make):
    pictures = numbered(6, "train/{k}/{i}.png") | {
        "test/a/6.png": np.full((4, 5), 6),
        "val/b/7.png": np.full((4, 5), 7),
    }
    data = image_folder(make(pictures))
    with pytest.raises(UserError, match=r"^dataset\.validation_fraction=0\.3, but .* has 1 validation rows of its own"):
        with_validation(data, 0.3)
    assert (sorted(values(data.train)), values(data.test), values(data.validation)) == ([0, 1, 2, 3, 4, 5], [6], [7])
    assert (data.test_labels.tolist(), data.validation_labels.tolist()) == ([0], [1])


@pytest.mark.parametrize("fraction", [0.0, 1.0, -1.0, float("nan")])
def test_what_is_no_share_is_refused(make, fraction):
    with pytest.raises(UserError, match=r"^dataset\.test_fraction must lie between 0 and 1, got"):
        image_folder(make(numbered(4)), test_fraction=fraction)


def test_a_rare_class_has_a_training_picture(make):
    pictures = numbered(18, "common/{i:03d}.png") | {
        "rare/1.png": np.full((4, 5), 200),
        "rare/2.png": np.full((4, 5), 201),
    }
    for fraction in (0.1, 0.5, 0.8):
        data = with_validation(image_folder(make(pictures), test_fraction=fraction), 0.5)
        assert 1 in data.train_labels.tolist()


def test_a_few_training_pictures_are_of_all_classes(make):
    """`train.examples` takes them from the whole, not from its beginning, which is one class."""
    data = image_folder(make(numbered(40, "{k}/{i:03d}.png"))).first(6)
    assert np.bincount(data.train_labels).tolist() == [3, 3]
    assert all(number % 2 == label for number, label in zip(values(data.train), data.train_labels, strict=True))
    assert len(data.first(100).train) == 6


def test_training_and_validation_by_folder(make):
    pictures = numbered(10, "train/{i}.png") | {"valid/11.png": np.full((4, 5), 11)}
    data = image_folder(make(pictures))
    assert (len(data.train), len(data.test), values(data.validation)) == (9, 1, [11])
    assert data.classes == ()


@pytest.mark.parametrize(
    ("options", "shape"),
    [
        ({}, (4, 5, 3)),
        ({"image_size": 8}, (8, 8, 3)),
        ({"image_size": [8, 6], "resize": "pad"}, (8, 6, 3)),
        ({"channels": 1}, (4, 5, 1)),
        ({"channels": 4}, (4, 5, 4)),
        ({"channels": "3"}, (4, 5, 3)),
    ],
)
def test_size_and_channels(make, options, shape):
    """One of four is in colour, so all are."""
    path = make(numbered(4) | {"x.png": np.zeros((4, 5, 3))})
    assert image_folder(path, **options).shape == shape


def test_several_sizes_need_a_size(make):
    path = make(numbered(4) | {"x.png": np.zeros((9, 9))})
    with pytest.raises(
        UserError, match=r"has pictures of 2 sizes .4 of 4x5, 1 of 9x9; .* type dataset\.image_size=\[4,5\]"
    ):
        image_folder(path)
    assert image_folder(path, image_size=[4, 5]).shape == (4, 5, 1)


@pytest.mark.parametrize("resize", ["crop", "pad", "stretch"])
def test_it_is_said_how_pictures_came_to_a_size(make, resize):
    """A note of 3x3 alone would hide that parts are cut off, or shapes changed."""
    data = image_folder(make(numbered(8)), image_size=3, resize=resize)
    assert data.notes[0].endswith(f"own: 8 pictures of 3x3 (dataset.resize={resize}), 1 channel")


def test_what_is_left_out_is_said(make, tmp_path):
    path = make(numbered(8) | {"clear.png": np.zeros((4, 5, 4))})
    for name in ("a.HEIC", "b.heic", "c.avif", "notes.txt"):
        (tmp_path / "own" / name).write_bytes(b"?")
    (tmp_path / "own" / "bad\n\x1b[2J.png").write_bytes(b"")
    data = image_folder(path, skip_unreadable=True)
    assert [line.partition(": ")[2] for line in data.warnings] == [
        "1 files that cannot be read are left out: see skipped_files.txt of the run",
        "1 .avif, 2 .heic are left out: convert them to PNG or JPEG to train on them",
        "1 pictures with a channel of transparency are laid over white; dataset.channels=4 keeps it",
    ]
    assert data.skipped == ("bad \\x1b[2J.png\tit is empty",)
    assert data.fingerprint == image_folder(path, skip_unreadable=True, image_size=9).fingerprint
    (tmp_path / "own" / "bad\n\x1b[2J.png").unlink()
    assert data.fingerprint == image_folder(path).fingerprint, "a broken file may be removed later"


def test_a_picture_that_keeps_folders_from_being_classes_is_said(make):
    path = make(numbered(8, "{k}/{i}.png") | {"cover.png": np.zeros((4, 5))})
    said = f"dataset.path={path}: its folders are not taken for classes, since cover.png lies in none: move it into"
    assert [line.startswith(said) for line in image_folder(path).warnings] == [True]
    assert image_folder(path, labels="none").warnings == ()


def test_one_line_for_whatever_is_wrong(make, tmp_path):
    one, empty = make({"a.png": np.zeros((4, 5))}, "one"), tmp_path / "empty"
    empty.mkdir()
    (tmp_path / "texts").mkdir()
    (tmp_path / "sounds").mkdir()
    (tmp_path / "sounds" / "a.flac").touch()
    for name in ("a.txt", "b.heic", "c.heic"):
        (tmp_path / "texts" / name).write_bytes(b"?")
    np.savez(tmp_path / "x.npz", x=np.zeros(3))
    (tmp_path / "x.txt").write_text("?")
    (tmp_path / "x.zip").write_bytes(b"PK\3\4 and then nothing")
    for path, said in [
        (None, r"^dataset 'image_folder' needs a folder or a \.zip of pictures: dataset\.path=FOLDER$"),
        (one, r"has one picture; expected at least 2, to train and to test on$"),
        (empty, r"empty has no pictures \(it is empty\)$"),
        (tmp_path / "texts", r"texts has no pictures \(it holds 2 \.heic, 1 \.txt\)$"),
        (tmp_path / "sounds", r"sounds has no pictures \(it holds 1 \.flac\): type dataset=audio_folder$"),
        (tmp_path / "nowhere", r"nowhere: no such folder or \.zip$"),
        (tmp_path / "x.npz", r"x\.npz: this is a file of NumPy arrays: type dataset=arrays$"),
        (tmp_path / "x.txt", r"x\.txt: expected a folder or a \.zip$"),
        (tmp_path / "one" / "a.png", r"a\.png: this is one picture; expected a folder or a \.zip$"),
        (tmp_path / "x.zip", r"x\.zip: expected a folder or a \.zip$"),
    ]:
        with pytest.raises(UserError, match=said):
            image_folder(path and str(path))


@pytest.fixture
def streamed(monkeypatch):
    """Nothing is small enough for memory, so pictures are decoded each time that they are asked for."""
    monkeypatch.setattr(batches_module, "IN_MEMORY", 0)
    monkeypatch.setattr(rows_module, "IN_MEMORY", 0)


def test_a_stream_of_decoded_pictures_is_that_of_memory(make, streamed, monkeypatch):
    """For any number of threads, from any step, and the shares of workers make the whole."""
    path = make(numbered(50))
    data = image_folder(path, cache="memory")
    expected = [batch.numpy() for batch in batches(data, 12, seed=3, steps=9)]
    for threads in (1, 3):
        monkeypatch.setattr(source, "threads", lambda threads=threads: threads)
        data = image_folder(path, cache="none").ready()
        assert isinstance(data.train.source, source.Pictures)
        found = [batch.numpy() for batch in batches(data, 12, seed=3, steps=9)]
        assert all(np.array_equal(one, other) for one, other in zip(expected, found, strict=True))
        resumed = [batch.numpy() for batch in batches(data, 12, seed=3, first_step=5, steps=9)]
        assert all(np.array_equal(one, other) for one, other in zip(expected[5:], resumed, strict=True))
    shares = [list(batches(data, 12, seed=3, steps=9, rank=rank, ranks=3)) for rank in range(3)]
    for step, batch in enumerate(expected):
        assert np.array_equal(np.concatenate([share[step] for share in shares]), batch)


@pytest.mark.parametrize("place", ["memory", "disk", "none"])
@pytest.mark.parametrize("packed", [False, True])
def test_the_shares_of_workers_do_not_overlap_and_cover_all(make, streamed, tmp_path, monkeypatch, place, packed):
    """Three workers of two replicas each open the folder or the .zip for themselves: 48 of 54 pictures an epoch.

    Each picture says by its values which it is. An epoch is four steps of 12, of two pictures a replica.
    """
    monkeypatch.setenv("GANAE_PICTURE_CACHE", str(tmp_path / "cache"))
    path = make(numbered(60, "{k}/{i:03d}.png"))
    if packed:
        path = shutil.make_archive(str(tmp_path / "own"), "zip", path)
    workers = [image_folder(path, cache=place).ready() for _ in range(3)]
    known = set(values(workers[0].train))
    assert len(known) == 54
    options = {"seed": 5, "ranks": 3, "replicas": 2, "labels": True}
    shares = [list(batches(data, 12, steps=12, rank=rank, **options)) for rank, data in enumerate(workers)]
    left_out = []
    for epoch in range(3):
        seen = []
        for share in shares:
            for x, labels in share[8 * epoch : 8 * epoch + 8]:
                numbers = np.rint((x.numpy()[:, 0, 0, 0] + 1) * 127.5).astype(int)
                assert len(numbers) == 2
                assert (numbers % 2 == labels.numpy()).all()
                seen += numbers.tolist()
        assert len(seen) == len(set(seen)) == 48
        assert set(seen) <= known
        left_out.append(known - set(seen))
    assert len(set.union(*left_out)) > 6, "each epoch leaves out others"


@pytest.mark.slow
def test_a_run_that_goes_on_equals_one_without_a_break(train_on, make, streamed):
    """Weights and history, bit for bit, in the middle of an epoch, with flips, decoded as they are needed."""
    words = [f"dataset.path={make(numbered(60, height=8, width=8))}", "dataset.flip=true", "dataset.cache=none"]
    whole = train_on("whole", *words, "train.steps=11")
    train_on("parts", *words, "train.steps=5")
    assert train_on("parts", *words, "train.steps=11", goes_on=True) == whole


def test_files_that_cannot_be_read_are_listed_in_the_run_folder(train_on, make, tmp_path, capsys):
    path = make(numbered(60, height=8, width=8))
    (tmp_path / "own" / "x.png").write_bytes(b"")
    with pytest.raises(UserError, match=r"1 of 61 files .* x\.png: it is empty; .* dataset\.skip_unreadable=true$"):
        train_on("run", f"dataset.path={path}", "train.steps=2")
    assert not (tmp_path / "run").exists()
    train_on("run", f"dataset.path={path}", "train.steps=2", "dataset.skip_unreadable=true")
    assert (tmp_path / "run" / "skipped_files.txt").read_text() == "x.png\tit is empty\n"
    said = capsys.readouterr().err
    assert "own: 60 pictures of 8x8, 1 channel" in said
    assert "1 files that cannot be read are left out: see skipped_files.txt of the run" in said


def test_files_that_go_away_while_a_run_trains_on_them(train_on, make, streamed, monkeypatch, tmp_path, capsys):
    """Before the first step the run is refused; later it ends with one line and code 1, and can go on."""
    path = make(numbered(60, height=8, width=8))
    words = (f"dataset.path={path}", "dataset.cache=none", "train.steps=9")
    gone = r"\d\d\d\.png cannot be read: no such file or directory"

    def lose(*_):
        (tmp_path / "own").rename(tmp_path / "lost")

    def lose_once():
        if (tmp_path / "own").exists():
            lose()

    rehearsed = setup.batches
    with monkeypatch.context() as patched:
        patched.setattr(setup, "batches", lambda *given, **options: lose() or rehearsed(*given, **options))
        with pytest.raises(UserError, match=gone):
            train_on("run", *words)
    (tmp_path / "lost").rename(tmp_path / "own")
    monkeypatch.setattr(training, "Stop", type("Losing", (Stop,), {"on_train_batch_end": lambda *_, logs: lose_once()}))
    with pytest.raises(AssertionError, match="ended with 1"):
        train_on("run", *words)
    assert re.search(f"ganae: error: .*own: {gone}", capsys.readouterr().err)


@pytest.fixture
def train_on(compose, tmp_path):
    """Return a function that trains on pictures 8x8 and returns all weights and the history."""
    small = (
        *("model=gan", "dataset=image_folder", "hardware=cpu", "hardware.jit=false", "train.batch_size=16"),
        *("network@networks.generator=mlp", "network@networks.discriminator=mlp"),
        *("networks.generator.width=16", "networks.discriminator.width=16"),
        *("train.log_every=1", "train.checkpoint_every=5", "train.sample_every=1000", "train.keep=1"),
    )

    def train(folder, *words, goes_on=False):
        code, path = (training.resume if goes_on else training.train)(compose(*small, *words), tmp_path / folder)
        assert code == 0, f"ended with {code}"
        return numbers(RunFolder(path))

    return train

"""A trained model: scaling of data, chunks, the source of its samples, and what is refused."""

from types import SimpleNamespace

import numpy as np
import pytest
import tensorflow as tf

from ganae_cli.datasets.base import Data
from ganae_cli.datasets.rows import Rows
from ganae_cli.engine.condition import Condition
from ganae_cli.errors import UserError
from ganae_cli.evaluation import trained as module
from ganae_cli.evaluation.trained import Trained
from ganae_cli.storage.history import HistoryFile

ABOUT = {"sampler": "gaussian", "count": 7, "sha256": "c0de"}  # of the sampler in the run folder
SAVED = {"mean": np.array([0.5, -0.5]), "cholesky": np.zeros((2, 2))}


class Halves:
    """A game whose code of an image of two pixels is half of it; decoded, a code is doubled."""

    shape, z_dim, noise_dim, sampler, encodes, inner = (1, 2, 1), 2, 0, "gaussian", True, None
    roles, condition = ("encoder", "decoder"), Condition()
    averages = SimpleNamespace(are_loaded=False, are_taken=False)

    def network(self, role):
        return role.upper()

    def encode(self, x):
        return tf.reshape(x, (-1, 2)) / 2

    def decode(self, z):
        return tf.reshape(2 * tf.constant(z), (-1, 1, 2, 1))

    def generate(self, z):
        return -self.decode(z)

    def join(self, z, noise):
        return z


class Points(Halves):
    shape = (2,)

    def decode(self, z):
        return 2 * tf.constant(z)


class Blind(Halves):
    encodes, sampler = False, "prior"


@pytest.fixture
def opened(parts):
    """Return a function that makes the trained model of a game, with the warnings that it gave."""

    def make(game, sampler=None, sha256="c0de", sessions=()):
        folder = SimpleNamespace(sampler=SimpleNamespace(read=lambda most: (ABOUT, SAVED)), sessions=lambda: sessions)
        warnings = []
        checkpoint = SimpleNamespace(step=400, about={"sha256": sha256})
        trained = Trained(game, SimpleNamespace(seed=3), checkpoint, folder, sampler, warnings.append)
        return trained, warnings

    return make


def test_images_are_encoded_decoded_and_generated_in_their_own_type(opened):
    """Grey values 0 and 255 are -1 and 1, half of that in the code."""
    run, _ = opened(Halves())
    image = np.array([[[[0], [255]]]], np.uint8)
    assert run.encode(image).tolist() == [[-0.5, 0.5]]
    assert run.encode(image[..., 0]).tolist() == [[-0.5, 0.5]]  # grey images may lack their channels
    assert (run.reconstruct(image) == image).all()
    assert run.reconstruct(image).dtype == np.uint8
    assert run.generate(np.array([[-0.5, 0.5]], np.float32)).ravel().tolist() == [255, 0]


def test_points_keep_their_units(opened):
    run, _ = opened(Points())
    assert run.encode([[3.0, -8.0]]).tolist() == [[1.5, -4.0]]
    assert run.reconstruct(np.array([[3.0, -8.0]])).tolist() == [[3.0, -8.0]]


def test_data_of_another_shape_or_type_are_refused(opened):
    run, _ = opened(Halves())
    with pytest.raises(UserError, match=r"takes data of shape \(1, 2, 1\), got \(2, 2, 1\)"):
        run.encode(np.zeros((4, 2, 2, 1), np.uint8))
    with pytest.raises(UserError, match="images are uint8 from 0 to 255, got float32"):
        run.encode(np.zeros((4, 1, 2, 1), np.float32))


def test_long_data_go_through_in_chunks(opened, monkeypatch):
    sizes, encode = [], Halves.encode
    monkeypatch.setattr(module, "CHUNK", 4)
    monkeypatch.setattr(Halves, "encode", lambda self, x: sizes.append(len(x)) or encode(self, x))
    images = np.random.default_rng(0).integers(0, 256, (10, 1, 2, 1)).astype(np.uint8)
    assert (opened(Halves())[0].reconstruct(images) == images).all()
    assert sizes == [4, 4, 2]


def test_samples_come_from_the_sampler_in_the_run_folder(opened):
    """Its Gaussian has no spread: all codes are the mean, (0.5, -0.5), decoded to (1, -1)."""
    run, warnings = opened(Halves())
    samples, z = run.sample_with_codes(3, seed=1)
    assert z.tolist() == [[0.5, -0.5]] * 3
    assert samples.reshape(3, 2).tolist() == [[255, 0]] * 3
    assert (run.sample(3, seed=1) == samples).all()
    assert run.source.count == 7
    assert warnings == []


@pytest.mark.parametrize(("sampler", "sha256"), [("kde", "c0de"), ("gaussian", "another")])
def test_a_sampler_of_another_name_or_of_other_weights_is_fitted_anew(opened, monkeypatch, sampler, sha256):
    rows = np.array([[[[0], [255]]], [[[255], [255]]]], np.uint8)
    monkeypatch.setattr(module.from_config, "build_data", lambda config, standard: Data("rows", rows, rows))
    run, warnings = opened(Halves(), sampler, sha256)
    assert (run.source.name, run.source.count) == (sampler, 2)
    assert warnings == [
        f"the run has kept no sampler '{sampler}' of step 400: fitting one to the training data",
    ]


def test_a_sampler_is_not_fitted_to_other_data(opened, monkeypatch):
    rows = np.zeros((2, 1, 2, 1), np.uint8)
    data = Data("rows", rows, rows, source="feed")
    monkeypatch.setattr(module.from_config, "build_data", lambda config, standard: data)
    facts = {"fingerprint": "beef", "training_rows": 2, "test_rows": 2, "shape": [1, 2, 1]}
    run, _ = opened(Halves(), "kde", sessions=[{"data": facts}])
    run.config.dataset = {"path": "x.npy"}
    expected = (
        r"^cannot fit sampler 'kde': dataset\.path=x\.npy is not what the run was trained on: other numbers in the "
    )
    with pytest.raises(UserError, match=expected):
        run.sample(1)


def test_samples_of_a_prior_are_generated(opened):
    run, _ = opened(Blind())
    samples, z = run.sample_with_codes(500, seed=1)
    assert abs(z.mean()) < 0.1
    assert ((samples.reshape(500, 2) > 127) == (z < 0)).all()


def test_a_density_needs_an_encoder(opened):
    with pytest.raises(UserError, match="sampler 'gmm' is fitted to codes, and model 'Blind' has no encoder"):
        opened(Blind(), "gmm")


def test_networks_by_role_and_those_of_a_pretrained_game(opened):
    assert opened(Halves())[0].networks == {"encoder": "ENCODER", "decoder": "DECODER"}
    outer = Blind()
    outer.inner, outer.roles = Halves(), ("generator", "discriminator")
    assert list(opened(outer)[0].networks) == ["encoder", "decoder", "generator", "discriminator"]


def test_no_rows_at_all(opened):
    """Empty arrays of the shape and type of many rows."""
    trained, _ = opened(Halves())
    images, points = np.zeros((0, 1, 2, 1), np.uint8), opened(Points())[0]
    for made, like in (
        (trained.sample(0), trained.sample(2)),
        (trained.sample_with_codes(0)[1], trained.sample_with_codes(2)[1]),
        (trained.encode(images), trained.encode(np.zeros((2, 1, 2, 1), np.uint8))),
        (trained.reconstruct(images), trained.reconstruct(np.zeros((2, 1, 2, 1), np.uint8))),
        (trained.generate(np.zeros((0, 2), np.float32)), trained.generate(np.zeros((2, 2), np.float32))),
        (points.sample(0), points.sample(2)),
    ):
        assert (made.shape, made.dtype) == ((0, *like.shape[1:]), like.dtype)


@pytest.mark.parametrize("sampler", ["prior", "gaussian"])
def test_seeds_that_are_equal_draw_the_same(opened, monkeypatch, sampler):
    monkeypatch.setitem(SAVED, "cholesky", np.eye(2))
    trained, _ = opened(Points(), sampler=sampler)
    one = trained.sample(3, seed=1)
    for same in (1.0, np.int64(1), np.float32(1), True):
        assert np.array_equal(trained.sample(3, seed=same), one)
    for same in (3.0, np.int64(3), np.float32(3)):
        assert np.array_equal(trained.sample(same, seed=1), one)
    fresh = [trained.sample(3, seed=None) for _ in range(3)]
    assert not np.array_equal(fresh[0], fresh[1])
    assert not np.array_equal(fresh[1], fresh[2])


@pytest.mark.parametrize("value", [-1, 1.5, "1", float("nan"), float("inf"), [1]])
def test_seeds_and_counts_are_whole_numbers(opened, value):
    trained, _ = opened(Points(), sampler="prior")
    with pytest.raises(UserError, match="seed must be a whole number from 0 up, got "):
        trained.sample(3, seed=value)
    with pytest.raises(UserError, match="count must be a whole number from 0 up, got "):
        trained.sample(value)


def test_the_data_of_the_run_are_read_again_unless_they_are_others(opened, monkeypatch):
    rows = np.zeros((2, 1, 2, 1), np.uint8)
    data = Data("rows", rows, rows, source="feed")
    monkeypatch.setattr(module.from_config, "build_data", lambda config, standard: data)
    assert opened(Halves())[0].data is data
    facts = {"fingerprint": "beef", "training_rows": 2, "test_rows": 2, "shape": [1, 2, 1]}
    run, _ = opened(Halves(), sessions=[{"data": facts}])
    run.config.dataset = {"path": "x.npy"}
    with pytest.raises(UserError, match=r"^dataset\.path=x\.npy is not what the run .*same shapes; put the data back$"):
        _ = run.data


def test_rows_of_a_file_are_encoded_piece_by_piece(opened, monkeypatch):
    images = np.random.default_rng(0).integers(0, 256, (10, 1, 2, 1)).astype(np.uint8)
    sizes = []
    rows = Rows(images, lambda block: sizes.append(len(block)) or block)
    monkeypatch.setattr(module, "CHUNK", 4)
    run, _ = opened(Halves())
    assert (run.encode(rows) == run.encode(images)).all()
    assert sizes[1:] == [4, 4, 2]  # the first was looked at for its shape


def test_the_history_is_numbers(opened, tmp_path):
    (tmp_path / "history.csv").write_text("step,seconds,generator.fool\n10,0.5,1.25\n20,1.5,\n")
    run, _ = opened(Halves())
    run.folder.history = HistoryFile(tmp_path / "history.csv")
    assert run.history() == [{"step": 10, "seconds": 0.5, "generator.fool": 1.25}, {"step": 20, "seconds": 1.5}]

"""Layers that know labels, against values written out by hand, and what they refuse."""

import keras
import numpy as np
import pytest
from keras import layers

from ganae_cli.errors import UserError
from ganae_cli.networks.layers.label_layers import (
    ClassHead,
    JoinEmbedding,
    JoinLabel,
    LabelProjection,
    Labels,
    NoteInput,
    embedding_size,
)
from ganae_cli.networks.layers.spectral_norm import SpectralNorm


def test_a_label_is_joined_as_numbers_or_as_constant_channels():
    join = JoinLabel(3)
    with join.labels.given([2, 0]):
        points = join(np.array([[0.5, -1.0], [7.0, 8.0]], np.float32)).numpy()
        images = join(np.full((2, 2, 1, 1), 9.0, np.float32)).numpy()
    assert points.tolist() == [[0.5, -1, 0, 0, 1], [7, 8, 1, 0, 0]]
    assert images[0].tolist() == [[[9, 0, 0, 1]], [[9, 0, 0, 1]]]
    assert images[1].tolist() == [[[9, 1, 0, 0]], [[9, 1, 0, 0]]]


def test_an_embedding_is_joined_as_numbers_or_as_one_channel():
    of_points, of_images = JoinEmbedding(2), JoinEmbedding(2)
    of_points.build((None, 1))
    of_images.build((None, 1, 2, 1))
    of_points.table.assign([[1.0, 2.0], [3.0, 4.0]])  # two classes, so two numbers
    of_images.table.assign([[1.0, 2.0], [3.0, 4.0]])  # a map of 1 x 2 pixels for each class
    with of_points.labels.given([1, 0]), of_images.labels.given([1, 0]):
        assert of_points(np.array([[9.0], [8.0]], np.float32)).numpy().tolist() == [[9, 3, 4], [8, 1, 2]]
        images = of_images(np.full((2, 1, 2, 1), 9.0, np.float32)).numpy()
    assert images.tolist() == [[[[9, 3], [9, 4]]], [[[9, 1], [9, 2]]]]
    assert [embedding_size(count) for count in (2, 64, 1000)] == [2, 64, 64]


def dense(kernel, bias=0.0):
    made = layers.Dense(len(kernel[0]))
    made.build((None, len(kernel)))
    made.set_weights([np.array(kernel, np.float32), np.full(len(kernel[0]), bias, np.float32)])
    return made


def test_a_projection_adds_the_product_of_features_and_the_vector_of_the_class():
    """psi(f) = f_1 + 2 f_2 + 1/2; v_0 = (10, 0), v_1 = (0, 100). f = (3, 4): 11.5, plus 30 or plus 400."""
    projection = LabelProjection(dense([[1.0], [2.0]], 0.5), 2, 2)
    projection.build((None, 2))
    projection.vectors.set_weights([np.array([[10.0, 0.0], [0.0, 100.0]], np.float32)])
    with projection.labels.given([0, 1]):
        assert projection(np.array([[3.0, 4.0], [3.0, 4.0]], np.float32)).numpy().tolist() == [[41.5], [411.5]]


@pytest.mark.parametrize(("kind", "own"), [(LabelProjection, "vectors"), (ClassHead, "head")])
def test_the_matrix_of_classes_of_a_spectrally_normalised_discriminator_is_normalised_too(kind, own):
    """Its singular values are 3 and 1, so what it says is divided by 3 once the power iteration has found the first."""
    plain, normal = (kind(last, 2, 2) for last in (layers.Dense(1), SpectralNorm(layers.Dense(1))))
    found = []
    for last in (plain, normal):
        last.build((None, 2))
        last.labels.seen, last.labels.x = [], "noted"
        matrix = getattr(last, own)
        getattr(matrix, "layer", matrix).kernel.assign([[3.0, 0.0], [0.0, 1.0]])
        for _ in range(20):
            with last.labels.given([0]):
                last(np.ones((1, 2), np.float32), training=True)
        found.append(matrix(np.array([[3.0, 1.0]], np.float32)).numpy())
    assert found[0].tolist() == [[9.0, 1.0]]
    np.testing.assert_allclose(found[1], found[0] / 3, rtol=1e-4)


def test_a_class_head_notes_what_it_says_of_the_networks_input_only_where_it_is_asked():
    labels, note = Labels(), NoteInput()
    head = ClassHead(dense([[1.0], [1.0]]), 3, 2)
    note.labels = head.labels = labels
    network, x = keras.Sequential([keras.Input((2,)), note, head]), np.array([[1.0, 2.0]], np.float32)
    head.head.set_weights([np.array([[1.0, 0.0, 0.0], [0.0, 1.0, 0.0]], np.float32), np.array([0, 0, 7.0], np.float32)])
    x = keras.ops.convert_to_tensor(x)
    assert network(x).numpy().tolist() == [[3]]  # without labels, which only the noting needs
    labels.seen = []
    with labels.given([2]):
        assert network(x).numpy().tolist() == [[3]]
    (seen,) = labels.seen
    assert seen.x is x
    assert (seen.logits.numpy().tolist(), seen.labels.numpy().tolist()) == ([[1, 2, 7]], [2])


def test_no_labels_or_another_number_of_them_are_one_line():
    join = JoinLabel(2)
    with pytest.raises(UserError, match=r"^this network needs the class of each row: use .*given\(labels\): …`$"):
        join(np.zeros((3, 1), np.float32))
    message = r"^the network is called with 3 rows and 2 labels: .* does not allow$"
    with pytest.raises(UserError, match=message), join.labels.given([0, 1]):
        join(np.zeros((3, 1), np.float32))
    assert join.labels.now is None


@pytest.mark.parametrize(
    "first", [JoinLabel(3), JoinEmbedding(3), LabelProjection(layers.Dense(1), 3, 4), ClassHead(layers.Dense(1), 3, 4)]
)
def test_a_network_can_be_saved_as_keras_file(first, tmp_path):
    network = keras.Sequential([keras.Input((4,)), NoteInput(), first])
    network.save(tmp_path / "x.keras")
    again, x = keras.models.load_model(tmp_path / "x.keras"), np.ones((2, 4), np.float32)
    found = []
    for one in (network, again):
        with one.layers[-1].labels.given([2, 1]):
            found.append(one(x).numpy())
    assert np.array_equal(*found)

"""Probes: classes in the codes, learned of training rows and told of held-out rows."""

import numpy as np
import pytest

from ganae_cli.datasets.base import Data
from ganae_cli.metrics.codes.probes import knn_probe, linear_probe


def test_they_are_learned_of_the_codes_of_training_rows(of_images, of_model, scores):
    subject = of_model("vae", of_images)
    found = scores("probes", subject)
    labels = subject.rows.labels_of("train"), subject.rows.labels_of("held_out")
    codes = subject.model.codes_of_train, labels[0], subject.model.codes_of_held_out, labels[1]
    assert found["linear_probe"].value == pytest.approx(linear_probe(*codes).accuracy)
    assert found["knn_probe"].value == pytest.approx(knn_probe(*codes).accuracy)
    frequent = np.bincount(of_images.train_labels).argmax()
    assert found["knn_probe"].beside == np.mean(of_images.test_labels == frequent)
    assert found["knn_probe"].about["learned_rows"] == 120
    assert found["linear_probe"].low <= found["linear_probe"].value <= found["linear_probe"].high


def test_classes_that_the_codes_tell_apart(of_points, of_model, scores):
    subject = of_model("autoencoder", of_points)
    for split in ("train", "held_out"):
        vars(subject.model)[f"codes_of_{split}"] = np.eye(3, dtype=np.float32)[subject.rows.labels_of(split)] * 5
    found = scores("probes", subject)
    assert found["linear_probe"].value == found["knn_probe"].value == 1


def test_labels_of_one_class_and_none_are_refused(of_model, refusal, made_of):
    rows = made_of.points(60), made_of.points(30, 1)
    one = [np.zeros(len(part), np.int64) for part in rows]
    for data in (Data("one", *rows, *one, classes=("a",)), Data("none", *rows), Data("half", *rows, one[0])):
        subject = of_model("autoencoder", data)
        assert refusal("probes", subject) == "the dataset has no labels of two classes"
    assert refusal("probes", of_model("gan", Data("none", *rows))) == "there is no encoder"

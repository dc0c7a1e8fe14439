"""What a model makes of rows: samples, codes, reconstructions and logits, each of what was asked for, in its type."""

from dataclasses import replace

import numpy as np
import pytest

from ganae_cli.datasets.scaling import to_uint8
from ganae_cli.evaluation.compared_rows import ComparedRows
from ganae_cli.evaluation.model_on_rows import ModelOnRows
from ganae_cli.evaluation.protocol import Protocol
from ganae_cli.samplers.fitted import CodeSource


def at_rows(game, data, count=25, seed=1):
    """Return a model at rows of the data."""
    return ModelOnRows(ComparedRows(data, Protocol(samples=count, seed=seed)), game, CodeSource("prior"))


def test_the_seed_decides_what_is_drawn(built):
    game, data = built("model=gan")

    def samples(seed):
        return at_rows(game, data, seed=seed).samples

    assert samples(1).dtype == np.uint8
    assert np.array_equal(samples(1), samples(1))
    assert not np.array_equal(samples(1), samples(2))


def test_samples_of_a_conditional_model_have_the_classes_of_the_data(built):
    game, data = built("model=gan", "model.condition=concat")
    found = at_rows(game, data, 299)
    shares = np.bincount(found.labels, minlength=10) / 299
    assert np.abs(shares - np.bincount(data.train_labels) / len(data.train)).max() < 0.06
    assert len(set(np.bincount(found.labels).tolist())) > 1, "drawn, not dealt in turn"


def test_the_posterior_is_that_of_the_encoder(built):
    game, data = built("model=vae")
    found = at_rows(game, data)
    mean, log_variance = found.posterior
    assert found.is_gaussian
    assert np.allclose(mean, found.codes_of_held_out, atol=1e-6)
    assert mean.shape == log_variance.shape == (25, game.z_dim)
    drawn = (found.codes_of_posterior - mean) / np.exp(log_variance / 2)
    assert 0.7 < drawn.std() < 1.3
    plain = at_rows(built("model=autoencoder")[0], data)
    assert plain.posterior is None
    assert plain.codes_of_posterior is plain.codes_of_held_out


def test_the_discriminators_logits(built):
    game, data = built("model=gan")
    found = at_rows(game, data)
    assert found.discriminates
    expected = game.discriminator(found.rows.held_out.astype(np.float32) / 127.5 - 1, training=False).numpy()[:, 0]
    assert np.allclose(found.logits("held_out"), expected, atol=1e-5)
    assert not at_rows(built("model=pacgan")[0], data).discriminates, "it sees pairs"
    assert not at_rows(built("model=began")[0], data).discriminates, "no logit"
    assert not at_rows(built("model=autoencoder")[0], data).discriminates


def test_reconstructions_are_of_the_rows_and_in_their_type(built):
    game, data = built("model=autoencoder")
    found = at_rows(game, data)
    rebuilt = found.reconstructed("held_out")
    assert (rebuilt.dtype, rebuilt.shape) == (np.uint8, (25, 8, 8, 1))
    one = found.decode(found.encode(found.rows.held_out[3:4]))
    assert np.abs(one[0].astype(int) - rebuilt[3]).max() <= 1


def test_reconstructions_and_logits_are_of_the_split_that_is_asked_for(built):
    game, data = built("model=vaegan")
    found = at_rows(game, data)
    assert len(found.reconstructed("held_out")) == 25
    assert "codes_of_train" not in vars(found), "nobody asked for them"
    assert found.reconstructed("held_out") is found.reconstructed("held_out")
    assert found.logits("train") is found.logits("train")
    assert not np.array_equal(found.logits("train"), found.logits("held_out"))


def test_without_a_model_nothing_can_be_done(built):
    _, data = built("model=gan")
    found = at_rows(None, data)
    able = (found.encodes, found.reconstructs, found.discriminates, found.is_gaussian, found.is_conditional)
    assert not any(able)
    assert found.posterior is None
    assert found.labels is None
    with pytest.raises(ValueError, match="there is no model"):
        found.encode(found.rows.held_out)


def test_a_conditional_decoder_is_told_the_class_of_each_row(built):
    game, data = built("model=autoencoder", "model.condition=concat")
    found = at_rows(game, data)
    told = found.decode(found.codes_of_held_out, found.rows.labels_of("held_out"))
    assert np.array_equal(found.reconstructed("held_out"), told)
    wrong = found.decode(found.codes_of_held_out, (found.rows.labels_of("held_out") + 1) % 10)
    assert not np.array_equal(told, wrong)
    unlabelled = at_rows(game, replace(data, test_labels=None))
    assert unlabelled.encodes
    assert not unlabelled.reconstructs


def test_more_samples_are_of_all_classes_alike(built):
    game, data = built("model=gan", "model.condition=concat")
    found = at_rows(game, data)
    assert len(found.samples) == 25
    more = found.more_samples(40)
    assert len(more) == 40
    expected = found.source.generate(game, found.source.draw(game, 40, 1, np.arange(40) % 10), np.arange(40) % 10)
    assert np.array_equal(np.sort(more.ravel()), np.sort(to_uint8(expected).ravel()))

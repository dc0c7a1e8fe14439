"""What is evaluated: as many samples as held-out rows, each array made once, nothing that depends on file order."""

import numpy as np
import pytest

from ganae_cli.builders import from_config
from ganae_cli.datasets.base import Data
from ganae_cli.errors import UserError
from ganae_cli.evaluation.subject import Protocol, Subject
from ganae_cli.samplers.fitted import CodeSource


def images(count, seed=0):
    return np.random.default_rng(seed).integers(0, 256, (count, 4, 4, 1), np.uint8)


@pytest.fixture(scope="module", autouse=True)
def _parts():
    from_config.import_parts()


@pytest.fixture
def data():
    return Data("made", images(90), images(40, 1), np.arange(90) % 3, np.arange(40) % 3, classes=("a", "b", "c"))


@pytest.fixture
def built(compose):
    """Return `build("model=vae", …) -> (game, data)`, of digits."""

    def build(*words):
        config = compose(*words, "hardware=cpu")
        data = from_config.build_data(config)
        classes = data.classes if config.model.condition != "none" else ()
        return from_config.build_game(config, data.shape, classes).game, data

    return build


def test_as_many_rows_of_each_kind_as_the_fewest(data):
    found = Subject(data, Protocol(samples=30), given=images(100, 2))
    assert (found.count, found.train_count) == (30, 30)
    assert (len(found.samples), len(found.held_out), len(found.train)) == (30, 30, 30)
    assert Subject(data, Protocol(), given=images(100, 2)).count == 40, "never more than there are held-out rows"
    assert Subject(data, Protocol(), given=images(25, 2)).count == 25, "or than were given"


def test_rows_and_their_labels_stay_together(data):
    found = Subject(data, Protocol(samples=30))
    known = {row.tobytes(): label for row, label in zip(data.train, data.train_labels, strict=True)}
    assert [known[row.tobytes()] for row in found.train] == found.labels_of("train").tolist()
    held_out = {row.tobytes(): label for row, label in zip(data.test, data.test_labels, strict=True)}
    assert [held_out[row.tobytes()] for row in found.held_out] == found.labels_of("held_out").tolist()


def test_the_seed_decides_what_is_drawn(built):
    game, data = built("model=gan")

    def samples(seed):
        return Subject(data, Protocol(samples=25, seed=seed), game, CodeSource("prior")).samples

    assert samples(1).dtype == np.uint8
    assert np.array_equal(samples(1), samples(1))
    assert not np.array_equal(samples(1), samples(2))


def test_samples_of_a_conditional_model_have_the_classes_of_the_data(built):
    game, data = built("model=gan", "model.condition=concat")
    found = Subject(data, Protocol(samples=299), game, CodeSource("prior"))
    shares = np.bincount(found.labels, minlength=10) / 299
    assert np.abs(shares - np.bincount(data.train_labels) / len(data.train)).max() < 0.06
    assert len(set(np.bincount(found.labels).tolist())) > 1, "drawn, not dealt in turn"


def test_the_posterior_is_that_of_the_encoder(built):
    game, data = built("model=vae")
    found = Subject(data, Protocol(samples=25), game, CodeSource("prior"))
    mean, log_variance = found.posterior
    assert found.is_gaussian
    assert np.allclose(mean, found.codes_of_held_out, atol=1e-6)
    assert mean.shape == log_variance.shape == (25, game.z_dim)
    drawn = (found.codes_of_posterior - mean) / np.exp(log_variance / 2)
    assert 0.7 < drawn.std() < 1.3
    plain = Subject(data, Protocol(samples=25), built("model=autoencoder")[0], CodeSource("prior"))
    assert plain.posterior is None
    assert plain.codes_of_posterior is plain.codes_of_held_out


def test_the_discriminators_logits(built):
    game, data = built("model=gan")
    found = Subject(data, Protocol(samples=25), game, CodeSource("prior"))
    assert found.discriminates
    expected = game.discriminator(found.held_out.astype(np.float32) / 127.5 - 1, training=False).numpy()[:, 0]
    assert np.allclose(found.logits("held_out"), expected, atol=1e-5)
    assert not Subject(data, Protocol(), built("model=pacgan")[0], CodeSource("prior")).discriminates, "it sees pairs"
    assert not Subject(data, Protocol(), built("model=began")[0], CodeSource("prior")).discriminates, "no logit"
    assert not Subject(data, Protocol(), built("model=autoencoder")[0], CodeSource("prior")).discriminates


def test_reconstructions_are_of_the_rows_and_in_their_type(built):
    game, data = built("model=autoencoder")
    found = Subject(data, Protocol(samples=25), game, CodeSource("prior"))
    rebuilt = found.reconstructed("held_out")
    assert (rebuilt.dtype, rebuilt.shape) == (np.uint8, (25, 8, 8, 1))
    one = found.decode(found.encode(found.held_out[3:4]))
    assert np.abs(one[0].astype(int) - rebuilt[3]).max() <= 1


def test_another_step_shares_what_depends_on_the_data_only(built):
    game, data = built("model=autoencoder")
    before = Subject(data, Protocol(samples=25, features="pixels"), game, CodeSource("prior"))
    held_out, features, codes = before.held_out, before.of_held_out, before.codes_of_held_out
    after = before.again(CodeSource("prior"))
    assert after.held_out is held_out
    assert after.of_held_out is features
    assert after.codes_of_held_out is not codes


def test_what_depends_on_the_data_only_is_made_once(built):
    game, data = built("model=autoencoder")
    made = []

    def make():
        made.append(1)
        return len(made)

    before = Subject(data, Protocol(samples=25, features="pixels"), game, CodeSource("prior"))
    assert [before.of_data("a", make), before.of_data("a", make), before.of_data("b", make)] == [1, 1, 2]
    assert before.again(CodeSource("prior")).of_data("a", make) == 1
    by_codes = Subject(data, Protocol(samples=25, features="encoder"), game, CodeSource("prior"))
    assert by_codes.of_data("a", make) == 3
    assert by_codes.again(CodeSource("prior")).of_data("a", make) == 4, "the encoder has learned meanwhile"


def test_reconstructions_and_logits_are_of_the_split_that_is_asked_for(built):
    game, data = built("model=vaegan")
    found = Subject(data, Protocol(samples=25), game, CodeSource("prior"))
    assert len(found.reconstructed("held_out")) == 25
    assert "codes_of_train" not in vars(found), "nobody asked for them"
    assert found.reconstructed("held_out") is found.reconstructed("held_out")
    assert found.logits("train") is found.logits("train")
    assert not np.array_equal(found.logits("train"), found.logits("held_out"))


def test_features_that_cannot_be_used_are_named(data):
    found = Subject(data, Protocol(features="encoder"), given=images(30))
    with pytest.raises(UserError, match=r"^evaluation\.features=encoder: "):
        _ = found.of_samples


def test_the_mean_row(data):
    found = Subject(data, Protocol(samples=90), given=images(30))
    assert np.abs(found.train_mean - np.rint(found.train.mean(axis=0))).max() <= 1


def test_rows_and_features_are_of_the_same_rows(data):
    """They are drawn apart, since features of real rows are kept between evaluations."""
    found = Subject(data, Protocol(samples=30, features="pixels"), given=images(30, 2))
    for split, features in (("train", found.of_train), ("held_out", found.of_held_out)):
        assert np.array_equal(getattr(found, split).reshape(30, -1) / np.float32(255), features.rows)


def test_all_rows_stand_in_random_order_as_files_may_be_sorted(data):
    found = Subject(data, Protocol(features="pixels"), given=images(40, 2))
    assert sorted(row.tobytes() for row in found.held_out) == sorted(row.tobytes() for row in data.test)
    assert not np.array_equal(found.held_out, data.test)


def test_given_samples_stand_in_random_order_too(data):
    """Copying may look at the first of them only, and a folder may be sorted by class."""
    given = images(40, 2)
    found = Subject(data, Protocol(), given=given).samples
    assert sorted(row.tobytes() for row in found) == sorted(row.tobytes() for row in given)
    assert not np.array_equal(found, given)

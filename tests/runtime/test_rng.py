"""Noise as a pure function of (seed, step, draw, row): it repeats, splits over replicas, and does not overlap."""

import zlib

import numpy as np
import pytest
import tensorflow as tf
from scipy import stats

from ganae_cli.runtime.rng import Noise, stream

MASK = 0xFFFFFFFF


def philox(key: int, counter: int) -> list[int]:
    """Return four words for a 128-bit counter: Philox 4x32-10 of Salmon et al. 2011, doi:10.1145/2063384.2063405."""
    c = [counter >> (32 * i) & MASK for i in range(4)]
    k = [key & MASK, key >> 32 & MASK]
    for _ in range(10):
        first, second = 0xD2511F53 * c[0], 0xCD9E8D57 * c[2]
        c = [second >> 32 ^ c[1] ^ k[0], second & MASK, first >> 32 ^ c[3] ^ k[1], first & MASK]
        k = [(k[0] + 0x9E3779B9) & MASK, (k[1] + 0xBB67AE85) & MASK]
    return c


def uniform(step=0, count=64, shape=(3,), seed=0, **options):
    return Noise(seed, step, count, **options).uniform(*shape).numpy()


def test_philox_itself():
    """A known answer of the authors' Random123: key and counter all ones."""
    assert philox(2**64 - 1, 2**128 - 1) == [0x408F276D, 0x41C83B0E, 0xA20BC7C6, 0x6D5451FD]


@pytest.mark.parametrize(
    ("seed", "step", "label"), [(0, 0, ""), (7, 123_456, "observe"), (2**31 - 1, 2**40, "round 1")]
)
def test_a_draw_is_philox_at_a_counter_of_its_own(seed, step, label):
    """Key: crc32 of "seed/label/number". Counter: step, row and block of four numbers, upper end first.

    Each row has two blocks: first come their first words, then their second ones, …
    """
    noise = Noise(seed, step, count=3, label=label)
    for number in range(3):
        key = zlib.crc32(f"{seed}/{label}/{number}".encode()) & 0x7FFFFFFF
        rows = [[philox(key, (step << 64) + (row << 32) + block) for block in range(2)] for row in range(3)]
        expected = [[(block[place] >> 8) / 2**24 for place in range(4) for block in row][:7] for row in rows]
        assert noise.uniform(7).numpy().tolist() == expected


def test_a_stream_is_named_by_crc32():
    assert stream(3, "initial weights", "encoder") == zlib.crc32(b"3/initial weights/encoder") & 0x7FFFFFFF
    assert len({stream(seed, name) for seed in range(100) for name in ("a", "b", "c")}) == 300


@pytest.mark.parametrize("replicas", [2, 4])
@pytest.mark.parametrize("kind", ["normal", "uniform"])
def test_replicas_together_draw_the_numbers_of_a_single_one(kind, replicas):
    def rows(count, **options):
        noise = Noise(5, 9, count, **options)
        return [getattr(noise, kind)(3).numpy() for _ in range(2)]  # the second draw, too

    whole = rows(8)
    parts = [rows(8 // replicas, replica=replica) for replica in range(replicas)]
    for number in (0, 1):
        together = np.concatenate([part[number] for part in parts])
        np.testing.assert_allclose(together, whole[number], rtol=1e-6, atol=1e-6)


def test_a_replica_number_may_be_a_tensor():
    whole = uniform(count=8)
    part = Noise(0, tf.constant(0, tf.int64), 4, tf.constant(1)).uniform(3).numpy()
    assert (part == whole[4:]).all()


@pytest.mark.parametrize("kind", ["normal", "uniform"])
def test_compiled_draws_equal_eager_ones(kind):
    def draw(step, replica):
        noise = Noise(3, step, 64, replica, "observe")
        return getattr(noise, kind)(5), getattr(noise, kind)()

    arguments = tf.constant(17, tf.int64), tf.constant(1)
    eager = draw(*arguments)
    for jit in (False, True):
        for plain, compiled in zip(eager, tf.function(draw, jit_compile=jit)(*arguments), strict=True):
            np.testing.assert_allclose(compiled, plain, rtol=1e-6, atol=1e-6)


def test_numbers_for_each_pixel_are_no_factors_of_a_product():
    """The identity of a picture's numbers would fill the memory: of 128x128x3 it has 10 GB."""

    @tf.function(autograph=False)
    def drawn(*shape):
        return Noise(3, tf.constant(17, tf.int64), 4, of_rows=True).uniform(*shape)

    def products(*shape):
        return [op for op in drawn.get_concrete_function(*shape).graph.get_operations() if op.type == "MatMul"]

    assert (len(products(8)), len(products(128, 128, 3))) == (1, 0)
    np.testing.assert_array_equal(drawn(8), uniform(17, 4, (8,), 3))


def test_normal_numbers_are_those_of_box_and_muller(monkeypatch):
    """The first of two words gives a radius, the second an angle; its lowest bits select one of eight sectors."""
    words = np.random.default_rng(0).integers(0, 2**32, size=(4, 500), dtype=np.uint32)
    monkeypatch.setattr(Noise, "_words", lambda self, numbers: [tf.constant(row[:, None]) for row in words])
    made = Noise(0, 0, 500).normal(4).numpy().T
    unit = (words >> 8) / 2.0**24
    for length, turn, first, second in ((0, 1, 0, 1), (2, 3, 2, 3)):
        radius, angle = np.sqrt(-2 * np.log(1 - unit[length])), (unit[turn] - 0.5) * np.pi / 2
        bits = words[turn].astype(int)
        pair = np.where(bits & 1, [np.sin(angle), np.cos(angle)], [np.cos(angle), np.sin(angle)])
        pair *= radius * np.stack([(bits & 2) - 1, (bits & 4) / 2 - 1])
        np.testing.assert_allclose(made[[first, second]], pair, rtol=1e-5, atol=1e-6)


def test_distributions():
    """Kolmogorov-Smirnov distance of 40,000 numbers: 1.95 / sqrt(n) is exceeded once in a thousand seeds."""
    normal = Noise(0, 0, 20_000).normal(2).numpy()
    limit = 1.95 / np.sqrt(normal.size)
    assert stats.kstest(normal.ravel(), "norm").statistic < limit
    assert stats.kstest(uniform(count=20_000, shape=(2,)).ravel(), "uniform").statistic < limit
    assert abs(np.corrcoef(normal.T)[0, 1]) < 4 / np.sqrt(len(normal))
    turns = np.arctan2(normal[:, 1], normal[:, 0]) / (2 * np.pi) + 0.5  # the two numbers of a row are one vector
    assert stats.kstest(turns, "uniform").statistic < 1.95 / np.sqrt(len(normal))
    assert np.mean(normal**4) == pytest.approx(3.0, abs=5 * np.sqrt(96 / normal.size))  # Var z^4 = 105 - 9


def test_the_ends_of_the_interval(monkeypatch):
    """Bits of all zeros and all ones: uniform stays below 1, and the normal's logarithm finite."""
    for word, expected in ((0, 0.0), (MASK, 1 - 2.0**-24)):
        monkeypatch.setattr(
            Noise, "_words", lambda self, numbers, word=word: [tf.fill((4, 1), tf.constant(word, tf.uint32))] * 4
        )
        assert uniform(count=4, shape=()).tolist() == [expected] * 4
        assert np.isfinite(Noise(0, 0, 4).normal().numpy()).all()


def test_draws_repeat():
    assert (uniform(step=4) == uniform(step=4)).all()


@pytest.mark.parametrize(
    "other", [{"seed": 1}, {"step": 1}, {"step": 2**33}, {"label": "round 0"}], ids=lambda other: str(other)
)
def test_streams_differ(other):
    """Another seed, label or step gives other numbers: no number of one stream has the same place in another."""
    assert not (uniform(count=20) == uniform(count=20, **other)).any()


def test_each_draw_of_a_step_is_new():
    noise = Noise(0, 0, 20)
    first, second = noise.uniform(3).numpy(), noise.uniform(3).numpy()
    assert not (first == second).any()


def test_steps_do_not_overlap():
    """No step begins within the numbers of another. Single numbers may be equal by chance, rows of four not."""
    rows = np.concatenate([uniform(step=step, count=5000, shape=(4,)) for step in range(4)])
    assert len(np.unique(rows, axis=0)) == len(rows)

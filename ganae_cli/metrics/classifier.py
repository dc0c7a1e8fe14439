"""Measures of samples by a classifier of real images: are they recognised, of all classes, and varied?

The classifier learns the training images; whatever samples are compared with comes from held-out images, which it has
not seen, and is computed of them as it is of samples. Held-out images in place of samples are recognised to 90 % by
definition and score a spread of 1, within the noise of few images. Of the 299 held-out 8x8 digits, a tenth decides the
threshold (1.7 % standard error of `recognised`) and 27 or so of each class its spread (about 3 %).

Measured with 299 real digits in place of samples, beside 299 others, the classifier trained on the remaining 1,199 (ten
splits, mean and standard deviation): recognised 0.89 (0.03), smallest and largest class 0.07 and 0.13, spread 1.00
(0.02), smallest_spread 0.92 (0.03), accuracy 0.98 (0.01).
"""

import warnings
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from sklearn.exceptions import ConvergenceWarning
from sklearn.neural_network import MLPClassifier
from threadpoolctl import threadpool_limits

from ganae_cli.metrics.novelty import Images
from ganae_cli.metrics.variation import total_variance

HIDDEN, PENALTY, MOST_EPOCHS = 128, 1e-2, 400
MOST_NUMBERS = 50_000_000  # of the images that it learns: all of MNIST's are 47 million
ALL_EPOCHS = 600_000_000  # numbers read in all epochs together, at most: 12 of MNIST, which take 7 s
DEFINITION = f"mlp {HIDDEN} {PENALTY} {MOST_EPOCHS} {MOST_NUMBERS} {ALL_EPOCHS} 1"  # changes with what is trained
CHUNK = 1000  # images that are classified at once, which bounds memory


class Classifying(Protocol):
    """Whatever tells the classes of images: `Classifier`, or a classifier made of several."""

    @property
    def classes(self) -> np.ndarray: ...

    def probabilities(self, images: np.ndarray) -> np.ndarray: ...


@dataclass(frozen=True)
class Classifier:
    """A multilayer perceptron: rectified layers, then softmax. Image pixels from 0 to 1 are its inputs.

    classes: int (C,), the label of each output. weights, biases: of each layer, (inputs, outputs) and (outputs,).
    """

    classes: np.ndarray
    weights: tuple[np.ndarray, ...]
    biases: tuple[np.ndarray, ...]

    def probabilities(self, images: np.ndarray) -> np.ndarray:
        """Return the probability of each class, float (N, C), of uint8 images (N, H, W, C)."""
        parts = [self._probabilities(images[i : i + CHUNK]) for i in range(0, len(images), CHUNK)]
        return np.concatenate(parts) if parts else np.zeros((0, len(self.classes)))

    def _probabilities(self, images: np.ndarray) -> np.ndarray:
        x = _flat(images)
        for weights, biases in zip(self.weights[:-1], self.biases[:-1], strict=True):
            x = np.maximum(x @ weights + biases, 0)
        logits = x @ self.weights[-1] + self.biases[-1]
        powers = np.exp(logits - logits.max(axis=1, keepdims=True))
        return powers / powers.sum(axis=1, keepdims=True)


def train_classifier(images: Images, labels: np.ndarray, seed: int = 0) -> Classifier:
    """Return a classifier of uint8 images (N, H, W, C) by their labels int (N,), of two classes or more.

    It has one hidden layer of 128 units and is trained with Adam (learning rate 1e-3, batches of 200, L2 penalty 1e-2)
    for 400 epochs, or until the loss stops falling; of large sets for as many epochs as read 600 million numbers (12 of
    MNIST). If the images hold more than 50 million numbers, it learns a random part of them. On held-out images of
    MNIST it is 97.7 % accurate, on the 8x8 digits 97.3 %.
    """
    most = max(1, MOST_NUMBERS // max(1, int(np.prod(images.shape[1:]))))
    is_part = len(images) > most
    rows = np.random.default_rng(seed).permutation(len(images))[:most] if is_part else slice(None)
    learned, labels = images[rows], labels[rows]
    epochs = int(np.clip(ALL_EPOCHS // max(1, learned.size), 1, MOST_EPOCHS))
    model = MLPClassifier((HIDDEN,), alpha=PENALTY, max_iter=epochs, random_state=seed)
    # One thread: several take ten times as long as soon as another program runs, and round differently.
    with threadpool_limits(1, "blas"), warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        model.fit(_flat(learned), labels)
    weights, biases = list(model.coefs_), list(model.intercepts_)
    if len(model.classes_) == 2:  # one output, the logit of the second class
        weights[-1] = np.concatenate([np.zeros_like(weights[-1]), weights[-1]], axis=1)
        biases[-1] = np.concatenate([np.zeros_like(biases[-1]), biases[-1]])
    return Classifier(model.classes_, tuple(weights), tuple(biases))


def classifier_metrics(
    samples: np.ndarray, held_out: np.ndarray, classifier: Classifying, labels: np.ndarray | None = None
) -> dict[str, float]:
    """Return measures of samples by a classifier, relative to held-out images.

    samples, held_out: uint8 (N, H, W, C). labels: int (N,), of `held_out`, for `accuracy`.

    recognised: share of samples whose highest class probability reaches the value that 90 % of held-out images reach.
    smallest_class, largest_class: shares of samples in the rarest and in the most frequent predicted class.
    spread: standard deviation of recognised samples within their predicted class (root of the trace of the covariance),
        divided by that of recognised held-out images; mean over the classes with at least two of both. smallest_spread:
        the smallest of these ratios.
    accuracy: share of held-out images whose predicted class is right.
    """
    real_scores, scores = classifier.probabilities(held_out), classifier.probabilities(samples)
    threshold = np.quantile(real_scores.max(axis=1), 0.1)
    predicted = scores.argmax(axis=1)
    shares = np.bincount(predicted, minlength=len(classifier.classes)) / len(samples)
    own, real = (_spreads(*given, threshold) for given in ((samples, scores), (held_out, real_scores)))
    spreads = [own[c] / real[c] for c in own if real.get(c)]
    found = {
        "recognised": float(np.mean(scores.max(axis=1) >= threshold)),
        "smallest_class": float(shares.min()),
        "largest_class": float(shares.max()),
        "spread": float(np.mean(spreads)) if spreads else 0.0,
        "smallest_spread": float(np.min(spreads)) if spreads else 0.0,
    }
    if labels is not None:
        found["accuracy"] = float(np.mean(classifier.classes[real_scores.argmax(axis=1)] == labels))
    return found


def label_metrics(samples: np.ndarray, asked: np.ndarray, classifier: Classifying) -> dict[str, float]:
    """Return how often the classifier sees the class that was asked for. asked: int (N,), of the samples.

    label_accuracy: share of samples whose predicted class is that which was asked for. smallest_label_accuracy: the
    smallest such share of the samples of one class. hardest_class: the label of this class, the first of several.
    """
    is_right = classifier.classes[classifier.probabilities(samples).argmax(axis=1)] == asked
    shares = {int(label): float(np.mean(is_right[asked == label])) for label in np.unique(asked)}
    hardest = min(shares, key=lambda label: shares[label])
    return {
        "label_accuracy": float(np.mean(is_right)),
        "smallest_label_accuracy": shares[hardest],
        "hardest_class": float(hardest),
    }


def _spreads(images: np.ndarray, scores: np.ndarray, threshold: float) -> dict[int, float]:
    """Return predicted class -> spread, of the recognised images of each class that has two or more of them."""
    predicted = np.where(scores.max(axis=1) >= threshold, scores.argmax(axis=1), -1)
    counts = np.bincount(predicted[predicted >= 0], minlength=scores.shape[1])
    return {int(c): float(np.sqrt(total_variance(images[predicted == c]))) for c in np.flatnonzero(counts > 1)}


def _flat(images: np.ndarray) -> np.ndarray:
    """Return uint8 images (N, H, W, C) as float32 (N, H * W * C) from 0 to 1."""
    return images.reshape(len(images), -1).astype(np.float32) / 255

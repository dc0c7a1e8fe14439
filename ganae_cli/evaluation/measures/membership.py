"""Membership inference: can anyone tell from the model, or from its samples, which rows it was trained on?"""

from collections.abc import Iterable, Iterator

import numpy as np

from ganae_cli.evaluation.measures.base import Measure, Progress, score
from ganae_cli.evaluation.scores import LOWER, ORIGINALITY, Metric, Score
from ganae_cli.evaluation.subject import Subject
from ganae_cli.metrics.memorisation.membership import attack, scores_by_samples
from ganae_cli.registry import register

NOTHING = "where nothing can be told"
RATE = 0.01
TITLES = {
    "reconstruction": "membership by reconstruction, AUC",
    "discriminator": "membership by discriminator, AUC",
    "samples": "membership by samples, AUC",
}


@register("measure", "membership")
class Membership(Measure):
    """`metrics.memorisation.membership`: training rows and as many held-out rows, scored in up to three ways.

    By reconstruction error, of models with an encoder; by the discriminator's logit, where one sees single rows; by the
    distance to the nearest sample (in pixels), which needs samples only. 0.5: nothing can be told.
    """

    metrics = {
        **{
            f"membership_auc_{by}": Metric(ORIGINALITY, title, LOWER, 60 if by != "samples" else None)
            for by, title in TITLES.items()
        },
        **{
            f"membership_tpr_{by}": Metric(ORIGINALITY, f"members found at 1 % false alarms, {by}", LOWER, None)
            for by in TITLES
        },
    }

    def names(self, subject: Subject) -> Iterable[str]:
        model = subject.model
        applies = {"reconstruction": model.reconstructs, "discriminator": model.discriminates, "samples": True}
        return [name for name in self.metrics if applies[name.rpartition("_")[2]]]

    def scores(self, subject: Subject, progress: Progress) -> Iterator[Score]:
        members, others, made = subject.rows.train, subject.rows.held_out, subject.samples
        model = subject.model
        ways: dict[str, tuple[np.ndarray, np.ndarray]] = {
            "samples": (scores_by_samples(members, made), scores_by_samples(others, made))
        }
        progress(0.4)
        if model.reconstructs:
            ways["reconstruction"] = (
                _minus_error(members, model.reconstructed("train")),
                _minus_error(others, model.reconstructed("held_out")),
            )
        if model.discriminates:
            ways["discriminator"] = model.logits("train"), model.logits("held_out")
        progress(0.7)
        for by in [by for by in TITLES if by in ways]:
            found = attack(*ways[by])
            about = {"members": found.members, "non_members": found.non_members}
            yield score(f"membership_auc_{by}", found.auc, 0.5, NOTHING, **about)
            if (rate := found.tpr[RATE]) is not None:
                yield score(f"membership_tpr_{by}", rate, RATE, NOTHING, **about, false_positive_rate=RATE)


def _minus_error(rows: np.ndarray, rebuilt: np.ndarray) -> np.ndarray:
    pairs = zip(rows, rebuilt, strict=True)  # one by one: images may be large
    return -np.array([np.square(np.subtract(a, b, dtype=np.float64)).mean() for a, b in pairs])

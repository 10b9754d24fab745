"""How far a model is to be trusted on designs that it has not seen, by cross-validation."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from rl.guide.model import Card, Model
from rl.guide.network import Array, network
from rl.guide.retrieval import Index
from rl.learn.archive import Record
from rl.learn.fit import Settings, Shape, fit

FOLDS = 5
# A prediction that ranks a design's circuits at least so well is worth following.
GOOD = 0.3
_STEEPEST = 200.0


@dataclass(frozen=True)
class Trial:
    """A design that a model was tried on that had not seen it.

    Attributes:
        name: of the design.
        distance: cosine distance to the nearest design that the model had seen.
        correlation: rank correlation of predicted and measured rewards.
    """

    name: str
    distance: float
    correlation: float


def cross_validate(records: Sequence[Record], shape: Shape, settings: Settings) -> list[Trial]:
    """Train without a fifth of the designs, five times, and try each on those left out."""
    order = np.random.default_rng(settings.seed).permutation(len(records))
    trials: list[Trial] = []
    for fold in np.array_split(order, min(FOLDS, len(records))):
        out = set(fold.tolist())
        seen = [record for number, record in enumerate(records) if number not in out]
        tensors, _ = fit(seen, shape, settings, lambda *_: None)
        model = assembled(tensors, seen)
        index = Index(model.designs)
        for number in sorted(out):
            record = records[number]
            start = np.array(record.start, dtype=np.float32)
            nearest = index.nearest(model.embed(start), 1)
            trials.append(Trial(record.name, nearest[0][1], _correlation(model, record, shape)))
    return sorted(trials, key=lambda trial: trial.name)


def assembled(tensors: dict[str, Array], records: Sequence[Record]) -> Model:
    """A model for predictions alone, without a card."""
    count = sum(name.startswith("value") and name.endswith(".0.weight") for name in tensors)
    blank = Card(
        format=1, table="", flow="", moves=(), endings=(), features=(), temperature=1.0,
        threshold=1.0, designs=(), training={},
    )  # fmt: skip
    starts = np.array([record.start for record in records], dtype=np.float32)
    model = Model(
        blank,
        "",
        tensors["centre"],
        tensors["scale"],
        tensors["spread"],
        tuple(network(tensors, f"value{number}") for number in range(count)),
        network(tensors, "policy"),
        network(tensors, "embedding"),
        np.zeros((0, 0), dtype=np.float32),
        np.zeros((0, 2, 0), dtype=np.float32),
        np.zeros((0, 2, 0), dtype=np.float32),
    )
    return Model(**{**model.__dict__, "designs": model.embed(starts)})


def fitted(trials: Sequence[Trial]) -> tuple[float, float]:
    """T and δ_th of `rl.guide.retrieval.trust`: logistic regression of good on distance.

    Where distance says nothing of how good a model is, T is 0 or below and becomes the least
    slope, so that trust hardly depends on distance.
    """
    x = np.array([trial.distance for trial in trials])
    y = np.array([float(trial.correlation >= GOOD) for trial in trials])
    scale = max(float(x.std()), 1e-6)
    z = (x - x.mean()) / scale
    weight = np.zeros(2)
    for _ in range(200):
        likely = 1 / (1 + np.exp(-(weight[0] + weight[1] * z)))
        slope = np.array([(y - likely).sum(), ((y - likely) * z).sum()]) - 0.1 * weight
        spread = likely * (1 - likely)
        both = np.stack([np.ones_like(z), z])
        weight += np.linalg.solve((both * spread) @ both.T + 0.1 * np.eye(2), slope)
    temperature = min(_STEEPEST, max(1e-3, -weight[1] / scale))
    threshold = float(x.mean() + weight[0] / temperature)
    return float(temperature), threshold


def _correlation(model: Model, record: Record, shape: Shape) -> float:
    rows = np.array([each.states[-1] for each in record.evaluations], dtype=np.float32)
    state = model.state(np.array(record.start, dtype=np.float32), rows)
    outputs = np.mean([value(state) for value in model.values], axis=0)
    costs = outputs.reshape(len(rows), 2, shape.endings).sum(axis=1)
    ending = np.array([each.ending for each in record.evaluations])
    predicted = costs[np.arange(len(rows)), ending]
    measured = np.array([each.area + each.delay for each in record.evaluations])
    return rank_correlation(predicted, measured)


def rank_correlation(one: Array, other: Array) -> float:
    """Spearman's, ties in the order in which they stand; 0 where one of them is constant."""
    first = np.argsort(np.argsort(one)).astype(np.float64)
    second = np.argsort(np.argsort(other)).astype(np.float64)
    if np.ptp(one) == 0 or np.ptp(other) == 0:
        return 0.0
    found = float(np.corrcoef(first, second)[0, 1])
    return 0.0 if math.isnan(found) else found

"""Fits the networks to an archive, with PyTorch.

Values: what a circuit costs after each ending, from its features beside the start's. Policy: the
next move of recipes that did well. Embedding: how a design takes to the recipes that were tried
on all of them, so that designs that like the same recipes lie near each other.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor, nn

from rl.features import NAMES
from rl.guide.network import Array
from rl.learn.archive import Record

_CLIP = 1.5  # logarithms of cost beyond this say "bad" and no more
_SPREAD_LEAST = 0.02
_ELITE = 0.15


@dataclass(frozen=True)
class Settings:
    """Constants of the training.

    Attributes:
        seed: source of all randomness.
        values: networks whose mean predicts the cost.
        hidden: width of the hidden layers.
        width: of the embedding.
        epochs: passes over the data, for the value, the policy and the embedding.
        dropout: share of hidden units left out while training.
        decay: of the weights.
        rate: of learning.
        batch: rows of a step.
    """

    seed: int = 0
    values: int = 3
    hidden: int = 128
    width: int = 12
    epochs: tuple[int, int, int] = (30, 30, 120)
    dropout: float = 0.2
    decay: float = 1e-2
    rate: float = 2e-3
    batch: int = 128


@dataclass(frozen=True)
class Shape:
    """How many moves and endings a table has."""

    moves: int
    endings: int


Report = Callable[[str, int, float], None]


@dataclass(frozen=True)
class Scales:
    """See `rl.guide.model.Model`."""

    centre: Array
    scale: Array
    spread: Array


def scales(records: Sequence[Record]) -> Scales:
    """Means and spreads of the features over an archive."""
    return scales_of(
        [(record.start, [each.states[-1] for each in record.evaluations]) for record in records]
    )


def scales_of(designs: Sequence[tuple[Sequence[float], Sequence[Sequence[float]]]]) -> Scales:
    """The same of features: each design's first circuit's, and those of what was made of it."""
    starts = np.array([start for start, _ in designs], dtype=np.float32)
    changes = np.concatenate(
        [
            np.array(made, dtype=np.float32) - np.array(start, dtype=np.float32)
            for start, made in designs
        ]
    )
    return Scales(
        centre=starts.mean(axis=0),
        scale=np.maximum(starts.std(axis=0), _SPREAD_LEAST),
        spread=np.maximum(changes.std(axis=0), _SPREAD_LEAST),
    )


def fit(
    records: Sequence[Record], shape: Shape, settings: Settings, report: Report
) -> tuple[dict[str, Array], Scales]:
    """Train everything; the tensors of a checkpoint but for the designs' embeddings.

    Deterministic for a seed on a CPU; on a GPU where there is one.

    Args:
        records: what an archive holds.
        shape: of its table.
        settings: constants.
        report: told the network's name, the epoch and its mean loss.
    """
    threads = torch.get_num_threads()
    # On networks this small threads mostly wait for each other, the more so on a busy machine.
    torch.set_num_threads(1)
    try:
        return _fit(records, shape, settings, report)
    finally:
        torch.set_num_threads(threads)


def _fit(
    records: Sequence[Record], shape: Shape, settings: Settings, report: Report
) -> tuple[dict[str, Array], Scales]:
    device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
    found = scales(records)
    tensors: dict[str, Array] = {
        "centre": found.centre,
        "scale": found.scale,
        "spread": found.spread,
    }
    for number in range(settings.values):
        torch.manual_seed(settings.seed * 1000 + number)
        net = _fit_value(records, shape, settings, found, report, f"value{number}", device)
        tensors |= exported(net, f"value{number}")
    torch.manual_seed(settings.seed * 1000 + 100)
    tensors |= exported(_fit_policy(records, shape, settings, found, report, device), "policy")
    torch.manual_seed(settings.seed * 1000 + 200)
    embedding = _fit_embedding(records, settings, found, report, device)
    tensors |= exported(embedding, "embedding")
    return tensors, found


def exported(net: nn.Module, name: str) -> dict[str, Array]:
    """The linear layers of a network, as `rl.guide.network.network` reads them."""
    tensors: dict[str, Array] = {}
    linear = [layer for layer in net.modules() if isinstance(layer, nn.Linear)]
    for number, layer in enumerate(linear):
        tensors[f"{name}.{number}.weight"] = layer.weight.detach().cpu().numpy()
        tensors[f"{name}.{number}.bias"] = layer.bias.detach().cpu().numpy()
    return tensors


def _layers(inputs: int, outputs: int, settings: Settings) -> nn.Sequential:
    hidden, dropout = settings.hidden, settings.dropout
    return nn.Sequential(
        nn.Linear(inputs, hidden),
        nn.ReLU(),
        nn.Dropout(dropout),
        nn.Linear(hidden, hidden),
        nn.ReLU(),
        nn.Dropout(dropout),
        nn.Linear(hidden, outputs),
    )


def _run(
    net: nn.Module,
    rows: int,
    loss_of: Callable[[Tensor], Tensor],
    settings: Settings,
    epochs: int,
    report: Callable[[int, float], None],
    device: torch.device,
) -> None:
    optimizer = torch.optim.AdamW(net.parameters(), settings.rate, weight_decay=settings.decay)
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, epochs)
    net.train()
    for epoch in range(1, epochs + 1):
        total = 0.0
        for batch in torch.split(torch.randperm(rows).to(device), settings.batch):
            loss = loss_of(batch)
            optimizer.zero_grad()
            loss.backward()  # type: ignore[no-untyped-call] # PyTorch's
            optimizer.step()
            total += float(loss.detach()) * len(batch)
        schedule.step()
        report(epoch, total / rows)


def _fit_value(
    records: Sequence[Record],
    shape: Shape,
    settings: Settings,
    found: Scales,
    report: Report,
    name: str,
    device: torch.device,
) -> nn.Module:
    states, endings, costs, weights = [], [], [], []
    for record in records:
        start = np.array(record.start, dtype=np.float32)
        own = (start - found.centre) / found.scale
        for each in record.evaluations:
            change = (np.array(each.states[-1], dtype=np.float32) - start) / found.spread
            states.append(np.concatenate([change, own]))
            endings.append(each.ending)
            costs.append((each.area, each.delay))
            # Every design counts alike, however often it was measured.
            weights.append(1.0 / len(record.evaluations))
    x = torch.tensor(np.array(states), device=device)
    y = torch.tensor(np.array(costs, dtype=np.float32), device=device).clamp(-_CLIP, _CLIP)
    ending = torch.tensor(endings, device=device)
    weight = torch.tensor(weights, dtype=torch.float32, device=device)
    weight = weight / weight.mean()
    net = _layers(2 * len(NAMES), 2 * shape.endings, settings).to(device)

    def loss(batch: Tensor) -> Tensor:
        out = net(x[batch]).reshape(len(batch), 2, shape.endings)
        chosen = out[torch.arange(len(batch), device=device), :, ending[batch]]
        of_each = ((chosen - y[batch]) ** 2).sum(1)
        # The sum of the logarithms is the product's: it may not be wrong in both ways at once.
        of_product = (chosen.sum(1) - y[batch].sum(1)) ** 2
        weighted: Tensor = (weight[batch] * (of_each + of_product)).mean()
        return weighted

    epochs = settings.epochs[0]
    _run(net, len(x), loss, settings, epochs, lambda e, v: report(name, e, v), device)
    return net


def _fit_policy(
    records: Sequence[Record],
    shape: Shape,
    settings: Settings,
    found: Scales,
    report: Report,
    device: torch.device,
) -> nn.Module:
    states, befores, targets, weights = [], [], [], []
    for record in records:
        start = np.array(record.start, dtype=np.float32)
        own = (start - found.centre) / found.scale
        told = [each for each in record.evaluations if each.moves]
        told.sort(key=lambda each: -each.reward)
        elite = told[: max(5, round(_ELITE * len(told)))]
        steps = sum(len(each.moves or ()) for each in elite)
        for each in elite:
            row = record.start
            last = shape.moves
            for move, after in zip(each.moves or (), each.states, strict=True):
                if after != row:
                    change = (np.array(row, dtype=np.float32) - start) / found.spread
                    states.append(np.concatenate([change, own]))
                    befores.append(last)
                    targets.append(move)
                    weights.append(1.0 / steps)
                    last = move
                row = after
    x = torch.tensor(np.array(states), device=device)
    before = nn.functional.one_hot(torch.tensor(befores), shape.moves + 1).float().to(device)
    target = torch.tensor(targets, device=device)
    weight = torch.tensor(weights, dtype=torch.float32, device=device)
    weight = weight / weight.mean()
    net = _layers(2 * len(NAMES) + shape.moves + 1, shape.moves, settings).to(device)

    def loss(batch: Tensor) -> Tensor:
        logits = net(torch.cat([x[batch], before[batch]], dim=1))
        each = nn.functional.cross_entropy(
            logits, target[batch], reduction="none", label_smoothing=0.05
        )
        weighted: Tensor = (weight[batch] * each).mean()
        return weighted

    epochs = settings.epochs[1]
    _run(net, len(x), loss, settings, epochs, lambda e, v: report("policy", e, v), device)
    return net


def _fit_embedding(
    records: Sequence[Record],
    settings: Settings,
    found: Scales,
    report: Report,
    device: torch.device,
) -> nn.Module:
    starts = np.array([record.start for record in records], dtype=np.float32)
    x = torch.tensor((starts - found.centre) / found.scale, device=device)
    rewards = transfer_matrix(records)
    known = torch.tensor(~np.isnan(rewards), device=device)
    y = torch.tensor(np.nan_to_num(rewards), device=device)
    mean = (y * known).sum(0) / known.sum(0).clamp(min=1)
    # What sets designs apart is which recipes they like, not how much there is to gain on them.
    gap = torch.where(known, y - mean, 0.0)
    gap = torch.where(known, gap - gap.sum(1, keepdim=True) / known.sum(1, keepdim=True), 0.0)
    net = nn.Sequential(
        nn.Linear(len(NAMES), settings.hidden),
        nn.ReLU(),
        nn.Dropout(0.3),
        nn.Linear(settings.hidden, settings.width),
    ).to(device)
    recipes = nn.Linear(settings.width, gap.shape[1], bias=False).to(device)
    both = nn.ModuleList([net, recipes])

    def loss(batch: Tensor) -> Tensor:
        embedded = nn.functional.normalize(net(x[batch] + 0.1 * torch.randn_like(x[batch])))
        error = (recipes(embedded) - gap[batch]) ** 2
        squared: Tensor = error[known[batch]].mean()
        return squared

    epochs = settings.epochs[2]
    _run(both, len(x), loss, settings, epochs, lambda e, v: report("embedding", e, v), device)
    net.eval()
    return net


def transfer_matrix(records: Sequence[Record]) -> Array:
    """The rewards of the recipes that were tried on every design.

    Returns: float32 of shape (designs, recipes); what was not measured is not a number.
    """
    tried = [each.transferred for record in records for each in record.evaluations]
    count = 1 + max((number for number in tried if number is not None), default=-1)
    matrix = np.full((len(records), count), np.nan, dtype=np.float32)
    for row, record in enumerate(records):
        for each in record.evaluations:
            if each.transferred is not None:
                matrix[row, each.transferred] = max(-1.0, each.reward)
    return matrix

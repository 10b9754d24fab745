"""Which representation of a circuit predicts its cost: figures, the graph, the recipe.

    python -m benchmarks.encoders --folds 5 --seeds 3

Random recipes of one to six quick moves on training designs, each result mapped and sized. From an
AIG an encoder predicts the logarithm of its area-delay product against that of the design's first
circuit. Each design is predicted by networks that have seen no recipe of it; printed is how well
its circuits are ranked (Spearman), mean over the designs and seeds and its standard error, and
what a prediction costs.

figures      statistics of the circuit beside those of the design's first one
graph        a graph network (GINE, Hu et al., ICLR 2020) on node kinds, levels and inverters, of
             the circuit and of the first one
both         the two together
recipe       the moves in their order (a GRU), and the figures of the first circuit alone
all          the three together
shuffled     `both`, the graph being that of another circuit of the data
"""

import argparse
import random
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import torch
from torch import Tensor, nn
from torch_geometric.data import Batch, Data
from torch_geometric.nn import GINEConv, global_max_pool, global_mean_pool

from benchmarks.common import circuit, conditions, library
from eda.abc.binary import find_abc
from eda.cache import DiskCache
from eda.circuit import Circuit
from eda.flow import Flow
from eda.folders import cache_folder
from eda.synthesizer import MoveFailedError, Synthesizer
from rl.features import features
from rl.learn.fit import Scales, scales_of
from rl.learn.trusting import rank_correlation
from rl.representation import Kind, graph_of
from rl.table import FULL

TRAINING = (
    "alu2", "b2", "frg1", "C1355", "C2670", "apex5", "i7", "i8", "m3", "max512", "table5", "prom2",
    "ctrl", "int2float", "x1", "x4", "term1", "ttt2", "count", "cordic", "vda", "rd84", "sao2",
    "misex3c", "duke2", "root", "dist", "gary", "in0", "rot",
)  # fmt: skip
VARIANTS = ("figures", "graph", "both", "recipe", "all", "shuffled")
WIDTH, LAYERS, LENGTH = 32, 3, 6
MOVES = tuple(move for move in FULL.moves if move.cost_class == 1)


class Example(NamedTuple):
    """A circuit that a recipe made, and what it costs."""

    moves: tuple[int, ...]
    figures: tuple[float, ...]
    graph: Data
    cost: float


@dataclass(frozen=True)
class Design:
    """A design's first circuit and what was made of it."""

    name: str
    figures: tuple[float, ...]
    graph: Data
    examples: tuple[Example, ...]


def data_of(circuit: Circuit) -> Data:
    """Nodes: kind and relative level. Edges both ways: four types by direction and inverter."""
    graph = graph_of(circuit)
    level = graph.level / max(1, int(graph.level.max(initial=1)))
    kinds = np.eye(len(Kind), dtype=np.float32)[graph.kind]
    nodes = np.concatenate([kinds, level[:, None].astype(np.float32)], axis=1)
    edges = np.concatenate([graph.edges, graph.edges[::-1]], axis=1).astype(np.int64)
    inverted = graph.inverted.astype(np.int64)
    return Data(
        x=torch.tensor(nodes),
        edge_index=torch.tensor(edges),
        edge_attr=torch.tensor(np.concatenate([inverted, inverted + 2])),
    )


def collect(name: str, recipes: int, synthesizer: Synthesizer) -> Design:
    """Run random recipes on a design; a move that fails is left out."""
    start, flow, rng = circuit(name, synthesizer), Flow(), random.Random(name)
    first = synthesizer.cost(start, flow).adp
    examples = []
    for _ in range(recipes):
        state, worked = start, []
        for move in rng.choices(range(len(MOVES)), k=rng.randint(1, LENGTH)):
            try:
                state = synthesizer.apply(state, MOVES[move])
            except MoveFailedError:
                continue
            worked.append(move)
        cost = float(np.log(synthesizer.cost(state, flow).adp / first))
        examples.append(Example(tuple(worked), features(state), data_of(state), cost))
    return Design(name, features(start), data_of(start), tuple(examples))


class GraphNetwork(nn.Module):
    """One vector for each graph of a batch."""

    def __init__(self) -> None:
        super().__init__()
        self.enter = nn.Linear(len(Kind) + 1, WIDTH)
        self.kinds = nn.ModuleList([nn.Embedding(4, WIDTH) for _ in range(LAYERS)])
        self.layers = nn.ModuleList(
            [
                GINEConv(
                    nn.Sequential(nn.Linear(WIDTH, WIDTH), nn.ReLU(), nn.Linear(WIDTH, WIDTH)),
                    train_eps=True,
                )
                for _ in range(LAYERS)
            ]
        )

    def forward(self, graphs: Batch) -> Tensor:
        """Mean and maximum over the nodes: float32 of shape (graphs, 2 * WIDTH)."""
        hidden = torch.relu(self.enter(graphs.x))
        for kind, layer in zip(self.kinds, self.layers, strict=True):
            hidden = hidden + torch.relu(layer(hidden, graphs.edge_index, kind(graphs.edge_attr)))
        pooled = [global_mean_pool(hidden, graphs.batch), global_max_pool(hidden, graphs.batch)]
        return torch.cat(pooled, dim=1)


class Predictor(nn.Module):
    """What a variant sees of a circuit, and a head that predicts its cost."""

    def __init__(self, variant: str, figures: int) -> None:
        super().__init__()
        self.figures = variant in ("figures", "both", "all", "shuffled")
        self.start = self.figures or variant == "recipe"
        self.graph = GraphNetwork() if variant in ("graph", "both", "all", "shuffled") else None
        self.recipe = (
            nn.GRU(WIDTH, WIDTH, batch_first=True) if variant in ("recipe", "all") else None
        )
        self.move = nn.Embedding(len(MOVES) + 1, WIDTH)
        inputs = figures * (self.figures + self.start)
        inputs += 4 * WIDTH * (self.graph is not None) + WIDTH * (self.recipe is not None)
        self.head = nn.Sequential(
            nn.Linear(inputs, 128), nn.ReLU(), nn.Dropout(0.2), nn.Linear(128, 1)
        )

    def forward(self, rows: "Rows") -> Tensor:
        """Predicted costs: float32 of shape (rows,)."""
        parts = []
        if self.figures:
            parts.append(rows.changes)
        if self.start:
            parts.append(rows.starts)
        if self.graph is not None:
            first = self.graph(rows.first)[rows.design]
            parts += [self.graph(rows.graphs) - first, first]
        if self.recipe is not None:
            parts.append(self.recipe(self.move(rows.moves))[0][:, -1])
        predicted: Tensor = self.head(torch.cat(parts, dim=1)).squeeze(1)
        return predicted


class Rows(NamedTuple):
    """A batch; `design` says which of the graphs in `first` a row's circuit was made of."""

    changes: Tensor
    starts: Tensor
    graphs: Batch
    first: Batch
    design: Tensor
    moves: Tensor
    costs: Tensor


def rows_of(
    pairs: Sequence[tuple[Design, Example]],
    scale: Scales,
    graphs: Sequence[Data],
) -> Rows:
    """A batch of examples of some designs; `graphs` are those that are shown of them."""
    names = list(dict.fromkeys(design.name for design, _ in pairs))
    owners = {design.name: design for design, _ in pairs}
    starts = np.array([design.figures for design, _ in pairs], dtype=np.float32)
    states = np.array([example.figures for _, example in pairs], dtype=np.float32)
    # Padded in front, so that the last step is the last move.
    moves = [
        [len(MOVES)] * (LENGTH - len(example.moves)) + [*example.moves] for _, example in pairs
    ]
    return Rows(
        torch.tensor((states - starts) / scale.spread),
        torch.tensor((starts - scale.centre) / scale.scale),
        Batch.from_data_list(list(graphs)),
        Batch.from_data_list([owners[name].graph for name in names]),
        torch.tensor([names.index(design.name) for design, _ in pairs]),
        torch.tensor(moves),
        torch.tensor([example.cost for _, example in pairs], dtype=torch.float32),
    )


def scales_of_all(designs: Sequence[Design]) -> Scales:
    """How the figures of some designs are spread."""
    return scales_of(
        [(design.figures, [each.figures for each in design.examples]) for design in designs]
    )


def trained(variant: str, designs: Sequence[Design], seed: int, epochs: int) -> Predictor:
    """A predictor fitted to all examples of some designs."""
    torch.manual_seed(seed)
    rng = random.Random(seed)
    scale = scales_of_all(designs)
    pairs = [(design, example) for design in designs for example in design.examples]
    shown = [example.graph for _, example in pairs]
    if variant == "shuffled":
        rng.shuffle(shown)
    net = Predictor(variant, len(pairs[0][1].figures))
    optimizer = torch.optim.AdamW(net.parameters(), 2e-3, weight_decay=1e-2)
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, epochs)
    for _ in range(epochs):
        order = rng.sample(range(len(pairs)), len(pairs))
        for begin in range(0, len(order), 64):
            chosen = order[begin : begin + 64]
            rows = rows_of([pairs[i] for i in chosen], scale, [shown[i] for i in chosen])
            loss = ((net(rows) - rows.costs.clamp(-1.5, 1.5)) ** 2).mean()
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
        schedule.step()
    return net.eval()


def judged(
    variant: str, designs: Sequence[Design], options: argparse.Namespace
) -> tuple[list[float], float]:
    """The correlation on each design unseen, for each seed; milliseconds for each circuit."""
    found, spent, count = [], 0.0, 0
    for seed in range(options.seeds):
        order = random.Random(seed).sample(list(designs), len(designs))
        for fold in range(options.folds):
            held = order[fold :: options.folds]
            seen = [design for design in order if design not in held]
            net, scale = trained(variant, seen, seed, options.epochs), scales_of_all(seen)
            everything = [example.graph for design in held for example in design.examples]
            random.Random(seed).shuffle(everything)
            for design in held:
                pairs = [(design, example) for example in design.examples]
                shown = [example.graph for example in design.examples]
                if variant == "shuffled":
                    shown = [everything.pop() for _ in shown]
                rows = rows_of(pairs, scale, shown)
                began = time.perf_counter()
                with torch.no_grad():
                    predicted = net(rows).numpy()
                spent += time.perf_counter() - began
                count += len(pairs)
                found.append(rank_correlation(predicted, rows.costs.numpy()))
    return found, 1000 * spent / count


def main() -> None:
    """Print a row for each variant."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--library", default="asap7")
    parser.add_argument("--designs", nargs="+", default=TRAINING)
    parser.add_argument("--variants", nargs="+", default=VARIANTS)
    parser.add_argument("--recipes", type=int, default=40)
    parser.add_argument("--folds", type=int, default=5)
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--epochs", type=int, default=20)
    options = parser.parse_args()
    print(f"{conditions()}; {options.library}; {len(options.designs)} designs")
    abc = find_abc()
    cache = DiskCache(cache_folder() / "benchmarks", abc.sha256, warn=print)
    synthesizer = Synthesizer(abc, library(abc, options.library), jobs=1, cache=cache)
    designs = [collect(name, options.recipes, synthesizer) for name in options.designs]
    synthesizer.close()
    cache.close()
    for variant in options.variants:
        began = time.perf_counter()
        found, cost = judged(variant, designs, options)
        error = np.std(found) / np.sqrt(len(found))
        print(
            f"{variant:9} {np.mean(found):.3f} ± {error:.3f}  {cost:6.2f} ms a circuit  "
            f"(trained in {time.perf_counter() - began:.0f} s)",
            flush=True,
        )


if __name__ == "__main__":
    main()

"""The constants of the evolution, and which suit a problem."""

from dataclasses import dataclass, replace

from rl.searchers.base import Problem


@dataclass(frozen=True)
class Settings:
    """The constants of the search.

    Attributes:
        pool: circuits that are bred from.
        selection: chance that the best of the pool is chosen over the rest, and so on down.
        trust: how many children tell as much of a circuit's promise as its own reward.
        calm: evaluations without a better result after which that chance is halved.
        candidates: recipes made for each evaluation.
        ending_share: proposals that map a known circuit in another way.
        kept_ending: chance that a new circuit is mapped as its parent was best.
        change_share: proposals that change a recipe's middle instead of extending it.
        cross_share: proposals that cross two recipes.
        fresh: first proposals, which owe nothing to any other.
        regrow_share: proposals that cut a recipe and fill it up again.
        stride: moves of a fresh recipe.
        patience: a move that failed so often is not used again; a slow one has one chance.
        openings: endings that are tried on the best known circuit first.
        retrieved: recipes of other designs that are tried first, where they are known.
        tried: proposals, from the first on, that are recipes tried on many designs, where such are
            known and something is expected of them.
        tried_share: and of all later ones that share.
        rebuilt_share: then also the share of those that try a move that rebuilds the circuit.
        networks: whether a model's networks and its nearest designs count, where there is one.
        free: chance that the judge, where it can, chooses the ending as well.
        reach: no circuit is bred from whose promise is so far below the best one's.
    """

    pool: int = 30
    selection: float = 0.25
    trust: float = 4.0
    calm: int = 60
    candidates: int = 6
    ending_share: float = 0.2
    kept_ending: float = 0.75
    change_share: float = 0.25
    cross_share: float = 0.1
    fresh: int = 16
    regrow_share: float = 0.5
    stride: int = 10
    patience: int = 2
    openings: int = 8
    retrieved: int = 4
    tried: int = 24
    tried_share: float = 0.1
    rebuilt_share: float = 0.1
    networks: bool = True
    free: float = 0.8
    reach: float = 0.08


# A narrow table's recipes are short and its moves cheap; a wide one has moves that take long and
# recipes that go on where others ended. On a narrow one neither doubt of luck nor patience helps.
NARROW = Settings(pool=12, trust=1e9, calm=10**9, reach=2.0)
WIDE = Settings(candidates=4, regrow_share=0.1, fresh=0, stride=6)
GUIDED = Settings(candidates=8, regrow_share=0.1, fresh=0, stride=6, ending_share=0.05)
# Candidates take time that a budget of evaluations does not count.
GUIDED_FAST = replace(GUIDED, candidates=4)
WIDE_FAST = replace(WIDE, candidates=2)
NARROW_TABLE = 12


def usual(problem: Problem, *, tried: bool) -> Settings:
    """The constants for a table of that size, with or without a model.

    Args:
        problem: what is known before the search.
        tried: whether there are recipes that were tried on many designs. Then the networks do not
            pay beside them: `benchmarks.ablations` shows it.
    """
    narrow = len(problem.table.moves) <= NARROW_TABLE
    wide = WIDE_FAST if problem.timed else WIDE
    if tried:
        return replace(NARROW if narrow else wide, networks=False)
    if narrow:
        return NARROW
    if problem.guidance is None:
        return wide
    return GUIDED_FAST if problem.timed else GUIDED

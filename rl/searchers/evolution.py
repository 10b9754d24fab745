"""Evolution of recipes over the circuits that they reach.

A pool holds the best circuits found. A proposal extends the recipe of one of them, changes it,
crosses it with another's, or maps its circuit in another way. Several candidates are made for
each proposal, and a regression on figures of their AIGs chooses the one that is mapped.
"""

import math
import random
from collections import deque
from collections.abc import Sequence
from dataclasses import replace
from functools import partial

from eda.flow import Ending, Target
from eda.move import Move
from eda.recipe import Recipe
from rl.endings import sized
from rl.evaluation import Outcome, Proposal, Sizing, lengthy, shortened
from rl.judge import bent
from rl.searchers.base import Problem, value
from rl.searchers.belief import Belief
from rl.searchers.drawing import Drawing
from rl.searchers.knowledge import Knowledge
from rl.searchers.member import Member, Origin
from rl.searchers.rebuilding import Rebuilding, rebuilders
from rl.searchers.timing import burden, slow_alone
from rl.searchers.tuning import Settings, usual

# How much worse than the best cost one may be that another way to size may make the best.
_SIZED = 1.08
# Where there is time for fewer than these, the best script's circuit is mapped otherwise
# before anything else, and sized in one way.
_FEW = 32
# So many of these are tried whatever is expected of them.
_ANYHOW = 2
# A circuit with less than this share of the first one's ANDs is far smaller.
_SHRUNK = 0.3
# So often another child is drawn where one would take long.
_DRAWN = 8
# Cosine distance up to which a design is much the same as another.
_ALIKE = 0.001


class Evolution:
    """See the module."""

    def __init__(self, problem: Problem, settings: Settings | None = None) -> None:
        self._problem = problem
        guidance = problem.guidance
        responses = None if guidance is None else guidance.portfolio(problem.reward)
        self._settings = settings or usual(problem, tried=responses is not None)
        self._tried = responses is not None and self._settings.tried > 0
        self._guidance = guidance if self._settings.networks else None
        self._rng: random.Random = problem.rng()
        self._drawing = Drawing(problem, self._rng, self._settings.patience, self._guidance)
        self._endings = problem.table.endings
        self._ending_index = {ending.group: index for index, ending in enumerate(self._endings)}
        rewards = [value(problem, each) for each in problem.known if each.qor]
        self._belief = Belief(self._endings, rewards, responses, problem.length)
        self._members: dict[str, Member] = {}
        self._pool: list[Member] = []
        self._knowledge = Knowledge(problem.start, self._endings, self._guidance)
        self._origins: dict[int, Origin] = {}
        for outcome in problem.known:
            self._remember(outcome, value(problem, outcome))
        self._asked = self._idle = 0
        self._openings = min(self._settings.openings, len(self._endings) - 1)
        self._few = problem.room < _FEW
        self._slow = self._few or (problem.timed and lengthy(problem.known))
        # What rebuilds a circuit from the ground up leads where small steps do not. What takes
        # longest begins first, beside the others.
        self._rebuilders = deque(rebuilders(problem))
        self._retrieved: deque[Recipe] = deque()
        self._rebuilding = Rebuilding(problem)
        if self._pool:
            self._rebuilding.begin(self._pool[0])
        self._trying = self._settings.tried if self._tried else 0
        if guidance is not None:
            # What unlike designs like is among the recipes that were tried on many.
            within = _ALIKE if self._tried else math.inf
            self._retrieved.extend(guidance.openings(within)[: self._settings.retrieved])

    def ask(self) -> Proposal:
        """See `Searcher.ask`."""
        proposal = self._next()
        kept = tuple(map(self._drawing.allowance.keep, proposal.recipes))
        self._asked += 1
        return replace(proposal, recipes=kept, sizing=self._sizing)

    @property
    def _sizing(self) -> Sizing | None:
        """How to size what is proposed now: in time that is short only what may be the best."""
        sizing = None if self._few else self._problem.sizing
        if sizing is None or not self._problem.timed or not self._pool:
            return sizing
        return replace(sizing, least=1 - _SIZED * (1 - self._best))

    def _next(self) -> Proposal:
        begin = (self._rebuild_member, self._retrieve, self._open)
        for attempt in (*begin[:: -1 if self._few else 1], self._rebuild, self._reconsider):
            proposal = attempt()
            if proposal is not None:
                return proposal
        return self._breed()

    def _open(self) -> Proposal | None:
        """The best circuit mapped in another way, as long as searches begin with that."""
        if not self._openings or not self._pool:
            return None
        self._openings -= 1
        return self._map_otherwise(self._pool[:1], simply=self._slow)

    def _reconsider(self) -> Proposal | None:
        """A good circuit mapped in another way, now and then."""
        if self._rng.random() >= self._settings.ending_share:
            return None
        return self._map_otherwise(self._pool[:6])

    def _known_elsewhere(self) -> Recipe | None:
        """A recipe that did well on other designs, if one is to come now."""
        if self._retrieved:
            return self._retrieved.popleft()
        share = 1.0 if self._asked < self._trying else self._settings.tried_share
        if not self._tried or self._outgrown or self._rng.random() >= share:
            return None
        endings = self._drawing.endings
        if self._few:
            endings = [each for each in endings if self._simple(self._endings[each])] or endings
        propose = partial(self._belief.propose, self._best, endings)
        if not self._problem.timed:
            return propose(self._drawing.allowance.burden)
        # What takes longest begins first, beside the others.
        alone = partial(slow_alone, ands=self._problem.ands)
        return (None if self._asked else propose(alone)) or propose(burden)

    @property
    def _outgrown(self) -> bool:
        """Whether the best circuit is far smaller than the first: what begins there lags behind."""
        return bool(self._pool) and self._pool[0].nodes < _SHRUNK * self._problem.ands

    @property
    def _best(self) -> float:
        """The best reward so far."""
        return self._pool[0].reward if self._pool else -1.0

    @property
    def opening(self) -> bool:
        """Whether it proposes what every search begins with; only where it is asked first."""
        early = self._asked < self._trying
        rebuilds = not self._tried and self._rebuilders
        return bool(early or self._retrieved or rebuilds or self._openings)

    def learn(self, outcome: Outcome) -> None:
        """Take in what another searcher found, which then need not begin from nothing."""
        self._trying = 0
        self._retrieved.clear()
        self._rebuilders.clear()
        self._openings = 0
        self._remember(outcome, value(self._problem, outcome))

    def tell(self, number: int, outcome: Outcome) -> None:
        """See `Searcher.tell`."""
        origin = self._origins.pop(number)
        reward = value(self._problem, outcome)
        before = self._best
        self._idle = 0 if reward > before else self._idle + 1
        if origin.parent is not None:
            origin.parent.children += 1
            origin.parent.inherited += reward
        self._drawing.credit(origin, outcome, won=reward > origin.reward + 1e-9)
        for commands in self._drawing.learn(outcome):
            self._belief.give_up(commands)
        member = self._remember(outcome, reward, origin.parent)
        if member is not None:
            self._rebuilding.learn(member, origin.parent, reward, before)

    def _rebuild_member(self) -> Proposal | None:
        """A move that rebuilds and paid, on what it made."""
        rebuilt = self._rebuilding.next(self._pool[0] if self._pool else None)
        if rebuilt is None:
            return None
        return self._extended(*rebuilt)

    def _extended(self, member: Member, move: Move) -> Proposal | None:
        """A circuit with one more move, unless that may do no more."""
        recipe = Recipe((*member.moves, move), self._endings[member.ending])
        fits = len(recipe.moves) <= self._problem.length
        if not fits or not self._drawing.allowance.covers(recipe.moves):
            return None
        fresh = ((self._drawing.index[move.commands],),)
        self._origins[self._asked] = Origin(member.reward, fresh, member)
        return Proposal((recipe,), described=True)

    def _retrieve(self) -> Proposal | None:
        recipe = self._known_elsewhere()
        if recipe is None:
            return None
        self._origins[self._asked] = Origin()
        moves = recipe.moves[: self._problem.length]
        return Proposal((Recipe(moves, recipe.ending),), described=True)

    def _otherwise(self, recipe: Recipe) -> Proposal:
        """A recipe as it is; with another ending where something is known of them."""
        if self._guidance is None:
            return Proposal((recipe,))
        return Proposal((recipe,), self._knowledge.judge(free=True))

    def _rebuild(self) -> Proposal | None:
        """A move that rebuilds a circuit from the ground up, by itself.

        Where the best one is far smaller than the first, it is that one which is rebuilt.
        """
        if not self._rebuilders:
            return None
        # Those that promised something are among the recipes that were tried on many designs.
        if self._tried and (self._openings or self._rng.random() >= self._settings.rebuilt_share):
            return None
        while self._rebuilders:
            move = self._rebuilders.popleft()
            base = self._pool[0] if self._outgrown else None
            proposal = self._alone(move) if base is None else self._extended(base, move)
            if proposal is not None:
                return proposal
        return None

    def _alone(self, move: Move) -> Proposal | None:
        """A move on the first circuit, unless that may do no more."""
        ending = self._pool[0].ending if self._pool else 0
        recipe = Recipe((move,), self._endings[ending])
        if not self._drawing.allowance.covers(recipe.moves):
            return None
        self._origins[self._asked] = Origin()
        return self._otherwise(recipe)

    def _map_otherwise(self, members: Sequence[Member], *, simply: bool = False) -> Proposal | None:
        """Another ending of one of them, if any may well be better than the best one known.

        Args:
            members: from the pool.
            simply: without structural choices, which take long on large circuits; where few
                evaluations fit, whatever is expected.
        """
        drawn = self._belief.draw(self._rng)
        allowed = [
            e for e in self._drawing.endings_now() if not simply or self._simple(self._endings[e])
        ]
        expectations = [(member, member.expected(drawn)) for member in members]
        found = [
            (expected[ending], member, ending)
            for member, expected in expectations
            for ending in allowed
            if ending not in member.mapped
        ]
        if not found:
            return None
        expected, member, ending = max(found, key=lambda each: each[0])
        if expected <= bent(self._best) and not (self._few and self._asked < _ANYHOW):
            return None
        member.mapped.add(ending)
        self._origins[self._asked] = Origin()
        way = self._endings[ending]
        if self._few and way.target is Target.CELLS:
            way = sized(way, "")
        return self._otherwise(Recipe(member.moves, way))

    def _simple(self, ending: Ending) -> bool:
        """Whether an ending takes hardly longer than mapping; `mfs3` may, where there is time."""
        return not ending.prepare and not (self._few and ending.rework)

    def _breed(self) -> Proposal:
        trust = self._settings.trust
        promising = sorted(self._pool, key=lambda member: -member.promise(trust))
        if promising:
            least = promising[0].promise(trust) - self._settings.reach
            promising = [member for member in promising if member.promise(trust) >= least]
        parent = self._chosen(promising) if promising else Member((), 0, rewards={0: -1.0})
        ending, allowed = parent.ending, self._drawing.endings_now()
        if self._rng.random() > self._settings.kept_ending or ending not in allowed:
            expected = parent.expected(self._belief.draw(self._rng))
            ending = max(allowed, key=expected.__getitem__)
        recipes: list[Recipe] = []
        fresh: list[tuple[int, ...]] = []
        self._drawing.begin()
        for _ in range(self._settings.candidates):
            for _ in range(_DRAWN):
                moves, new = self._child(parent)
                if self._drawing.in_time(moves):
                    break
            recipes.append(Recipe(moves, self._endings[ending]))
            fresh.append(new)
        origin = Origin(parent.reward, tuple(fresh), parent if promising else None)
        self._origins[self._asked] = origin
        free = self._guidance is not None and self._rng.random() < self._settings.free
        return Proposal(tuple(recipes), self._knowledge.judge(free=free))

    def _child(self, parent: Member) -> tuple[tuple[Move, ...], tuple[int, ...]]:
        """New moves for a child of `parent`, and which of them are to be credited."""
        settings, rng, length = self._settings, self._rng, self._problem.length
        if self._asked < settings.fresh:
            return self._drawing.of(self._drawing.draw(min(length, settings.stride), parent)), ()
        roll = rng.random()
        if roll < settings.regrow_share:
            return self._regrown(parent), ()
        if roll < settings.regrow_share + settings.cross_share and len(self._pool) > 1:
            other = self._chosen(self._pool)
            kept = parent.moves[: rng.randint(0, len(parent.moves))]
            rest = other.moves[rng.randint(0, len(other.moves)) :]
            joined = (*kept, *rest)[:length]
            if joined not in (parent.moves, other.moves):
                return joined, ()
        new = self._drawing.draw(min(length, 1 + self._more()), parent)
        room = length - len(parent.moves)
        change = roll > 1 - settings.change_share and parent.moves
        if change or room < len(new):
            return self._changed(parent.moves, new[: 1 + rng.randrange(2)]), ()
        return (*parent.moves, *self._drawing.of(new)), new

    def _regrown(self, parent: Member) -> tuple[Move, ...]:
        """A recipe cut near the end and filled up again, to the stride at least."""
        moves, stride = parent.moves, self._settings.stride
        dropped = self._rng.randint(0, min(len(moves), stride))
        kept = moves[: len(moves) - dropped]
        more = max(stride - len(kept), self._rng.randint(1, dropped + 2))
        drawn = self._drawing.draw(min(more, self._problem.length - len(kept)), parent)
        return (*kept, *self._drawing.of(drawn))

    def _changed(self, moves: tuple[Move, ...], new: tuple[int, ...]) -> tuple[Move, ...]:
        """`moves` with `new` in place of as many or fewer of them, or inserted."""
        place = self._rng.randint(0, len(moves))
        replaced = self._rng.randint(0, len(new) + 1)
        child = (*moves[:place], *self._drawing.of(new), *moves[place + replaced :])
        return child[-self._problem.length :] if place else child[: self._problem.length]

    def _more(self) -> int:
        return next((more for more in range(3) if self._rng.random() >= 0.4), 3)

    def _chosen(self, members: Sequence[Member]) -> Member:
        """One of `members`, which are sorted, the better the likelier."""
        selection = self._settings.selection * 0.5 ** (self._idle / self._settings.calm)
        for member in members[:-1]:
            if self._rng.random() < selection:
                return member
        return members[self._rng.randrange(len(members))]

    def _remember(
        self, outcome: Outcome, reward: float, parent: Member | None = None
    ) -> Member | None:
        """Take in what came of a proposal; returns its circuit, if that was measured."""
        state = outcome.states[-1] if outcome.states else self._problem.start
        self._knowledge.learn(outcome, reward)
        self._drawing.derived.learn(outcome)
        ending = self._ending_index.get(outcome.proposed.ending.group)
        if outcome.qor is None or ending is None:
            self._belief.ended(outcome.proposed.moves)
            return None
        moves = shortened(outcome, self._problem.start).moves
        member = self._members.get(state)
        if member is None:
            member = self._members[state] = Member(moves, outcome.qor.nodes)
        elif len(moves) < len(member.moves):
            member.moves = moves
        member.features = member.features or outcome.features
        if self._belief.knows(outcome.proposed.moves):
            self._belief.measured(outcome.proposed.moves, ending, reward)
        elif member.rewards:
            other, known = next(iter(member.rewards.items()))
            self._belief.compared(ending, reward, other, known)
        elif parent is not None and parent.rewards:
            self._belief.compared(ending, reward, parent.ending, parent.reward, child=True)
        else:
            self._belief.measured(outcome.proposed.moves, ending, reward)
        member.rewards[ending] = reward
        member.mapped.add(ending)
        if member not in self._pool:
            self._pool.append(member)
        self._pool.sort(key=lambda each: -each.reward)
        del self._pool[self._settings.pool :]
        return member

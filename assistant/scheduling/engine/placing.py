"""Who fills which place of a rule, where every place has its candidates in order. Pure.

The answer is the first in the order of the tree: each place takes its first candidate with whom all later places can
still be filled, "n of these" its first parts that can be met. One resource fills one place at a time, and below a node
that says so all stand at one site.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import combinations

from assistant.scheduling.engine.candidates import Path, Place
from assistant.scheduling.engine.rules import All, Pick, Rule, Some

#: The resources chosen, each with its place, in the order of the tree.
Placed = tuple[tuple[Place, int], ...]

#: What is still to be met: the way to a node, and of a Pick how many more and from which of its candidates on.
_Goal = tuple[Path, int, int]

_PATIENCE = 64  # dead ends before those seen are remembered: most answers have none


class Placing:
    """Fills the places of one rule. `candidates` are the resources of each place in order, `sites` where each is."""

    def __init__(
        self,
        rule: Rule,
        places: Sequence[Place],
        candidates: Mapping[Path, Sequence[int]],
        sites: Mapping[int, int | None],
    ) -> None:
        self._candidates = candidates
        self._sites = sites
        self._rules: dict[Path, Rule] = {}
        self._scopes: dict[Path, tuple[Path, ...]] = {}
        self._walk(rule, (), ())
        self._places = {each.path: each for each in places}
        self._clashes = {
            each.path: frozenset(other.path for other in places if each.overlaps(other)) for each in places
        }
        self._pools: dict[tuple[Path, ...], frozenset[int]] = {}

    def fill(
        self,
        free: Callable[[Path, int], bool],
        met: Callable[[Path], bool] = lambda path: True,
        fits_site: Callable[[Path, int], bool] = lambda path, site: True,
    ) -> Placed | None:
        """The first way to fill every place, None where there is none.

        `free` says whether a resource can fill a place at the time in question; `met` may rule out a part and
        `fits_site` a site for a node, where no choice of resources would do.
        """
        return _Attempt(self, free, met, fits_site).run()

    def scopes(self, path: Path) -> tuple[Path, ...]:
        """The nodes above a place, or itself, that want one site."""
        return self._scopes[path]

    def pool(self, goals: tuple[_Goal, ...]) -> frozenset[int]:
        """All that could come into these goals."""
        paths = tuple(path for path, _, _ in goals)
        if (found := self._pools.get(paths)) is None:
            below = (each for path in paths for each in self._candidates if each[: len(path)] == path)
            found = self._pools[paths] = frozenset().union(*(self._candidates[each] for each in below))
        return found

    def _walk(self, rule: Rule, path: Path, scopes: tuple[Path, ...]) -> None:
        scopes = (*scopes, path) if rule.same_site else scopes
        self._rules[path], self._scopes[path] = rule, scopes
        for number, child in enumerate(() if isinstance(rule, Pick) else rule.children):
            self._walk(child, (*path, number), scopes)


class _Attempt:
    """One search, depth first."""

    def __init__(
        self,
        placing: Placing,
        free: Callable[[Path, int], bool],
        met: Callable[[Path], bool],
        fits_site: Callable[[Path, int], bool],
    ) -> None:
        self._in, self._free, self._met, self._fits_site = placing, free, met, fits_site
        self._chosen: list[tuple[Place, int]] = []
        self._at: dict[int, list[Path]] = {}  # where each resource stands already
        self._site: dict[Path, int] = {}
        self._dead_ends = 0
        self._failed: set[object] = set()

    def run(self) -> Placed | None:
        return tuple(self._chosen) if self._meet((((), 0, -1),)) else None

    def _meet(self, goals: tuple[_Goal, ...]) -> bool:
        if not goals:
            return True
        state = None
        if self._dead_ends > _PATIENCE:
            state = self._state(goals)
            if state in self._failed or not self._enough(goals):
                return False
        if self._step(goals[0], goals[1:]):
            return True
        self._dead_ends += 1
        if state is not None:
            self._failed.add(state)
        return False

    def _step(self, goal: _Goal, rest: tuple[_Goal, ...]) -> bool:
        path = goal[0]
        match self._in._rules[path]:
            case Pick():
                return self._pick(goal, rest)
            case All(children):
                return self._meet((*(((*path, number), 0, -1) for number in range(len(children))), *rest))
            case Some(n, children):
                possible = [each for number in range(len(children)) if self._met(each := (*path, number))]
                return any(
                    self._meet((*((each, 0, -1) for each in chosen), *rest)) for chosen in combinations(possible, n)
                )

    def _pick(self, goal: _Goal, rest: tuple[_Goal, ...]) -> bool:
        path, left, start = goal
        place = self._in._places[path]
        left = place.pick.n if start < 0 else left
        if not left:
            return self._meet(rest)
        candidates = self._in._candidates[path]
        for number in range(max(start, 0), len(candidates) - left + 1):
            each = candidates[number]
            if not self._free(path, each) or not self._is_apart(path, each):
                continue
            bound = self._bind(path, each)
            if bound is None:
                continue
            self._chosen.append((place, each))
            self._at.setdefault(each, []).append(path)
            if self._meet(((path, left - 1, number + 1), *rest)):
                return True
            self._at[each].pop()
            self._chosen.pop()
            for scope in bound:
                del self._site[scope]
        return False

    def _is_apart(self, path: Path, resource_id: int) -> bool:
        held = self._at.get(resource_id)
        return not held or self._in._clashes[path].isdisjoint(held)

    def _bind(self, path: Path, resource_id: int) -> list[Path] | None:
        """The scopes that get their site by this choice; None where it stands at another one."""
        scopes = self._in._scopes[path]
        if not scopes:
            return []
        site = self._in._sites.get(resource_id)
        if site is None or any(self._site.get(scope, site) != site for scope in scopes):
            return None
        bound = [scope for scope in scopes if scope not in self._site]
        if not all(self._fits_site(scope, site) for scope in bound):
            return None
        self._site.update(dict.fromkeys(bound, site))
        return bound

    def _state(self, goals: tuple[_Goal, ...]) -> object:
        """All that the rest of the search depends on: who stands where places to come may not have them."""
        pool, standing = self._in.pool(goals), []
        for each, paths in self._at.items():
            if paths and each in pool:
                standing.append((each, frozenset().union(*(self._in._clashes[path] for path in paths))))
        return goals, frozenset(standing), tuple(sorted(self._site.items()))

    def _enough(self, goals: tuple[_Goal, ...]) -> bool:
        """Whether there are different resources for all places still to fill that take place at one time.

        A matching, place by place: one that finds nobody left lets those before it move on to somebody else.
        """
        needed: list[_Goal] = []
        for goal in self._certain(goals):
            if all(other[0] in self._in._clashes[goal[0]] for other in needed):
                needed.append(goal)
        taken: dict[int, _Goal] = {}
        return all(self._find(goal, taken, set()) for goal in needed for _ in range(goal[1]))

    def _find(self, goal: _Goal, taken: dict[int, _Goal], seen: set[int]) -> bool:
        path, _, start = goal
        for each in self._in._candidates[path][start:]:
            if each in seen or not self._may(path, each):
                continue
            held = taken.get(each)
            if held == goal:
                continue
            seen.add(each)
            if held is None or self._find(held, taken, seen):
                taken[each] = goal
                return True
        return False

    def _may(self, path: Path, resource_id: int) -> bool:
        if not self._free(path, resource_id) or not self._is_apart(path, resource_id):
            return False
        site = self._in._sites.get(resource_id)
        return all(self._site.get(scope, site) == site for scope in self._in._scopes[path])

    def _certain(self, goals: tuple[_Goal, ...]) -> Iterator[_Goal]:
        """The Picks that have to be met whatever is chosen: with how many are left, and from which candidate on."""
        for path, left, start in goals:
            match self._in._rules[path]:
                case Pick(n):
                    yield (path, left, start) if start >= 0 else (path, n, 0)
                case All(children):
                    yield from self._certain(tuple(((*path, number), 0, -1) for number in range(len(children))))

"""What to do next: the requirements that bring a path nearer to its end, and the cheapest way there. Pure."""

from collections.abc import Iterable, Iterator, Mapping
from typing import TypeAlias

from paths.judging.conditions import Lack
from paths.judging.explanation import Explanation
from paths.judging.holding import credit, crediting
from paths.tree.requirements import Credits, Group, Leaf, NOf, counted, judged, leaves

_Plan: TypeAlias = tuple[float, tuple[str, ...]]
"""What it costs, and the requirements to be satisfied."""


def next_steps(tree: Leaf | Group, why: Explanation) -> tuple[str, ...]:
    """The requirements that may be opened now and bring the path nearer to its end, in the author's order."""
    if why.done >= why.needed:
        return ()
    if isinstance(tree, Leaf):
        return (tree.id,) if why.can_open else ()
    items = {item.id: item for item in why.items}
    steps = [step for item in counted(tree) for step in next_steps(item, items[item.id])]
    bringing = {leaf.id for leaf in crediting(tree)} if isinstance(tree, Credits) else steps
    return tuple(step for step in steps if step in bringing)


def cheapest(tree: Group, why: Explanation, costs: Mapping[str, float]) -> tuple[str, ...] | None:
    """The requirements by which the path comes to its end at the least cost, in the author's order.

    A requirement costs 1 where `costs` names no other, such as its minutes. Each choice is made for itself, and what
    must come before is added. None where there is no way: what is needed has closed, or nothing fulfils it.
    """
    explained = {each.id: each for each in _all(why)}
    nodes = {node.id: node for node in _judged(tree)}
    plan = _plan(tree, explained, costs)
    todo = list(plan[1]) if plan else []
    wanted: dict[str, None] = {}
    while todo:
        id_ = todo.pop()
        if id_ in wanted:
            continue
        wanted[id_] = None
        node = nodes[id_]
        for before in node.after if isinstance(node, Leaf) else ():
            first = _plan(nodes[before], explained, costs) if before in nodes else None
            if first is None:
                return None
            todo += first[1]
    return tuple(leaf.id for leaf in leaves(tree) if leaf.id in wanted) if plan else None


def _plan(node: Leaf | Group, explained: Mapping[str, Explanation], costs: Mapping[str, float]) -> _Plan | None:
    why = explained[node.id]
    if why.done >= why.needed:
        return 0, ()
    if isinstance(node, Leaf):
        shut = any(missing.lack in {Lack.CLOSED, Lack.MODULE} for missing in why.missing)
        return None if shut else (costs.get(node.id, 1), (node.id,))
    if isinstance(node, Credits):
        return _credit_plan(node, explained, costs)
    plans = sorted(plan for item in counted(node) if (plan := _plan(item, explained, costs)) is not None)
    n = node.n if isinstance(node, NOf) else len(counted(node))
    return _sum(plans[:n]) if len(plans) >= n else None


def _credit_plan(group: Credits, explained: Mapping[str, Explanation], costs: Mapping[str, float]) -> _Plan | None:
    """Of all sums of credits that the leaves can come to, the cheapest that is enough."""
    needed = credit(group.credits)
    reached: dict[int, _Plan] = {0: (0, ())}
    for leaf in crediting(group):
        if (plan := _plan(leaf, explained, costs)) is None:
            continue
        for sum_, before in list(reached.items()):
            more = min(sum_ + credit(leaf.credits or 0), needed)
            reached[more] = min(_sum([before, plan]), reached.get(more, (float("inf"), ())))
    return reached.get(needed)


def _sum(plans: Iterable[_Plan]) -> _Plan:
    every = list(plans)
    return sum(cost for cost, _ in every), tuple(id_ for _, ids in every for id_ in ids)


def _all(why: Explanation) -> Iterator[Explanation]:
    yield why
    for item in why.items:
        yield from _all(item)


def _judged(node: Leaf | Group) -> Iterator[Leaf | Group]:
    yield node
    if not isinstance(node, Leaf):
        for item in judged(node):
            yield from _judged(item)

"""Random graphs without circles, as id → the ids that each reads."""

from __future__ import annotations

from hypothesis import strategies as st

Inputs = dict[str, list[str]]


@st.composite
def acyclic(draw: st.DrawFn, most: int = 24) -> Inputs:
    """A graph of up to `most` nodes; the ids come in any order, and each node reads up to three others."""
    count = draw(st.integers(1, most))
    ids = [f"n{at}" for at in range(count)]
    inputs: Inputs = {}
    for at, id_ in enumerate(ids):
        some = st.lists(st.sampled_from(ids[:at]), max_size=3, unique=True) if at else st.just([])
        inputs[id_] = draw(some)
    order = draw(st.permutations(ids))
    return {id_: inputs[id_] for id_ in order}


def with_ends_in_order(inputs: Inputs) -> Inputs:
    """The same graph with its nodes sorted, but for those that nobody reads: they keep their order."""
    read = {input_ for ids in inputs.values() for input_ in ids}
    return {id_: inputs[id_] for id_ in [*sorted(read), *(id_ for id_ in inputs if id_ not in read)]}

"""What endings add to the cost of a design."""

import numpy as np
import pytest

from rl.learn.archive import Evaluation, Record
from rl.learn.effects import effects

ENDINGS = 3


def record(name: str, added: np.ndarray, *, circuits: int) -> Record:
    """A design each of whose circuits was measured with every ending."""
    rng = np.random.default_rng(len(name))
    found = []
    for number in range(circuits):
        own = rng.normal(0, 0.3, 2)
        for ending in range(ENDINGS):
            area, delay = own + added[:, ending]
            found.append(Evaluation((0,), ending, ((float(number),),), area, delay))
    return Record(name, (0.0,), tuple(found))


def test_circuits_with_several_endings_show_what_each_adds() -> None:
    added = np.array([[0.2, 0.0, -0.2], [-0.1, 0.0, 0.1]])
    records = [record("one", added, circuits=40), record("other", -added, circuits=40)]
    found = effects(records, np.zeros((2, 2, 3), dtype=np.float32), [0, 1, 2], ENDINGS)
    assert found.shape == (2, 2, ENDINGS)
    assert found[0] == pytest.approx(added, abs=0.01)
    assert found[1] == pytest.approx(-added, abs=0.01)


def test_so_do_recipes_that_come_out_otherwise_than_is_usual() -> None:
    rng = np.random.default_rng(0)
    endings = [number % ENDINGS for number in range(300)]
    added = np.array([[0.2, 0.0, -0.2], [0.0, 0.1, -0.1]])
    usual = rng.normal(0, 0.3, (2, 300))
    # The second design responds worse to all recipes: that is not what its endings add.
    responses = np.stack([usual + added[:, endings], usual - added[:, endings] + 0.5])
    records = [record("one", added, circuits=0), record("other", added, circuits=0)]
    found = effects(records, responses.astype(np.float32), endings, ENDINGS)
    assert found[0] - found[1] == pytest.approx(2 * added, abs=0.02)


def test_where_nothing_was_measured_nothing_is_added() -> None:
    records = [record("one", np.zeros((2, ENDINGS)), circuits=0)]
    found = effects(records, np.zeros((1, 2, 3), dtype=np.float32), [0, 1, 2], ENDINGS)
    assert (found == 0).all()

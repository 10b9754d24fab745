"""Which checkpoint a search uses."""

from pathlib import Path

from eda.errors import InputError
from eda.flow import Flow
from rl.guide.model import SHIPPED, Model, load_model

AUTO, NONE = "auto", "none"
USERS = ("evolution",)


def chosen_model(spec: str, *, table: str, flow: Flow, searcher: str) -> Model | None:
    """The model that a search is to use, or None for none.

    Args:
        spec: a path; `none`; or `auto`: the one that comes with this version, where there is one
            for the table and flow and the searcher uses it.
        table: the move table's name.
        flow: of the search.
        searcher: its name.

    Raises:
        InputError: the file cannot be read, or is for something else.
    """
    if spec == NONE:
        return None
    if spec == AUTO:
        path = SHIPPED / f"{table}-{flow.kind.value}.safetensors"
        return load_model(path) if searcher in USERS and path.is_file() else None
    model = load_model(Path(spec))
    card = model.card
    if searcher not in USERS:
        raise InputError(f"searcher {searcher} uses no model: --model goes with {USERS[0]}")
    if (card.table, card.flow) != (table, flow.kind.value):
        raise InputError(
            f"{spec} was trained for table {card.table} and flow {card.flow}, not for table "
            f"{table} and flow {flow.kind.value}: use --model none, or train one"
        )
    return model

"""Which checkpoint a search uses."""

from pathlib import Path

from eda.errors import InputError
from eda.flow import Flow
from eda.folders import cache_folder
from rl.guide.model import SHIPPED, Model, load_model

AUTO, NONE = "auto", "none"
USERS = ("evolution",)


def chosen_model(spec: str, *, table: str, flow: Flow, searcher: str) -> Model | None:
    """The model that a search is to use, or None for none.

    Args:
        spec: a path; `none`; or `auto`: see `usual_checkpoint`, where the searcher uses one.
        table: the move table's name.
        flow: of the search.
        searcher: its name.

    Raises:
        InputError: the file cannot be read, or is for something else.
    """
    if spec == NONE:
        return None
    if spec == AUTO:
        path = usual_checkpoint(table, flow)
        return load_model(path) if searcher in USERS and path is not None else None
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


def own_checkpoint(table: str, flow: Flow) -> Path:
    """Where the user's own checkpoint for a table and flow is, or is to be."""
    return cache_folder() / "models" / f"{table}-{flow.kind.value}.safetensors"


def usual_checkpoint(table: str, flow: Flow) -> Path | None:
    """The user's own checkpoint, else the one that comes with this version, else None."""
    shipped = SHIPPED / f"{table}-{flow.kind.value}.safetensors"
    return next((path for path in (own_checkpoint(table, flow), shipped) if path.is_file()), None)

"""A checkpoint: networks, and the designs that they were trained on with their best recipes.

The file is safetensors, which holds arrays and text and cannot run code; the text is JSON that
is checked before anything is made of it.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from pydantic import BaseModel, ConfigDict, Field, ValidationError
from safetensors import SafetensorError, safe_open
from safetensors.numpy import save_file

from eda.errors import InputError
from rl.features import NAMES
from rl.guide.network import Array, Network, network

FORMAT = 1
KEPT_RECIPES = 4  # of each design
METADATA_KEY = "eda_rl"
SHIPPED = Path(__file__).parent / "models"


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class KnownRecipe(_Frozen):
    """A recipe that did well on a design.

    Attributes:
        moves: indices into the card's moves.
        ending: index into the card's endings.
        reward: fraction of the baseline's cost that it saved there.
    """

    moves: tuple[int, ...]
    ending: int
    reward: float


class KnownDesign(_Frozen):
    """A design that was trained on; its embedding is a row of the tensor `designs`."""

    name: str
    recipes: tuple[KnownRecipe, ...]


class TriedRecipe(_Frozen):
    """A recipe that was tried on many designs; its results are a column of `responses`.

    Attributes:
        moves: commands of each, in order; a fixed script is one.
        ending: the ending's name.
    """

    moves: tuple[str, ...]
    ending: str


class Card(_Frozen):
    """What a checkpoint says of itself.

    Attributes:
        format: of the file.
        table: the move table's name.
        flow: the flow's name.
        moves: commands of the table's moves, in the order of the networks' outputs.
        endings: names of the table's endings, likewise.
        features: names of the figures that the networks take.
        temperature, threshold: of the trust in what was learned; see `rl.guide.retrieval.trust`.
        designs: what was trained on.
        tried: what was tried on many of them.
        training: how, in free form.
    """

    format: int = Field(ge=1)
    table: str
    flow: str
    moves: tuple[str, ...]
    endings: tuple[str, ...]
    features: tuple[str, ...]
    temperature: float
    threshold: float
    designs: tuple[KnownDesign, ...]
    tried: tuple[TriedRecipe, ...] = ()
    training: dict[str, str | int | float]


@dataclass(frozen=True)
class Model:
    """A checkpoint that has been read and checked.

    Attributes:
        card: what it says of itself.
        sha256: hash of the file.
        centre, scale: of the features of a design, each of shape (features,).
        spread: scale of how features differ from the start's, of shape (features,).
        values: networks of the same kind: log of area and of delay by the baseline's, of each
            ending; their mean counts.
        policy: logits of the moves.
        embedding: of a design, for retrieval.
        designs: embeddings of the designs that were trained on, of length 1; shape (designs, k).
        responses: log of area and of delay by the baseline's after each recipe of the card's
            `tried`, of shape (n, 2, recipes), for those n designs on which all were tried.
        effects: what each of the card's endings adds to these logarithms on the same designs,
            beside the others, of shape (n, 2, endings).
    """

    card: Card
    sha256: str
    centre: Array
    scale: Array
    spread: Array
    values: tuple[Network, ...]
    policy: Network
    embedding: Network
    designs: Array
    responses: Array
    effects: Array

    def embed(self, start: Array) -> Array:
        """The embedding of a design of length 1, from the features of its circuit."""
        found = self.embedding((start - self.centre) / self.scale)
        length = np.maximum(np.linalg.norm(found, axis=-1, keepdims=True), 1e-9)
        unit: Array = (found / length).astype(np.float32)
        return unit

    def state(self, start: Array, features: Array) -> Array:
        """What the networks take: `features` of shape (n, features), beside the start's."""
        change = (features - start) / self.spread
        own = np.broadcast_to((start - self.centre) / self.scale, change.shape)
        found: Array = np.concatenate([change, own], axis=-1)
        return found


def load_model(path: Path) -> Model:
    """Read a checkpoint.

    Raises:
        InputError: it is not one, or one of another version.
    """
    try:
        with safe_open(path, framework="numpy") as file:
            text = (file.metadata() or {}).get(METADATA_KEY)
            tensors = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118 - no dict
    except FileNotFoundError as error:
        raise InputError(f"{path}: no such file") from error
    except (OSError, SafetensorError) as error:
        raise InputError(f"{path}: not a safetensors file: {error}") from error
    if text is None:
        raise InputError(f"{path}: not a checkpoint of eda-rl")
    try:
        card = Card.model_validate_json(text)
        return _checked(card, tensors, hashlib.sha256(path.read_bytes()).hexdigest())
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(map(str, first["loc"]))
        raise InputError(f"{path}: its card is wrong at {where}: {first['msg']}") from error
    except (KeyError, ValueError) as error:
        raise InputError(f"{path}: {error}") from error


def save_model(path: Path, card: Card, tensors: Mapping[str, Array]) -> None:
    """Write a checkpoint, whole or not at all, in a folder that is made if need be."""
    metadata = {METADATA_KEY: json.dumps(card.model_dump(mode="json"))}
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_name(f".{path.name}.partial")
    save_file({name: np.ascontiguousarray(t) for name, t in tensors.items()}, partial, metadata)
    partial.replace(path)


def _checked(card: Card, tensors: Mapping[str, Array], sha256: str) -> Model:
    if card.format != FORMAT:
        raise ValueError(f"a checkpoint of format {card.format}: this version reads {FORMAT}")
    if card.features != NAMES:
        raise ValueError("it takes other features than this version has: train it again")
    known = len(NAMES)
    for design in card.designs:
        for recipe in design.recipes:
            fits = all(0 <= move < len(card.moves) for move in recipe.moves)
            if not fits or not 0 <= recipe.ending < len(card.endings):
                raise ValueError(f"a recipe of {design.name} names a move that is not there")
    for tried in card.tried:
        if tried.ending not in card.endings:
            raise ValueError(
                f"a recipe that was tried ends in '{tried.ending}', which is not there"
            )
    values = tuple(network(tensors, f"value{number}") for number in range(_count(tensors)))
    policy, embedding = network(tensors, "policy"), network(tensors, "embedding")
    expected = (
        *((value.inputs, value.outputs, 2 * known, 2 * len(card.endings)) for value in values),
        (policy.inputs, policy.outputs, 2 * known + len(card.moves) + 1, len(card.moves)),
        (embedding.inputs, embedding.outputs, known, tensors["designs"].shape[1]),
    )
    if any((inputs, outputs) != (i, o) for inputs, outputs, i, o in expected):
        raise ValueError("a network has another size than the card's moves and endings need")
    vectors = [tensors[name].astype(np.float32) for name in ("centre", "scale", "spread")]
    if any(vector.shape != (known,) or not np.isfinite(vector).all() for vector in vectors):
        raise ValueError("the scales of the features do not fit")
    if tensors["designs"].shape[0] != len(card.designs):
        raise ValueError("there is not one embedding for each design")
    responses = tensors.get("responses", np.zeros((0, 2, len(card.tried)))).astype(np.float32)
    if responses.shape[1:] != (2, len(card.tried)) or not np.isfinite(responses).all():
        raise ValueError("the responses do not fit the recipes that were tried")
    effects = tensors.get("effects", np.zeros((0, 2, len(card.endings)))).astype(np.float32)
    expected_shape = (len(responses), 2, len(card.endings))
    if effects.shape != expected_shape or not np.isfinite(effects).all():
        raise ValueError("the effects do not fit the designs and endings")
    return Model(
        card,
        sha256,
        vectors[0],
        vectors[1],
        vectors[2],
        values,
        policy,
        embedding,
        tensors["designs"].astype(np.float32),
        responses,
        effects,
    )


def _count(tensors: Mapping[str, Array]) -> int:
    count = 0
    while f"value{count}.0.weight" in tensors:
        count += 1
    if not count:
        raise ValueError("no network 'value0'")
    return count

"""What a model is asked and what it answers."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from verilogeval.generation.settings import digest


@dataclass(frozen=True)
class Message:
    """A turn of a conversation; `role` is "system", "user" or "assistant"."""

    role: str
    content: str


@dataclass(frozen=True)
class Request:
    """One reply that is wanted.

    Attributes:
        task_id: the problem.
        sample: which of its samples, from 1.
        round: 0 for the first answer, then the rounds of repair.
        messages: the conversation up to the reply.
        seed: for the model's choices, None for its own.
    """

    task_id: str
    sample: int
    messages: tuple[Message, ...]
    seed: int | None = None
    round: int = 0

    @property
    def prompt_hash(self) -> str:
        """The same for the same conversation."""
        return digest(repr([(message.role, message.content) for message in self.messages]))

    @property
    def key(self) -> str:
        """The same for the same request, for servers that keep answers by it."""
        return digest(f"{self.task_id} {self.sample} {self.round} {self.seed} {self.prompt_hash}")


@dataclass(frozen=True)
class Reply:
    """An answer, whole.

    Attributes:
        text: as it came.
        finish: why it ended, in the sender's word: "stop", "length".
        thinking: what the sender gives apart from the answer.
        prompt_tokens: of the request, None where the sender does not count.
        completion_tokens: of the reply.
        model: the name that the sender gives itself.
    """

    text: str
    finish: str = "stop"
    thinking: str = ""
    prompt_tokens: int | None = None
    completion_tokens: int | None = None
    model: str = ""


class AgainError(Exception):
    """No reply now; asking again may help, `after_s` seconds from now if the sender says so."""

    def __init__(self, reason: str, after_s: float | None = None) -> None:
        super().__init__(reason)
        self.after_s = after_s


class RefusedError(Exception):
    """This request will get no reply, however often it is asked; others may."""


class Model(Protocol):
    """What answers requests, several at once."""

    def describe(self) -> dict[str, Any]:
        """What belongs to a run's settings: which model, by which way."""

    async def ask(self, request: Request) -> Reply:
        """The reply.

        Raises:
            AgainError: none now.
            RefusedError: none ever.
            EdaError: none for any request.
        """

    async def close(self) -> None:
        """Let go of connections."""


def text_of(messages: Sequence[Message]) -> str:
    """A conversation as one text, for models that know no turns, and for people."""
    return "\n\n".join(message.content.strip() for message in messages)

"""One request, asked again as long as that can help."""

import asyncio
import contextlib
import random
from collections.abc import Callable
from dataclasses import dataclass

from verilogeval.generation.request import AgainError, Model, Reply, Request

_FIRST_S, _LONGEST_S = 1.0, 60.0


@dataclass(frozen=True)
class Patience:
    """How often to ask again and how long to wait before.

    Attributes:
        retries: how many times after the first.
        first_s: before the second time; then twice as long each time, up to a minute.
    """

    retries: int = 8
    first_s: float = _FIRST_S

    def wait_s(self, attempt: int, asked_for: float | None) -> float:
        """Seconds before asking again after so many failures.

        What the sender asks for is waited at least, up to a minute. Half of our own time is left to
        chance, so that requests which failed together do not come back together.
        """
        own = min(_LONGEST_S, self.first_s * 2.0 ** (attempt - 1))
        own *= 0.5 + random.random() / 2  # noqa: S311 - nothing secret
        return max(own, min(asked_for or 0.0, _LONGEST_S))


class GaveUpError(Exception):
    """No reply, however patiently it was asked for."""


async def ask(
    model: Model,
    request: Request,
    patience: Patience,
    on_again: Callable[[str], None] = lambda _: None,
    stop: asyncio.Event | None = None,
) -> tuple[Reply, int]:
    """The reply and how many times it was asked for.

    Once `stop` is set it is not asked again.

    Raises:
        GaveUpError: there was none; the text is the last reason.
        RefusedError: there never will be one.
        EdaError: there is none for any request.
    """
    for attempt in range(1, patience.retries + 2):
        try:
            return await model.ask(request), attempt
        except AgainError as error:
            on_again(str(error))
            if attempt > patience.retries:
                raise GaveUpError(str(error)) from error
            if await _stopped(stop, patience.wait_s(attempt, error.after_s)):
                raise GaveUpError(str(error)) from error
    raise AssertionError("the loop ends by a reply or an error")


async def _stopped(stop: asyncio.Event | None, seconds: float) -> bool:
    """Wait, and tell whether `stop` was set meanwhile."""
    if stop is None:
        await asyncio.sleep(seconds)
        return False
    with contextlib.suppress(asyncio.TimeoutError):
        await asyncio.wait_for(stop.wait(), seconds)
    return stop.is_set()

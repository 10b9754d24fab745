"""An OpenAI-compatible endpoint, by the `openai` client."""

import os
from typing import Any

from eda.errors import InputError, ToolError
from verilogeval.generation.request import AgainError, RefusedError, Reply, Request
from verilogeval.generation.settings import Sampling

_REMEDY = "run 'pip install \"eda-rl[generate]\"'"
#: Where a server wants no key, the client still wants one to send.
_NO_KEY = "none"


class Endpoint:
    """Asks a model by its name.

    Args:
        model: the name.
        base_url: of the endpoint; None: $OPENAI_BASE_URL, or OpenAI's own.
        key_variable: environment variable that holds the key.
        sampling: how the model chooses.
        timeout_s: for one reply.
        stream: let the reply come word by word, for servers that cut long silences.

    Raises:
        InputError: there is neither an endpoint nor a key.
        ToolError: the client is not installed.
    """

    def __init__(
        self,
        model: str,
        *,
        base_url: str | None,
        key_variable: str,
        sampling: Sampling,
        timeout_s: float,
        stream: bool,
    ) -> None:
        try:
            import openai  # noqa: PLC0415 - heavy, and not needed for other models
        except ImportError as error:
            raise ToolError(f"the openai client is not installed: {_REMEDY}") from error
        url = base_url or os.environ.get("OPENAI_BASE_URL")
        key = os.environ.get(key_variable)
        if not key and not url:
            raise InputError(
                f"no key in ${key_variable}: set it, or name an endpoint that needs none by "
                "--base-url"
            )
        self._openai = openai
        # Whether and when to ask again is decided in one place, for all kinds of models.
        self._client = openai.AsyncOpenAI(
            api_key=key or _NO_KEY, base_url=url, timeout=timeout_s, max_retries=0
        )
        self._model = model
        self._sampling = sampling
        self._stream = stream

    def describe(self) -> dict[str, Any]:
        """See `Model`; the key is no part of it."""
        return {"by": "endpoint", "model": self._model, "base_url": str(self._client.base_url)}

    async def close(self) -> None:
        """See `Model`."""
        await self._client.close()

    async def ask(self, request: Request) -> Reply:
        """See `Model`."""
        openai = self._openai
        try:
            return await (self._streamed(request) if self._stream else self._whole(request))
        except (openai.AuthenticationError, openai.PermissionDeniedError) as error:
            raise InputError(f"the endpoint refuses the key: {_said(error)}") from error
        except openai.NotFoundError as error:
            raise InputError(
                f"the endpoint has no model '{self._model}' at {self._client.base_url}: "
                f"{_said(error)}"
            ) from error
        except (openai.BadRequestError, openai.UnprocessableEntityError) as error:
            raise RefusedError(_said(error)) from error
        except openai.APIStatusError as error:
            raise AgainError(_said(error), _after(error.response.headers)) from error
        except openai.APIError as error:
            raise AgainError(_said(error)) from error
        except Exception as error:
            # What the transport raises for a reply that breaks off is no promise of the client's.
            if type(error).__module__.split(".")[0] in {"httpx", "httpcore", "json"}:
                raise AgainError(f"the reply broke off: {_said(error)}") from error
            raise

    def _arguments(self, request: Request) -> dict[str, Any]:
        sampling = self._sampling
        chosen = {
            "temperature": sampling.temperature,
            "top_p": sampling.top_p,
            "max_tokens": sampling.max_tokens,
            "seed": request.seed,
        }
        return {
            "model": self._model,
            "messages": [{"role": m.role, "content": m.content} for m in request.messages],
            "extra_headers": {"Idempotency-Key": request.key},
            **{name: value for name, value in chosen.items() if value is not None},
        }

    async def _whole(self, request: Request) -> Reply:
        answer = await self._client.chat.completions.create(**self._arguments(request))
        if not getattr(answer, "choices", None):
            raise AgainError("the endpoint sent no choice")
        choice, usage = answer.choices[0], answer.usage
        if choice.finish_reason is None:
            raise AgainError("the reply broke off")
        return Reply(
            text=choice.message.content or "",
            finish=choice.finish_reason,
            thinking=_thinking(choice.message),
            prompt_tokens=usage.prompt_tokens if usage else None,
            completion_tokens=usage.completion_tokens if usage else None,
            model=answer.model or "",
        )

    async def _streamed(self, request: Request) -> Reply:
        arguments = {**self._arguments(request), "stream_options": {"include_usage": True}}
        parts: list[str] = []
        thoughts: list[str] = []
        finish, usage, model = None, None, ""
        async with await self._client.chat.completions.create(**arguments, stream=True) as stream:
            async for chunk in stream:
                usage, model = chunk.usage or usage, chunk.model or model
                for choice in chunk.choices[:1]:
                    parts.append(choice.delta.content or "")
                    thoughts.append(_thinking(choice.delta))
                    finish = choice.finish_reason or finish
        if finish is None:
            raise AgainError("the stream broke off")
        return Reply(
            text="".join(parts),
            finish=finish,
            thinking="".join(thoughts),
            prompt_tokens=usage.prompt_tokens if usage else None,
            completion_tokens=usage.completion_tokens if usage else None,
            model=model,
        )


def _thinking(message: Any) -> str:
    """What servers give beside the answer, under one of two names."""
    found = getattr(message, "reasoning_content", None) or getattr(message, "reasoning", None)
    return found if isinstance(found, str) else ""


def _said(error: Exception) -> str:
    return " ".join(str(error).split())[:300] or type(error).__name__


def _after(headers: Any) -> float | None:
    """The seconds that a server asks to wait."""
    for name, unit in (("retry-after-ms", 1000.0), ("retry-after", 1.0)):
        try:
            return max(0.0, float(headers.get(name, "")) / unit)
        except ValueError:
            continue
    return None

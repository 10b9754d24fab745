"""A Hugging Face model on this machine."""

import asyncio
from pathlib import Path
from typing import Any

from eda.errors import InputError, ToolError
from verilogeval.generation.request import Reply, Request, text_of
from verilogeval.generation.settings import Sampling

_REMEDY = "run 'pip install \"eda-rl[generate]\"'"
MAX_TOKENS = 1024


class Local:
    """Generates with `transformers`; one reply at a time.

    Args:
        path: a folder with the model and its tokenizer, or a name that transformers finds.
        sampling: how the model chooses; at most `MAX_TOKENS` tokens unless it says otherwise.

    Raises:
        InputError: there is no model.
        ToolError: transformers is not installed.
    """

    def __init__(self, path: str, sampling: Sampling) -> None:
        try:
            import torch  # noqa: PLC0415 - heavy, and not needed for other models
            import transformers  # noqa: PLC0415
        except ImportError as error:
            raise ToolError(f"transformers is not installed: {_REMEDY}") from error
        try:
            self._tokenizer = transformers.AutoTokenizer.from_pretrained(path)
            model: Any = transformers.AutoModelForCausalLM.from_pretrained(path)
        except (OSError, ValueError) as error:
            first = str(error).strip().splitlines()[0]
            raise InputError(f"{path}: transformers has no such model: {first}") from error
        self._torch = torch
        self._model = model.to("cuda" if torch.cuda.is_available() else "cpu").eval()
        self._path = path
        self._sampling = sampling
        self._one = asyncio.Lock()

    def describe(self) -> dict[str, Any]:
        """See `Model`."""
        path = Path(self._path)
        return {"by": "transformers", "model": path.name if path.exists() else self._path}

    async def close(self) -> None:
        """See `Model`."""

    async def ask(self, request: Request) -> Reply:
        """See `Model`."""
        async with self._one:
            return await asyncio.to_thread(self._generate, request)

    def _generate(self, request: Request) -> Reply:
        torch, sampling = self._torch, self._sampling
        tokens = self._tokens(request).to(self._model.device)
        limit = sampling.max_tokens or MAX_TOKENS
        room = getattr(self._model.config, "max_position_embeddings", None)
        if room:  # the prompt's end is what a reply continues
            limit = max(1, min(limit, room // 2))
            tokens = tokens[:, -(room - limit) :]
        temperature = 1.0 if sampling.temperature is None else sampling.temperature
        chosen: dict[str, Any] = {"do_sample": temperature > 0}
        if temperature > 0:
            chosen["temperature"] = temperature
            chosen["top_p"] = 1.0 if sampling.top_p is None else sampling.top_p
        if request.seed is not None:
            torch.manual_seed(request.seed)
        end = self._tokenizer.eos_token_id
        with torch.no_grad():
            whole = self._model.generate(
                tokens,
                attention_mask=torch.ones_like(tokens),
                max_new_tokens=limit,
                pad_token_id=end if end is not None else 0,
                **chosen,
            )
        new = whole[0, tokens.shape[1] :]
        stopped = end is not None and len(new) > 0 and int(new[-1]) == end
        return Reply(
            text=str(self._tokenizer.decode(new, skip_special_tokens=True)),
            finish="stop" if stopped else "length",
            prompt_tokens=int(tokens.shape[1]),
            completion_tokens=len(new),
            model=self._path,
        )

    def _tokens(self, request: Request) -> Any:
        """The conversation by the model's own template, or as one text where it has none."""
        if self._tokenizer.chat_template:
            turns = [{"role": m.role, "content": m.content} for m in request.messages]
            text = self._tokenizer.apply_chat_template(
                turns, tokenize=False, add_generation_prompt=True
            )
            return self._tokenizer(text, return_tensors="pt", add_special_tokens=False).input_ids
        return self._tokenizer(text_of(request.messages), return_tensors="pt").input_ids

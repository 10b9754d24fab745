"""An OpenAI-compatible endpoint that replays replies, and fails as real ones do.

Requests are told apart by the text of their last message and their seed. Some are refused for too
many requests, some get a 500, some hang, some break off in the midst of the body. What was answered
in full is counted, and so is what was asked for again after that.
"""

import json
import random
import threading
import time
from collections import Counter
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

Key = tuple[str, int | None]


class FaultyEndpoint:
    """Serves on a free port while the context is open.

    Args:
        reply_to: the text for a prompt and a seed.
        faults: share of the requests that fail, spread over the kinds.
        hang_s: how long a request that hangs is kept.
    """

    KINDS = ("429", "500", "hang", "cut", "no choice")

    def __init__(
        self, reply_to: Callable[[str, int | None], str], *, faults: float = 0.4, hang_s: float = 1
    ) -> None:
        self.reply_to = reply_to
        self.answered: Counter[Key] = Counter()
        self.failed: Counter[str] = Counter()
        self.seen: list[dict[str, Any]] = []
        self._faults = faults
        self._hang_s = hang_s
        self._random = random.Random(1)
        self._lock = threading.Lock()
        endpoint = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self) -> None:
                endpoint.answer(self)

            def log_message(self, *_: object) -> None:
                """Say nothing."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True

    def __enter__(self) -> "FaultyEndpoint":
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()

    @property
    def url(self) -> str:
        """What --base-url wants."""
        return f"http://127.0.0.1:{self._server.server_address[1]}/v1"

    @property
    def asked_twice(self) -> int:
        """How many replies were given in full more than once."""
        return sum(count > 1 for count in self.answered.values())

    def answer(self, handler: BaseHTTPRequestHandler) -> None:
        """One request, well or badly."""
        length = int(handler.headers["Content-Length"])
        handler.close_connection = True
        try:
            body = json.loads(handler.rfile.read(length))
        except (OSError, ValueError):
            return  # who asked was killed while asking
        with self._lock:
            self.seen.append(body)
            bad = self._random.random() < self._faults
            kind = self._random.choice(self.KINDS) if bad else ""
            self.failed[kind] += 1
        key: Key = (body["messages"][-1]["content"], body.get("seed"))
        text = self.reply_to(*key)
        if kind in {"429", "500"}:
            self._send(handler, int(kind), json.dumps({"error": {"message": "not now"}}))
        elif kind == "hang":
            time.sleep(self._hang_s)
        elif kind == "no choice":
            self._send(handler, 200, json.dumps({"id": "x", "object": "x", "choices": []}))
        elif body.get("stream"):
            self._stream(handler, text, key, cut=kind == "cut")
        else:
            whole = json.dumps(_completion(text, body))
            self._send(handler, 200, whole, cut=kind == "cut", key=key)

    def _send(
        self,
        handler: BaseHTTPRequestHandler,
        status: int,
        body: str,
        *,
        cut: bool = False,
        key: Key | None = None,
    ) -> None:
        data = body.encode()
        try:
            handler.send_response(status)
            handler.send_header("Content-Type", "application/json")
            handler.send_header("Content-Length", str(len(data)))
            if status == 429:
                handler.send_header("Retry-After", "0.05")
            handler.end_headers()
            handler.wfile.write(data[: len(data) // 2] if cut else data)
            handler.wfile.flush()
        except OSError:
            return  # who asked is gone, and has no reply
        if key is not None and not cut:
            with self._lock:
                self.answered[key] += 1

    def _stream(self, handler: BaseHTTPRequestHandler, text: str, key: Key, *, cut: bool) -> None:
        pieces = [text[at : at + 40] for at in range(0, len(text), 40)] or [""]
        chunks: list[dict[str, Any]] = [{"delta": {"content": p}, "index": 0} for p in pieces]
        chunks.append({"delta": {}, "index": 0, "finish_reason": "stop"})
        if cut:
            chunks = chunks[: len(chunks) // 2]
        try:
            handler.send_response(200)
            handler.send_header("Content-Type", "text/event-stream")
            handler.send_header("Connection", "close")
            handler.end_headers()
            for chunk in chunks:
                value = {"id": "x", "object": "chat.completion.chunk", "created": 0, "model": "m"}
                line = json.dumps({**value, "choices": [chunk]})
                handler.wfile.write(f"data: {line}\n\n".encode())
            if not cut:
                handler.wfile.write(b"data: [DONE]\n\n")
            handler.wfile.flush()
        except OSError:
            return
        if not cut:
            with self._lock:
                self.answered[key] += 1


def _completion(text: str, body: dict[str, Any]) -> dict[str, Any]:
    prompt = sum(len(message["content"]) for message in body["messages"]) // 4
    return {
        "id": "x",
        "object": "chat.completion",
        "created": 0,
        "model": body["model"],
        "choices": [
            {
                "index": 0,
                "finish_reason": "stop",
                "message": {"role": "assistant", "content": text},
            }
        ],
        "usage": {
            "prompt_tokens": prompt,
            "completion_tokens": len(text) // 4,
            "total_tokens": prompt + len(text) // 4,
        },
    }

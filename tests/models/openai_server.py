"""A server in the shape of vLLM's, for tests: `python -m tests.models.openai_server --port 0 [--lora NAME ...]`.

It prints its address as its first line, listens on loopback only, and ends when its standard input does, after ten
minutes, or by signal. It answers with words it makes of the request, so that a test knows them: the name of the model,
and the last message or the prompt, as far as `max_tokens` go. Tests steer it: `POST /fault {"kind": KIND, "times": N}`
spoils the next N requests to a model (see FAULTS), and `GET /seen` tells what was asked, with which headers, and how
many tokens were made.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import threading
import time
import uuid
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from tests.models.openai_world import Asked, Refusal, World

LIFETIME = 600.0  # seconds

FAULTS = {
    "cut": "the connection drops in the middle of a stream",
    "early": "the stream ends, with [DONE] but without a reason",
    "unfinished": "the body ends cleanly, without a reason and without [DONE]",
    "abort": "the stream finishes with the reason abort, as vLLM does when an engine stops",
    "garbage": "a line of the stream is no JSON",
    "chunkless": "a line of the stream is JSON, but no chunk",
    "error": "the stream holds an error",
    "silent": "the stream begins and nothing follows",
    "slow": "a token every 20 milliseconds",
    "uncounted": "no usage is told",
    "html": "a web page with status 200",
    "json": "the stream that was asked for comes as one JSON document",
    "busy": "429 with Retry-After: 0",
    "broken": "500",
    "page": "502 with a web page, as a proxy gives it",
    "moved": "307 to another address",
    "echo": "401 that repeats the key",
    "lost": "404 without JSON",
}
_STATUS = {"busy": 429, "broken": 500, "page": 502, "moved": 307, "echo": 401, "lost": 404, "html": 200}
_PAGE = "<!DOCTYPE html><html><body><h1>Welcome to nginx!</h1></body></html>"


class Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request: Any, client_address: Any) -> None:
        if not isinstance(sys.exception(), ConnectionError):  # a client that hangs up is no error
            super().handle_error(request, client_address)


class Handler(BaseHTTPRequestHandler):
    """Routes of vLLM, and two for tests."""

    protocol_version = "HTTP/1.1"
    world: World

    def log_message(self, *_: object) -> None:
        """Nothing is logged."""

    def do_GET(self) -> None:
        if self.path == "/seen":
            world = self.world
            names = ("made", "running", "stopped", "requests")
            self._json(200, {name: getattr(world, name) for name in names})
        elif self._allowed():
            if self.world.fault == "html" and self.world.times > 0:
                self._send(200, "text/html", _PAGE)
            elif self.path == "/v1/models":
                self._json(200, {"object": "list", "data": self.world.cards()})
            else:
                self._json(404, {"detail": "Not Found"})

    def do_POST(self) -> None:
        raw = self.rfile.read(int(self.headers.get("content-length", 0)))
        if self.path == "/fault":
            asked = json.loads(raw)
            self.world.fault, self.world.times = asked["kind"], asked["times"]
            self._json(200, {})
            return
        if not self._allowed():
            return
        if self.path not in ("/v1/chat/completions", "/v1/completions"):
            self._json(404, {"detail": "Not Found"})
            return
        fault = self.world.spoil()
        try:
            body = json.loads(raw)
        except ValueError:
            self._json(400, Refusal(400, "BadRequestError", "JSON decode error").document)
            return
        self.world.requests.append({"path": self.path, "headers": dict(self.headers.items()), "body": body})
        if fault in _STATUS:
            self._spoiled(fault)
            return
        try:
            asked = Asked.of(body, self.path == "/v1/chat/completions", self.world)
        except Refusal as refusal:
            self._json(refusal.status, refusal.document)
            return
        self._answer(asked, fault)

    def _allowed(self) -> bool:
        key = self.world.key
        if key is None or self.headers.get("authorization") == f"Bearer {key}":
            return True
        self._json(401, {"error": "Unauthorized"})
        return False

    def _spoiled(self, fault: str) -> None:
        if fault in ("html", "page", "lost"):
            self._send(_STATUS[fault], "text/html", _PAGE)
        elif fault == "echo":
            said = f"Incorrect API key provided: {self.headers.get('authorization')}"
            self._json(401, Refusal(401, "AuthenticationError", said).document)
        else:
            document = Refusal(_STATUS[fault], "InternalServerError", f"the engine is {fault}").document
            more = {"retry-after": "0"} if fault == "busy" else {}
            more |= {"location": "http://127.0.0.1:9/v1/elsewhere"} if fault == "moved" else {}
            self._json(_STATUS[fault], document, **more)

    def _answer(self, asked: Asked, fault: str | None) -> None:
        with self.world.lock:
            self.world.running += 1
        try:
            if asked.body.get("stream") and fault != "json":
                self._stream(asked, fault)
            else:
                self._json(200, self._whole(asked))
        except (BrokenPipeError, ConnectionResetError):
            with self.world.lock:
                self.world.stopped += 1
            self.close_connection = True
        finally:
            with self.world.lock:
                self.world.running -= 1

    def _whole(self, asked: Asked) -> dict[str, Any]:
        pieces = list(asked.words(self.world))
        text = "".join(piece for piece, _ in pieces)
        said = {"message": {"role": "assistant", "content": text, "refusal": None}} if asked.chat else {"text": text}
        choice = {"index": 0, **said, "logprobs": None, "finish_reason": pieces[-1][1], "stop_reason": None}
        kind = "chat.completion" if asked.chat else "text_completion"
        return {**self._head(asked, kind), "choices": [choice], "usage": self._usage(asked, len(pieces))}

    def _head(self, asked: Asked, kind: str) -> dict[str, Any]:
        name = f"{'chatcmpl' if asked.chat else 'cmpl'}-{uuid.uuid4().hex}"
        return {"id": name, "object": kind, "created": int(time.time()), "model": asked.model}

    def _usage(self, asked: Asked, made: int) -> dict[str, int]:
        total = asked.prompt_tokens + made
        return {"prompt_tokens": asked.prompt_tokens, "total_tokens": total, "completion_tokens": made}

    def _stream(self, asked: Asked, fault: str | None) -> None:
        chunked = fault != "unfinished"
        self.send_response(200)
        self.send_header("content-type", "text/event-stream; charset=utf-8")
        self.send_header("transfer-encoding" if chunked else "connection", "chunked" if chunked else "close")
        self.end_headers()
        head = self._head(asked, "chat.completion.chunk" if asked.chat else "text_completion")
        made = 0
        if asked.chat:
            self._event({**head, "choices": [{"index": 0, "delta": {"role": "assistant", "content": ""}}]}, chunked)
        for piece, last in asked.words(self.world):
            made += 1
            if made == 3 and fault is not None and self._strange(fault, head):
                return
            reason = "abort" if last and fault == "abort" else last
            delta = {"delta": {"content": piece}} if asked.chat else {"text": piece}
            choice = {"index": 0, **delta, "logprobs": None, "finish_reason": reason, "stop_reason": None}
            self._event({**head, "choices": [choice]}, chunked)
            if fault == "slow":
                time.sleep(0.02)
        if (asked.body.get("stream_options") or {}).get("include_usage") and fault != "uncounted":
            self._event({**head, "choices": [], "usage": self._usage(asked, made)}, chunked)
        self._end()

    def _strange(self, fault: str, head: dict[str, Any]) -> bool:
        """Spoil a stream in its middle; whether it ends here."""
        if fault in ("cut", "unfinished"):
            self.close_connection = True
        elif fault == "early":
            self._end()
        elif fault == "garbage":
            self._line('data: {"choices": [{"delta"\n\n')
            self._end()
        elif fault == "chunkless":
            self._event(["no", "chunk"])
            self._end()
        elif fault == "error":
            self._event(Refusal(500, "InternalServerError", "EngineCore encountered an issue").document)
            self._end()
        elif fault == "silent":
            for _ in range(int(LIFETIME * 10)):
                time.sleep(0.1)
                self.connection.settimeout(0.001)
                if self._gone():
                    raise BrokenPipeError
        else:
            return False
        return True

    def _gone(self) -> bool:
        try:
            return self.connection.recv(1) == b""
        except TimeoutError:
            return False

    def _event(self, document: Any, chunked: bool = True) -> None:
        self._line(f"data: {json.dumps(document, ensure_ascii=False)}\n\n", chunked)

    def _line(self, text: str, chunked: bool = True) -> None:
        data = text.encode()
        self.wfile.write(b"%x\r\n%s\r\n" % (len(data), data) if chunked else data)
        self.wfile.flush()

    def _end(self) -> None:
        self._line("data: [DONE]\n\n")
        self.wfile.write(b"0\r\n\r\n")

    def _json(self, status: int, document: Any, **headers: str) -> None:
        self._send(status, "application/json", json.dumps(document, ensure_ascii=False), **headers)

    def _send(self, status: int, kind: str, text: str, **headers: str) -> None:
        data = text.encode()
        self.send_response(status)
        for name, value in {"content-type": kind, "content-length": str(len(data)), **headers}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(data)


def main() -> None:
    """Serve until standard input ends."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--model", default="tiny")
    parser.add_argument("--more", action="append", default=[], help="one more base model")
    parser.add_argument("--lora", action="append", default=[], help="the name of an adapter")
    parser.add_argument("--api-key")
    parser.add_argument("--context", type=int, default=4096)
    parser.add_argument("--no-parents", action="store_true", help="list adapters as servers without LoRA do")
    parser.add_argument("--no-list", action="store_true", help="list nothing, as `transformers serve` may do")
    parser.add_argument("--no-template", action="store_true", help="a base model that cannot chat")
    given = parser.parse_args()
    threading.Timer(LIFETIME, lambda: os._exit(1)).start()
    Handler.world = World(
        model=given.model,
        loras=tuple(given.lora),
        more=tuple(given.more),
        key=given.api_key,
        context=given.context,
        parents=not given.no_parents,
        template=not given.no_template,
        listed=not given.no_list,
    )
    server = Server(("127.0.0.1", given.port), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    print(f"http://127.0.0.1:{server.server_address[1]}/v1", flush=True)
    sys.stdin.read()
    os._exit(0)


if __name__ == "__main__":
    main()

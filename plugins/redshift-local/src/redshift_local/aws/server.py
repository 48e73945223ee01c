"""One HTTP server: S3 and STS by moto, passwords by `issuing`, faults by request.

An own small handler in front of moto's WSGI application, since werkzeug's closes the connection
after every answer and waits ten milliseconds for what may still come.
"""

from __future__ import annotations

import io
import json
import re
import socket
import struct
import sys
import threading
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import IO, TYPE_CHECKING, Any, Final, Self, cast
from urllib.parse import parse_qs, unquote, urlsplit

from moto.moto_server.werkzeug_app import DomainDispatcherApplication, create_backend_app
from werkzeug.serving import DechunkedInput

from redshift_local.aws.credentials import Credentials
from redshift_local.aws.faults import Faults, parse_fault
from redshift_local.aws.issuing import (
    Answer,
    ApiError,
    Identity,
    Issuer,
    json_error,
    query_error,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from types import TracebackType

HOST: Final = "127.0.0.1"
_SCOPE: Final = re.compile(r"Credential=[^/]*/\d{8}/[^/]+/([^/]+)/aws4_request")
_FAULT_ANSWERS: Final = {
    "500": ApiError("InternalError", "We encountered an internal error. Please try again.", 500),
    "slow_down": ApiError("SlowDown", "Please reduce your request rate.", 503),
    "expired_token": ApiError("ExpiredToken", "The provided token has expired.", 400),
}


class Aws:
    """The server; a context manager that starts and stops it.

    What lies on S3 is kept in the memory of the process (by moto, one store per process, however
    many servers there are) and is gone with it.

    Args:
        port: TCP port on 127.0.0.1; 0 takes a free one.
        identity: Names of the one cluster and workgroup, and the address of its endpoint.
        credentials: Store of the issued passwords, shared with the endpoint's login.
    """

    def __init__(
        self,
        port: int = 0,
        identity: Identity | None = None,
        credentials: Credentials | None = None,
    ) -> None:
        self.credentials = credentials or Credentials()
        self.faults = Faults()
        self._server = _Server((HOST, port), _Handler)
        self._server.faults = self.faults
        self._server.credentials = self.credentials
        self._server.issuer = Issuer(self.credentials, identity or Identity())
        self._server.moto = DomainDispatcherApplication(create_backend_app)
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)

    @property
    def port(self) -> int:
        """The port that is listened on."""
        return int(self._server.server_address[1])

    @property
    def url(self) -> str:
        """The endpoint's URL, for AWS_ENDPOINT_URL."""
        return f"http://{HOST}:{self.port}"

    def start(self) -> None:
        """Serve, in a thread."""
        self._thread.start()

    def stop(self) -> None:
        """Stop serving and release the port."""
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    # a kept connection would hold up the end of the server until its client goes
    block_on_close = False
    request_queue_size = 128
    faults: Faults
    credentials: Credentials
    issuer: Issuer
    moto: DomainDispatcherApplication

    def handle_error(self, request: Any, client_address: Any) -> None:  # noqa: ANN401 - as above
        """Keep quiet about clients that went away; tell about everything else."""
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)


class _Handler(BaseHTTPRequestHandler):
    server: _Server
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def __getattr__(self, name: str) -> Callable[[], None]:
        """Answer every method alike; `http.server` looks for one function per method."""
        if name.startswith("do_"):
            return self._request
        raise AttributeError(name)

    def _request(self) -> None:
        path = urlsplit(self.path).path
        if path in {"/_faults", "/_credentials"}:
            self._send(self._control(path, self._body()))
            return
        service = self._service()
        if service == "s3" and (kind := self._fault(unquote(path).lstrip("/"))) is not None:
            self._fail(kind, service)
            return
        body = self._body()
        if service != "s3" and (kind := self._fault(self._call(service, body))) is not None:
            self._fail(kind, service, body)
            return
        self._answer(service, body)

    def log_message(self, *_: object) -> None:
        """Say nothing per request."""

    def _fault(self, key: str) -> str | None:
        return self.server.faults.take(self.command, key)

    def _service(self) -> str:
        found = _SCOPE.search(self.headers.get("Authorization", ""))
        return found[1] if found else "s3"

    def _call(self, service: str, body: bytes) -> str:
        target = self.headers.get("X-Amz-Target", "")
        action = target.rpartition(".")[2] or parse_qs(body.decode()).get("Action", [""])[0]
        return f"{service}/{action}"

    def _body(self) -> bytes:
        if self.headers.get("Transfer-Encoding", "").lower() == "chunked":
            return DechunkedInput(cast("IO[bytes]", self.rfile)).read()
        return self.rfile.read(int(self.headers.get("Content-Length") or 0))

    def _answer(self, service: str, body: bytes) -> None:
        if service == "redshift":
            self._send(self.server.issuer.provisioned(body))
        elif service == "redshift-serverless":
            action = self._call(service, body).rpartition("/")[2]
            self._send(self.server.issuer.serverless(action, body))
        elif service in {"s3", "sts"}:
            self._write(*self._moto(body))
        else:
            self._send(query_error(ApiError("InvalidAction", f"No service {service} here.")))

    def _control(self, path: str, body: bytes) -> Answer:
        faults = self.server.faults
        try:
            if self.command == "DELETE":
                (faults.clear if path == "/_faults" else self.server.credentials.expire)()
            elif self.command == "POST" and path == "/_faults":
                faults.set(parse_fault(json.loads(body)))
        except (ValueError, TypeError) as error:
            return Answer(400, "text/plain", str(error).encode())
        return Answer(200, "application/json", json.dumps(faults.describe()).encode())

    def _fail(self, kind: str, service: str, body: bytes | None = None) -> None:
        """Do what the fault says; `body` is None while the request's is still to be read."""
        if kind == "truncated_upload":
            if body is None:
                self.rfile.read(int(self.headers.get("Content-Length") or 0) // 2)
            self._reset()
        elif kind == "reset":
            self._reset()
        elif kind == "lost_answer":
            self._moto(self._body() if body is None else body)
            self._reset()
        elif kind == "truncated":
            self._truncate(*self._moto(self._body() if body is None else body))
        else:
            if body is None:
                self._body()
            self._send(_error_answer(service, _FAULT_ANSWERS[kind]))

    def _truncate(self, status: str, headers: list[tuple[str, str]], body: bytes) -> None:
        headers = [h for h in headers if h[0].lower() != "content-length"]
        headers.append(("Content-Length", str(len(body))))
        self._write(status, headers, body[: len(body) // 2])
        self.close_connection = True

    def _reset(self) -> None:
        """Close the connection so that the peer sees a reset and not an orderly end."""
        self.close_connection = True
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.rfile.close()
        self.connection.close()

    def _moto(self, body: bytes) -> tuple[str, list[tuple[str, str]], bytes]:
        started: list[Any] = []

        def start_response(status: str, headers: list[tuple[str, str]], *_: object) -> None:
            started[:] = [status, headers]

        chunks: Iterable[bytes] = self.server.moto(self._environ(body), start_response)
        whole = b"".join(chunks)
        return started[0], started[1], whole

    def _environ(self, body: bytes) -> dict[str, Any]:
        url = urlsplit(self.path)
        environ: dict[str, Any] = {
            "wsgi.version": (1, 0),
            "wsgi.url_scheme": "http",
            "wsgi.input": io.BytesIO(body),
            "wsgi.errors": sys.stderr,
            "wsgi.multithread": True,
            "wsgi.multiprocess": False,
            "wsgi.run_once": False,
            "REQUEST_METHOD": self.command,
            "SCRIPT_NAME": "",
            "PATH_INFO": unquote(url.path, "latin-1"),
            "QUERY_STRING": url.query,
            "RAW_URI": self.path,
            "REMOTE_ADDR": self.client_address[0],
            "SERVER_NAME": HOST,
            "SERVER_PORT": str(self.server.server_address[1]),
            "SERVER_PROTOCOL": self.request_version,
        }
        for name, value in self.headers.items():
            environ["HTTP_" + name.upper().replace("-", "_")] = value
        environ["CONTENT_LENGTH"] = str(len(body))
        environ["CONTENT_TYPE"] = self.headers.get("Content-Type", "")
        return environ

    def _send(self, answer: Answer) -> None:
        headers = [("Content-Type", answer.content_type)]
        self._write(str(answer.status), headers, answer.body)

    def _write(self, status: str, headers: list[tuple[str, str]], body: bytes) -> None:
        self.send_response(int(status.split(maxsplit=1)[0]))
        for name, value in headers:
            if name.lower() not in {"connection", "date", "server"}:
                self.send_header(name, value)
        if not any(name.lower() == "content-length" for name, _ in headers):
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            with suppress(BrokenPipeError):
                self.wfile.write(body)


def _error_answer(service: str, error: ApiError) -> Answer:
    if service == "redshift-serverless":
        return json_error(error)
    if service == "s3":
        text = f"<Error><Code>{error.code}</Code><Message>{error}</Message></Error>"
        return Answer(error.status, "application/xml", text.encode())
    return query_error(error)

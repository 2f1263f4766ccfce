"""The HTTP application: headers, errors and files around the routes."""

from collections.abc import Awaitable, Callable
from importlib.metadata import version
from pathlib import Path

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import FileResponse, JSONResponse
from fastapi.staticfiles import StaticFiles
from starlette.exceptions import HTTPException
from starlette.middleware.body_limit import RequestBodyLimitMiddleware

from api.routes import router
from qa.assistant import Assistant
from qa.errors import ChuchuError, InputError, NotFoundError

STATIC = Path(__file__).parent / "static"
LARGEST_BODY = 256 * 1024
"""Bytes. A question has at most 2,000 characters; the rest is history."""

_HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
        "base-uri 'none'; form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
# The pages that describe the interface bring scripts from a content network: there are none. The schema stays.
_OPENAPI = "/v1/openapi.json"


def create_app(assistant: Assistant) -> FastAPI:
    """The application that answers from one assistant."""
    app = FastAPI(
        title="Chuchu",
        version=version("chuchu"),
        docs_url=None,
        redoc_url=None,
        openapi_url=_OPENAPI,
        # Nothing is reported to anyone, whatever the environment configures.
        telemetry={"tracing": False, "metrics": False, "logs": False},
    )
    app.state.assistant = assistant
    app.include_router(router)
    app.mount("/static", StaticFiles(directory=STATIC), name="static")

    @app.get("/", include_in_schema=False)
    def page() -> FileResponse:
        return FileResponse(STATIC / "index.html")

    app.add_exception_handler(ChuchuError, _known_error)
    app.add_exception_handler(RequestValidationError, _invalid_request)
    app.add_exception_handler(HTTPException, _http_error)
    app.add_exception_handler(Exception, _unknown_error)
    # The one added last is the outermost: it sees, and words, what the limit refuses.
    app.add_middleware(RequestBodyLimitMiddleware, max_body_size=LARGEST_BODY)
    app.middleware("http")(_finish)
    return app


async def _finish(request: Request, call_next: Callable[[Request], Awaitable[Response]]) -> Response:
    """Add the headers that every response has, and make a problem of what Starlette refuses in plain text."""
    response = await call_next(request)
    if response.status_code == 413 and response.headers.get("content-type", "").startswith("text/plain"):
        response = _problem(413, "Content Too Large", f"the request is larger than {LARGEST_BODY // 1024} KB")
    response.headers.update(_HEADERS)
    return response


def _known_error(_request: Request, error: Exception) -> JSONResponse:
    if isinstance(error, NotFoundError):
        return _problem(404, "Not Found", str(error))
    if isinstance(error, InputError):
        return _problem(422, "Unprocessable Content", str(error))
    # A fault of the index: its text names paths of this machine, which are nobody's business.
    return _problem(503, "Service Unavailable", "the index cannot be used at the moment")


def _invalid_request(_request: Request, error: Exception) -> JSONResponse:
    """What is wrong where, without the input: echoing it fails on NaN and on lone surrogates."""
    assert isinstance(error, RequestValidationError)
    first = error.errors()[0]
    place = ".".join(str(part) for part in first["loc"] if part != "body")
    return _problem(422, "Unprocessable Content", f"{place}: {first['msg']}" if place else str(first["msg"]))


def _http_error(_request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, HTTPException)
    return _problem(error.status_code, str(error.detail), str(error.detail))


def _unknown_error(_request: Request, _error: Exception) -> JSONResponse:
    response = _problem(500, "Internal Server Error", "something went wrong here; the server's log says what")
    response.headers.update(_HEADERS)
    return response


def _problem(status: int, title: str, detail: str) -> JSONResponse:
    """An error as RFC 9457 has it."""
    content = {"type": "about:blank", "title": title, "status": status, "detail": detail}
    return JSONResponse(content, status, media_type="application/problem+json")

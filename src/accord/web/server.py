"""The workbench on this machine: one address, until it is interrupted."""

from __future__ import annotations

import contextlib
import errno
import socket
from collections.abc import Callable
from pathlib import Path

from accord._errors import UsageError

__all__ = ["HOST", "serve"]

HOST = "127.0.0.1"
"""The only address that is bound: nobody else's machine reaches it."""

MOST_CONNECTIONS = 100


def serve(
    folder: str | Path = ".", *, port: int = 8080, worlds: int = 2048,
    ready: Callable[[str], None] | None = None,
) -> None:  # fmt: skip
    """Serve the pages of a case, or of a folder of cases, until interrupted.

    Parameters
    ----------
    folder : path
        No file outside it is read or written.
    port : int
        0 for any that is free.
    worlds : int
        Worlds of the runs that are made.
    ready : function of an address, optional
        Told once the server can be reached.

    Raises
    ------
    UsageError
        If there is no such folder, or the port is taken or may not be used.
    """
    import uvicorn  # noqa: PLC0415  slow to import, as is the application

    from accord.web.app import application  # noqa: PLC0415

    app = application(Path(folder), worlds=worlds)
    with contextlib.closing(_bound(port)) as bound:
        address = f"http://{HOST}:{bound.getsockname()[1]}/"
        config = uvicorn.Config(
            app, log_level="warning", access_log=False, server_header=False,
            limit_concurrency=MOST_CONNECTIONS, timeout_keep_alive=5,
            timeout_graceful_shutdown=2,
        )  # fmt: skip
        if ready is not None:
            ready(address)
        with contextlib.suppress(KeyboardInterrupt):
            uvicorn.Server(config).run(sockets=[bound])


def _bound(port: int) -> socket.socket:
    if not 0 <= port < 1 << 16:
        raise UsageError(f"found --port {port}, wanted 0 to 65535")
    # without its protocol named, asyncio leaves Nagle's algorithm on: 40 ms for every answer
    bound = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        bound.bind((HOST, port))
    except OSError as error:
        bound.close()
        if error.errno == errno.EADDRINUSE:
            raise UsageError(
                f"port {port} is taken; choose another with --port, or 0 for any that is free"
            ) from None
        raise UsageError(f"port {port} cannot be used: {error.strerror or error}") from None
    return bound

"""``python -m corpusmith.evals.speed.fake_endpoint``: serve until standard input ends; the port is the first line printed."""

from __future__ import annotations

import asyncio

from .server import serve_until_stdin_ends

if __name__ == "__main__":
    asyncio.run(serve_until_stdin_ends())

"""A process that asks a gateway one question after the other, many at once, and notes each answer that it was given."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

from corpusmith.engine.gateway.configuration.config import load_config
from corpusmith.engine.gateway.opening import open_gateway
from corpusmith.engine.gateway.spending.budget import Limits

QUESTIONS = 300
AT_ONCE = 8


async def ask_everything(base_url: str, folder: Path) -> None:
    """Ask all questions; an answer is noted when it arrived, so that a noted one must never be asked for again."""
    environment = {"CORPUSMITH_BASE_URL": base_url, "CORPUSMITH_MODEL": "test-model"}
    config = load_config(environment=environment, folder=folder, flags={"limits.concurrency": AT_ONCE})
    gateway = open_gateway(config, folder / "run", folder / "cache", limits=Limits(), environment=environment)
    with (folder / "noted.txt").open("a") as noted:

        async def ask(number: int) -> None:
            question = f"question {number}."
            await gateway.chat([{"role": "user", "content": question}])
            noted.write(f"{question}\n")
            noted.flush()

        await asyncio.gather(*(ask(number) for number in range(QUESTIONS)))
    await gateway.close()


if __name__ == "__main__":
    asyncio.run(ask_everything(sys.argv[1], Path(sys.argv[2])))

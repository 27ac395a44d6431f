"""An OpenAI-compatible endpoint without a model, in a process of its own on the loopback: deterministic, and faulty on demand.

It answers chats (plain, streamed, held to a schema) and embeddings, and counts what it was asked. Tests of the gateway, kill
tests and the benchmarks stand on it. Start with ``process.py`` (start one and ask it what it saw) and ``behaviour.py`` (what
it can be told to do); ``server.py`` speaks HTTP, ``answers.py`` makes up the answers.
"""

from .behaviour import Behaviour
from .process import Endpoint, running_endpoint

__all__ = ["Behaviour", "Endpoint", "running_endpoint"]

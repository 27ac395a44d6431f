"""The way to one endpoint: single requests over the OpenAI-compatible API, and what is done when they fail.

What lives here: requests and answers (``wire.py``), the faults, the client, retries, the limit of requests in flight, and
structured output. What does not: what is remembered or may be spent. Start with ``wire.py`` and ``dispatcher.py``.
"""

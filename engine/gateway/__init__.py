"""The gateway: the one door to any model, for operators, agents and code in the sandbox.

What lives here: the configuration of models by role, the cache, the retries, the budgets and the record of what was spent,
over the OpenAI-compatible API. What does not: prompts (they stand beside their operators and agents) and the transport
into the sandbox. Start with ``gateway.py``; ``wire.py`` and ``faults.py`` are the contract with an endpoint.
"""

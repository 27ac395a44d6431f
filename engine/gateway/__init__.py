"""The gateway: the one door to any model, for operators, agents and code in the sandbox.

What lives here: a request's way from the asker to the answer (``gateway.py``), and who may ask what (``policy.py``); the way
to one endpoint (``endpoint``), what is kept (``keeping``) and spent (``spending``), the models by role (``configuration``)
and models served on this machine (``serving``). What does not: prompts, which stand beside their operators and agents.
"""

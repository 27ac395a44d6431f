"""What the agents may do: profile data, draft and freeze contracts, retrieve operators, check, rehearse, verify.

What lives here: the check templates (``checks``), the contract and its gates (``contract``), the profile of an input
(``profile``), and verification in a process of its own (``verification``). What does not: who decides when to do which of
these (``agents``). Start with ``checks/template.py``.
"""

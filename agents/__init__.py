"""The state machine: a spec goes in, a dataset with a verdict comes out.

``service.py`` is the door (``RunService``), ``graph.py`` the machine, ``edges.py`` where it goes next and why, ``nodes`` what
happens at each stop. Decisions come from a ``Brain`` (``brain.py``); ``rules`` is the brain that needs no model. What does
not live here: how to measure, retrieve or run anything (``tools``, ``memory``, ``engine``).
"""

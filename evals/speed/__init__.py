"""How fast the demo's run is, how much memory it takes, and how that grows with the input. Start with ``measure.py``."""

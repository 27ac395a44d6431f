"""The tiers by name, strongest first."""

from __future__ import annotations

from .launch.bubblewrap import Bubblewrap
from .launch.job import Tier
from .launch.landlock import Landlock

TIERS: dict[str, Tier] = {tier.name: tier for tier in (Bubblewrap(), Landlock())}

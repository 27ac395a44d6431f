"""A share with the number of cases behind it and how far it can be trusted."""

from __future__ import annotations

import math
from dataclasses import dataclass
from statistics import NormalDist

Z = NormalDist().inv_cdf(0.975)


@dataclass(frozen=True)
class Proportion:
    """``hits`` of ``n``, with the 95% score interval of Wilson 1927."""

    hits: int
    n: int

    def interval(self) -> tuple[float, float]:
        """Return the lower and the upper bound; everything is possible when there is nothing."""
        if not self.n:
            return 0.0, 1.0
        share, scale = self.hits / self.n, 1 + Z * Z / self.n
        middle = (share + Z * Z / (2 * self.n)) / scale
        half = Z * math.sqrt(share * (1 - share) / self.n + Z * Z / (4 * self.n * self.n)) / scale
        return max(0.0, middle - half), min(1.0, middle + half)

    def __str__(self) -> str:
        if not self.n:
            return "none of 0"
        low, high = self.interval()
        return f"{self.hits} of {self.n} = {self.hits / self.n:.3f} [{low:.3f}, {high:.3f}]"

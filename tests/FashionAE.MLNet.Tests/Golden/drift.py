#!/usr/bin/env python3
"""Records the results of scipy for small seeded samples. Needs numpy and scipy (Debian: python3-scipy).

drift.py > drift.json
"""
import base64
import json
import sys
import warnings

import numpy as np
import scipy
from scipy.spatial.distance import cdist
from scipy.stats import energy_distance, ks_2samp

# Makes scipy fail instead of warn if it cannot compute an exact p-value.
warnings.simplefilter("error")
rng = np.random.default_rng(7)


def pack(array):
    return base64.b64encode(np.ascontiguousarray(array, dtype="<f4").tobytes()).decode()


def scores(name, first, second):
    """ks_2samp of values in single precision; it is exact for these sample sizes."""
    first, second = np.float32(first), np.float32(second)
    result = ks_2samp(first, second, method="exact")
    return {"name": name, "first": pack(first), "second": pack(second), "statistic": result.statistic, "p": result.pvalue,
            "is_second_higher": result.statistic > 0 and bool(result.statistic_sign > 0)}


def squared_distance(first, second):
    return 2 * cdist(first, second).mean() - cdist(first, first).mean() - cdist(second, second).mean()


def codes(name, first, second, permutations=20_000):
    """The energy distance after dividing slots by their pooled deviations, and its p-value from permutations of single vectors."""
    first, second = np.float32(first).astype(float), np.float32(second).astype(float)
    both = np.concatenate([first, second])
    scaled = (both - both.mean(0)) / both.std(0)
    x, y = scaled[:len(first)], scaled[len(first):]
    observed = squared_distance(x, y)
    if x.shape[1] == 1:
        assert abs(observed - energy_distance(x[:, 0], y[:, 0]) ** 2) < 1e-12
    table, larger = cdist(scaled, scaled), 0
    for _ in range(permutations):
        order = rng.permutation(len(scaled))
        a, b = order[:len(first)], order[len(first):]
        larger += 2 * table[np.ix_(a, b)].mean() - table[np.ix_(a, a)].mean() - table[np.ix_(b, b)].mean() >= observed
    return {"name": name, "size": x.shape[1], "first": pack(first), "second": pack(second), "distance": observed,
            "p": (larger + 1) / (permutations + 1)}


normal = rng.standard_normal
json.dump({
    "made_by": f"scipy {scipy.__version__}",
    "scores": [
        scores("the same distribution, 500 and 500", normal(500), normal(500)),
        scores("the same distribution, 2048 and 500", normal(2048), normal(500)),
        scores("a little higher", normal(512), normal(500) + 0.15),
        scores("lower", normal(300), normal(211) - 0.4),
        scores("spread", normal(500), 1.5 * normal(500)),
        scores("much higher", normal(500), normal(500) + 2),
        scores("apart", normal(64), normal(50) + 50),
        scores("few", normal(5), normal(7)),
        scores("one each", [1], [2]),
        scores("ties", rng.integers(0, 5, 120), rng.integers(1, 6, 75)),
        scores("equal", [1, 2, 3], [1, 2, 3]),
    ],
    "codes": [
        codes("one slot, the same distribution", normal((80, 1)), normal((60, 1))),
        codes("one slot, spread", normal((120, 1)), 1.6 * normal((100, 1))),
        codes("two slots, a little higher", normal((120, 2)), normal((100, 2)) + [0.3, 0]),
        codes("two slots that depend on each other now", normal((120, 2)), normal((100, 1)) * [1, 1] + 0.3 * normal((100, 2))),
        codes("eight slots of other scales, the same distribution", normal((70, 8)) * 10.0 ** np.arange(-1, 1, 0.25),
              normal((90, 8)) * 10.0 ** np.arange(-1, 1, 0.25)),
    ],
}, sys.stdout, indent=1)
print()

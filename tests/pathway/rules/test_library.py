"""The library of courses is part of the rules' version: these numbers change only with it."""

import numpy as np
import pytest

from pathway.rules.courses import _families

# Per window and family: prior mass, courses, their mean after 1/8, 1/4, 1/2, 3/4 and at the end,
# and their spread.
PINNED = {
    84: [
        ("quick recovery", 0.04, 4, [0.4702, 0.2729, 0.1788, 0.1621, 0.1585, 0.1995]),
        ("gradual recovery", 0.08, 8, [0.7675, 0.607, 0.4465, 0.3758, 0.3438, 0.2291]),
        ("steady", 0.048, 4, [0.9216, 0.8354, 0.6707, 0.5279, 0.4819, 0.1864]),
        ("late start", 0.04, 8, [0.9901, 0.9387, 0.561, 0.396, 0.3873, 0.2918]),
        ("small gain", 0.048, 8, [0.8919, 0.856, 0.8401, 0.8375, 0.8371, 0.0572]),
        ("small steady gain", 0.032, 4, [0.9295, 0.8774, 0.8313, 0.8313, 0.8313, 0.0599]),
        ("flat", 0.064, 4, [1.0, 0.9999, 0.9998, 0.9997, 0.9996, 0.0171]),
        ("just short", 0.024, 4, [0.8926, 0.8233, 0.7568, 0.7276, 0.7139, 0.0781]),
        ("worsening", 0.024, 4, [1.0414, 1.087, 1.1741, 1.2611, 1.344, 0.1253]),
        ("lumps that reach", 0.165, 80, [0.9116, 0.8162, 0.6314, 0.4833, 0.3601, 0.2423]),
        ("pauses that reach", 0.165, 60, [0.9036, 0.8224, 0.7349, 0.6022, 0.4095, 0.184]),
        ("lumps that miss", 0.27, 60, [0.9827, 0.9632, 0.9271, 0.8975, 0.8799, 0.0755]),
    ],
    182: [
        ("quick recovery", 0.04, 4, [0.3549, 0.2094, 0.1625, 0.158, 0.1574, 0.1773]),
        ("gradual recovery", 0.08, 8, [0.7647, 0.6096, 0.4465, 0.3763, 0.3432, 0.2278]),
        ("steady", 0.048, 4, [0.9209, 0.8382, 0.6728, 0.5318, 0.4819, 0.1857]),
        ("late start", 0.04, 8, [0.9721, 0.8404, 0.4088, 0.387, 0.3867, 0.2914]),
        ("small gain", 0.048, 8, [0.8911, 0.8564, 0.8401, 0.8375, 0.837, 0.0567]),
        ("small steady gain", 0.032, 4, [0.9284, 0.8783, 0.8313, 0.8313, 0.8313, 0.0595]),
        ("flat", 0.064, 4, [1.0, 0.9999, 0.9998, 0.9997, 0.9996, 0.0171]),
        ("just short", 0.024, 4, [0.8914, 0.8245, 0.757, 0.728, 0.7139, 0.0771]),
        ("worsening", 0.024, 4, [1.0418, 1.0855, 1.173, 1.2585, 1.344, 0.1247]),
        ("lumps that reach", 0.165, 80, [0.903, 0.8087, 0.6251, 0.4831, 0.3603, 0.2369]),
        ("pauses that reach", 0.165, 60, [0.9124, 0.8426, 0.7337, 0.5875, 0.4096, 0.1852]),
        ("lumps that miss", 0.27, 60, [0.9819, 0.9646, 0.9362, 0.9086, 0.8802, 0.0707]),
    ],
}


@pytest.mark.parametrize("days", PINNED)
def test_the_families_are_those_of_this_version(days):
    places = [days // 8, days // 4, days // 2, 3 * days // 4, days - 1]

    families = list(_families(days))

    assert len(families) == len(PINNED[days])
    for (mass, courses), (name, pinned_mass, size, shape) in zip(
        families, PINNED[days], strict=True
    ):
        assert mass == pytest.approx(pinned_mass), name
        assert len(courses) == size, name
        found = [*courses.mean(axis=0)[places], courses.std()]
        np.testing.assert_allclose(found, shape, atol=1e-4, err_msg=name)

"""What a simulated clinic's people are like. The anchors are published diary studies."""

from dataclasses import dataclass, field, replace


@dataclass(frozen=True, slots=True)
class Noise:
    """How one person's scores vary around their course, in points of 0-10 and days.

    Within-person SD 1.0-1.6 (Page 2022; Harris 2005), autocorrelation as in public diaries.
    """

    sd_median: float = 1.1
    sd_log_sd: float = 0.35
    sd_range: tuple[float, float] = (0.4, 2.2)
    fast_decay: tuple[float, float] = (0.20, 0.60)
    slow_share: tuple[float, float] = (0.10, 0.40)
    slow_days: tuple[float, float] = (8.0, 21.0)
    weekday: float = 0.30
    intake_flare_chance: float = 0.5
    intake_flare_most: float = 2.5
    intake_flare_days: tuple[float, float] = (4.0, 10.0)
    flares_per_day: float = 1 / 60
    flare_points: tuple[float, float] = (1.0, 2.5)
    flare_days: tuple[float, float] = (2.0, 6.0)

    def restless(self) -> "Noise":
        """The same person with frequent, higher flares (the fluctuating courses)."""
        return replace(self, flares_per_day=1 / 18, flare_points=(1.5, 3.0), flare_days=(3.0, 7.0))


@dataclass(frozen=True, slots=True)
class Missing:
    """Days without an entry. `informative`: more gaps per point of improvement."""

    share: float = 0.20
    bursts_per_day: float = 1 / 45
    burst_days: float = 5.0
    drop_out: float = 0.10
    informative: float = 0.0


MISSING = {
    "none": Missing(0.0, 0.0, 5.0, 0.0),
    "default": Missing(),
    "m30": Missing(0.20, 1 / 30, 5.0, 0.0),
    "m45": Missing(0.33, 1 / 25, 6.0, 0.0),
    "m60": Missing(0.48, 1 / 22, 7.0, 0.0),
    "recovered_stop": Missing(0.15, 1 / 45, 5.0, 0.0, informative=0.10),
}


@dataclass(frozen=True, slots=True)
class Settings:
    """One clinic: the trial's length, its people at the start, their noise, gaps and forms."""

    days: int = 84
    noise: Noise = field(default_factory=Noise)
    missing: Missing = field(default_factory=Missing)
    baseline_mean: float = 6.0
    baseline_sd: float = 1.3
    baseline_range: tuple[float, float] = (4.0, 9.0)
    form_every: int = 14
    form_error: float = 6.0
    form_gaps: float = 0.15
    discordant: float = 0.15  # people whose function does not follow their pain

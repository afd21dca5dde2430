"""Read by each Python process that has this folder in its path: its clock goes CLOCK_AHEAD seconds ahead,
or behind where that is negative, and ticks on."""

import os
from datetime import UTC, datetime, timedelta

import time_machine

if "CLOCK_AHEAD" in os.environ:
    ahead = timedelta(seconds=float(os.environ["CLOCK_AHEAD"]))
    time_machine.travel(datetime.now(UTC) + ahead, tick=True).start()

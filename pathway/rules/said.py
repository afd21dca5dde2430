"""What a version of the rules may say of each day."""

from dataclasses import dataclass

from pathway.rules.series import Bools
from pathway.rules.status import Status


@dataclass(frozen=True, slots=True)
class Labels:
    """said   conditions (N, T) with their labels; a later one outweighs an earlier one
    watch  (N, T) may be levelling off
    eased  (N, T) there was relief or a response by then
    """

    said: list[tuple[Bools, Status]]
    watch: Bools
    eased: Bools

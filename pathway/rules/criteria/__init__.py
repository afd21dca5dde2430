"""What payers ask before a service, answered from the record: met, not met, missing, or to be stated.

Never a share, never a forecast of a payer's answer.
"""

from pathway.rules.criteria.answer import Answer, Proof, State, Where
from pathway.rules.criteria.record import (
    Care,
    Done,
    HomePlan,
    Image,
    Look,
    Record,
    RedFlag,
    Relief,
    Score,
    Statement,
    ToldCare,
)
from pathway.rules.criteria.vocabulary import TESTS, Criterion, answer

__all__ = [
    "TESTS", "Answer", "Care", "Criterion", "Done", "HomePlan", "Image", "Look", "Proof", "Record", "RedFlag",
    "Relief", "Score", "State", "Statement", "ToldCare", "Where", "answer",
]  # fmt: skip

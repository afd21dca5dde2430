"""What a criterion is answered with: a state, the rows that prove it, and what to do about the rest."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class State(StrEnum):
    MET = "met"
    NOT_MET = "not_met"
    MISSING = "missing"
    TO_STATE = "to_state"


class Where(StrEnum):
    """Where what is missing is entered; empty: nowhere, it takes time."""

    NOWHERE = ""
    INTAKE = "intake"
    RECORDS = "records"
    SCORE = "score"
    STATEMENT = "statement"


@dataclass(frozen=True)
class Proof:
    """A row of the record. `told`: the patient said so."""

    first: date | None
    last: date | None
    what: str
    told: bool = False


@dataclass(frozen=True)
class Answer:
    state: State
    why: str
    proof: tuple[Proof, ...] = ()
    where: Where = Where.NOWHERE


def met(why: str, *proof: Proof) -> Answer:
    return Answer(State.MET, why, proof)


def not_met(why: str, *proof: Proof) -> Answer:
    return Answer(State.NOT_MET, why, proof)


def missing(why: str, where: Where, *proof: Proof) -> Answer:
    return Answer(State.MISSING, why, proof, where)


def to_state(why: str, *proof: Proof) -> Answer:
    return Answer(State.TO_STATE, why, proof, Where.STATEMENT)


def counted(number: int, asked: int, of: str) -> str:
    """“3 of 6 weeks”, or, where there are enough, “8 weeks (6 are asked)”."""
    return f"{number} of {asked} {of}" if number < asked else f"{number} {of} ({asked} are asked)"


def on(day: date, what: str, *, told: bool = False) -> Proof:
    return Proof(day, day, what, told)

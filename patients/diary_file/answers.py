"""The words for the questions beside the scores."""

from __future__ import annotations

from patients.diary_file.problems import BadValue, quoted

PROGRAMME = {
    "done": "done", "yes": "done", "some": "some", "none": "none", "no": "none",
    "rest": "rest", "rest day": "rest", "not planned today": "rest",
    "sí": "done", "si": "done", "hecho": "done", "algo": "some", "ninguno": "none", "nada": "none",
    "descanso": "rest",
}  # fmt: skip
MEDICINE = {
    "planned": "planned", "as planned": "planned", "extra": "extra", "more than planned": "extra",
    "none": "none", "no": "none", "ninguno": "none", "ninguna": "none", "nada": "none",
}  # fmt: skip
YES = {"true": True, "yes": True, "sí": True, "si": True, "x": True, "1": True}
NO = {"false": False, "no": False, "0": False}


def choice(text: str, words: dict[str, str]) -> str:
    """The stored value of an answer in words."""
    if text.casefold() not in words:
        raise BadValue(f"{quoted(text)} is no answer.")
    return words[text.casefold()]


def yes(text: str) -> bool:
    """Of a mark that is set or not."""
    said = (YES | NO).get(text.casefold())
    if said is None:
        raise BadValue(f"{quoted(text)} is neither yes nor no.")
    return said

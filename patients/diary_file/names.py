"""What people call the columns of a diary, in English and Spanish."""

from __future__ import annotations

import re
import unicodedata

# Field, and the names of columns that mean it: small letters, without accents, units and signs.
NAMES: dict[str, tuple[str, ...]] = {
    "region": (
        "regioncode", "region", "name", "bodypart", "site", "location", "symptom", "where", "partedelcuerpo",
        "zona", "lugar", "nombre", "sintoma",
    ),
    "local_date": ("localdate", "reportdate", "diarydate", "entrydate", "day", "date", "fecha", "dia"),
    "day": ("startday", "dayofmonth", "day", "dd", "dia"),
    "month": ("startmonth", "month", "mm", "mes"),
    "year": ("startyear", "year", "yyyy", "ano", "anio"),
    "time": ("time", "timeofday", "hour", "clock", "hora"),
    "logged_at": (
        "loggedat", "timestamp", "datetime", "dateandtime", "datetimelocal", "typedat", "createdat", "time",
        "date", "day", "fechayhora", "fechahora", "fecha", "marcatemporal",
    ),
    "average_pain": (
        "averagepain", "avgpain", "painaverage", "pain", "painscore", "painlevel", "painintensity", "painrating",
        "intensity", "nrs", "vas", "score", "rating", "level", "value", "dolor", "dolorpromedio", "dolormedio",
        "niveldedolor", "intensidad", "intensidaddeldolor", "intensidaddedolor", "escaladedolor", "eva",
        "puntuacion", "nivel", "valor",
    ),
    "worst_pain": ("worstpain", "painworst", "maxpain", "peordolor", "dolormaximo", "elpeordolor"),
    "interference": (
        "interference", "gotintheway", "paininterference", "interferencia", "impidio", "mefueunobstaculo",
    ),
    "neck_pain": ("neckpain", "dolordecuello"),
    "back_pain": ("backpain", "lowbackpain", "dolordeespalda", "dolorlumbar"),
    "arm_pain": ("armpain", "dolordebrazo"),
    "leg_pain": ("legpain", "dolordepierna"),
    "programme": (
        "programmecode", "programme", "program", "exercises", "exercise", "ejercicios", "ejercicio", "programa",
    ),
    "medicine": (
        "medicinecode", "medicine", "medication", "medications", "meds", "drugs", "medicina", "medicamento",
        "medicamentos", "medicacion",
    ),
    "flare": ("flare", "flareup", "brote"),
    "nothing_new": ("nothingnew",),
    "note": (
        "note", "notes", "comment", "comments", "remark", "remarks", "nota", "notas", "comentario",
        "comentarios", "observaciones",
    ),
    "own_id": ("submissionid",),
    "withdrawn": ("withdrawnat",),
}  # fmt: skip
FIELDS = tuple(NAMES)
KNOWN = {name for names in NAMES.values() for name in names}
# The columns by which the product knows its own copy.
OWN_COPY = {"submission_id", "local_date", "logged_at", "withdrawn_at", "average_pain"}
IN_BRACKETS = re.compile(r"\([^()]*\)|\[[^\[\]]*\]|\{[^{}]*\}")
UNIT = re.compile(r"\b0\s*(?:-|\u2013|to|a|/)\s*10\b|/\s*10\b")


def plain_name(name: str) -> str:
    """“Dolor (0-10)” is “dolor”: without units, accents, case, spaces and signs."""
    bare = UNIT.sub("", IN_BRACKETS.sub("", name))
    small = unicodedata.normalize("NFKD", bare.casefold())
    return re.sub(r"[\W_]", "", "".join(s for s in small if not unicodedata.combining(s)))

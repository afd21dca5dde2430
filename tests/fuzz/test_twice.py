"""Every form sent twice with the same body, as by an impatient thumb: no error, and no row twice."""

from random import Random

import pytest
from django.core.cache import cache
from django.db import connection, transaction
from django.urls import reverse

from tests.fuzz.cases import Case, send, signed_in
from tests.fuzz.hostile import multipart

pytestmark = [pytest.mark.django_db, pytest.mark.walk]
# What is written each time by its nature: who looked and signed in, what happened, what is to be looked at,
# and each code or link that is asked for, of which the last one holds.
OF_EACH_REQUEST = {
    "patients_accesslog", "patients_reviewdue", "django_session", "usersessions_usersession",
    "accounts_accountmail", "pghistory_context", "patients_importbadline", "patients_importseenrow",
}  # fmt: skip
WRITTEN = "SELECT relname, n_tup_ins FROM pg_stat_xact_user_tables"


def asked(sql):
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return dict(cursor.fetchall())


def rows_of(tables):
    return {table: asked(f'SELECT 1, count(*) FROM "{table}"')[1] for table in tables}  # noqa: S608


def tap_twice(world, who, sending, tables=()):
    """The codes of both answers; the tables that the second one wrote to; of `tables` those that grew."""
    client, codes = signed_in(world.people[who]), []
    cache.clear()  # how often somebody may ask for a mail
    with transaction.atomic():
        codes.append(sending(client))
        written, before = asked(WRITTEN), rows_of(tables)
        codes.append(sending(client))
        connection.check_constraints()
        after, again = rows_of(tables), asked(WRITTEN)
        transaction.set_rollback(True)
    more = {table for table in again if again[table] > written.get(table, 0)}
    kept = {table for table in more - OF_EACH_REQUEST if not table.endswith("event")}
    return codes, kept, {table for table in tables if after[table] > before[table]}


def fault_of(world, who, name, sending):
    try:
        codes, written, _grown = tap_twice(world, who, sending)
        grown = tap_twice(world, who, sending, written)[2] if written else set()
    except Exception as error:  # noqa: BLE001 - all that went wrong is told at once
        return f"{who}: {name}: {type(error).__name__}: {str(error)[:300]}"
    wrong = max(codes) >= 500 or grown
    return f"{who}: {name}: {codes} {sorted(grown)}" if wrong else ""


def as_shown(world, who, form, seed):
    """The form with what somebody might fill in."""
    case = Case(0, who, form, "as it is")
    return lambda client: (
        send(
            client,
            case,
            Random(f"{form.action} {seed}"),
            world.foreign,
        ).status_code
    )


@pytest.mark.parametrize(
    "who", ["Maria", "the clinician", "the scheduler", "the administrator", "somebody"]
)
def test_a_form_that_comes_twice_counts_once(world, who):
    forms = [form for one, form in world.forms if one == who and form.method == "post"]
    sent = [
        (form.action, as_shown(world, who, form, seed))
        for form in forms
        for seed in range(2 if form.fields else 1)
    ]
    faults = [fault for one in sent if (fault := fault_of(world, who, *one))]
    assert faults == [], "\n".join(faults)


# Forms that nobody fills in by chance: who, where, about which row, what.
TOLD = {
    "prior treatment": (
        "the clinician", "prior_treatment", "episode",
        {"level": "2", "what": "Physiotherapy", "weeks": "8", "attended": "yes", "helped": "no"},
    ),
    "imaging": (
        "the clinician", "record_add", "episode",
        {"method": "mri", "part": "lumbar", "done_on": "2026-02-20", "findings": "A bulge at L4",
         "comparison": "unchanged"},
    ),
    "cover": ("the clinician", "away", None, {"first": "2026-04-06", "last": "2026-04-10"}),
    "day off": ("the scheduler", "add_exception", None, {"kind": "off", "date": "2026-03-12"}),
    "extra hours": (
        "the scheduler", "add_exception", None,
        {"kind": "extra", "date": "2026-03-14", "starts": "09:00", "ends": "12:00", "room": "Room 9",
         "slot_minutes": "30"},
    ),
    "invite": (
        "the administrator", "invite_person", None,
        {"name": "Nina New", "email": "nina@clinic.example", "role": "clinician"},
    ),
    "diary": (
        "the administrator", "imports", None,
        {"file": ("diary.csv", b"date,pain\n2026-02-01,4\n2026-02-02,5\n")},
    ),
    "activities": (
        "Maria", "activities", None, {"first": "Lift", "second": "Sleep", "third": "Drive"},
    ),
    "question": ("Maria", "visit_brief", None, {"question": "May I swim again?"}),
    "review": ("Maria", "review_request", None, {"reason": "It is worse"}),
}  # fmt: skip
KIND_OF = {"imaging": {"kind": "imaging"}}


def told_form(world, name):
    """Who sends it, and how; the sending answers with the code."""
    who, page, row, fields = TOLD[name]
    about = {"pk": getattr(world.maria, row).pk} if row else {}
    membership = {"cover": world.wu, "day off": world.kim, "extra hours": world.kim}.get(name)
    fields = dict(fields) | ({"membership": membership.pk} if membership else {})
    fields |= {"number": world.maria.patient.number} if name == "diary" else {}
    fields |= {"compared_with": world.maria.image.pk} if name == "imaging" else {}
    kind, body = multipart(fields.items())
    address = reverse(page, kwargs=about | KIND_OF.get(name, {}))
    return who, lambda client: client.post(address, body, content_type=kind).status_code


@pytest.mark.parametrize("name", TOLD)
def test_a_form_that_was_thought_of_counts_once_and_is_saved(world, name):
    who, send_it = told_form(world, name)
    codes = []

    def sending(client):
        codes.append(send_it(client))
        return codes[-1]

    assert fault_of(world, who, name, sending) == ""
    assert codes[0] in (200, 302), f"{name} was not saved: the body is not a good one"

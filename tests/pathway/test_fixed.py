"""A published version never changes: not through the ORM, not in bulk, not in raw SQL."""

import pytest
from django.apps import apps
from django.db import DatabaseError, connection, transaction
from django.db.utils import IntegrityError

from pathway.models import Condition, Evidence, InstrumentItem, Protocol, Tier, TrialWindow
from pathway.models.part import Part

PARTS = [model for model in apps.get_app_config("pathway").get_models() if issubclass(model, Part)]


def refused(attack):
    with pytest.raises(DatabaseError, match=r"Cannot (update|delete)"), transaction.atomic():
        attack()


def raw(sql):
    with connection.cursor() as cursor:
        cursor.execute(sql)


def test_every_kind_of_row_is_covered():
    assert len(PARTS) == 17


@pytest.mark.parametrize("model", PARTS)
def test_a_row_of_a_published_version_cannot_be_changed_or_deleted(protocol, model):
    row = model.objects.filter(protocol=protocol).first()
    table = model._meta.db_table
    row.position = 99
    refused(row.save)
    refused(row.delete)
    refused(lambda: model.objects.update(position=99))
    refused(lambda: model.objects.bulk_update([row], ["position"]))
    refused(lambda: model.objects.filter(pk=row.pk)._raw_delete("default"))
    refused(lambda: raw(f"UPDATE {table} SET position = 99 WHERE id = {row.pk}"))  # noqa: S608
    refused(lambda: raw(f"DELETE FROM {table} WHERE id = {row.pk}"))  # noqa: S608


@pytest.mark.parametrize("model", PARTS)
def test_a_published_version_takes_no_further_row(protocol, model):
    row = model.objects.filter(protocol=protocol).first()
    row.pk, row.key = None, "one-more"
    with pytest.raises(DatabaseError, match="takes no further rows"), transaction.atomic():
        model.objects.bulk_create([row])


def test_the_version_itself_cannot_be_changed_or_deleted(protocol):
    protocol.title = "Something else"
    refused(protocol.save)
    refused(protocol.delete)
    refused(lambda: Protocol.objects.update(sealed=False))
    refused(lambda: raw("UPDATE pathway_protocol SET sealed = false"))
    refused(lambda: raw("DELETE FROM pathway_protocol"))
    protocol.refresh_from_db()
    assert protocol.title == "Conservative spine care"


@pytest.fixture
def draft(db):
    """A version that is not sealed, as it is for a moment inside publishing."""
    return Protocol.objects.create(key="draft", version=1, published_at="2026-03-02T14:00Z")


def tier(draft, **fields):
    return Tier.objects.create(
        **{"protocol": draft, "key": "one", "level": 1, "position": 0, **fields}
    )


def broken(name, attack):
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        attack()


def test_a_version_number_is_used_once_and_starts_at_one(draft):
    again = {"published_at": draft.published_at}
    broken("version_once", lambda: Protocol.objects.create(key="draft", version=1, **again))
    broken("version_from_one", lambda: Protocol.objects.create(key="draft", version=0, **again))


def test_tiers_are_one_to_five_and_each_once(draft):
    tier(draft)
    broken("level_one_to_five", lambda: tier(draft, key="six", level=6))
    broken("level_once", lambda: tier(draft, key="other", level=1))
    broken("tier_key_once", lambda: tier(draft, level=2))


def test_unverified_content_says_what_is_open(draft):
    broken("unverified_says_why", lambda: tier(draft, verified=False))
    tier(draft, verified=False, sign_off="Confirm the length.")


@pytest.mark.parametrize("days", [(0, 10, 20), (15, 10, 20), (5, 25, 20)])
def test_the_days_of_a_window_are_in_order(draft, days):
    first = tier(draft)
    window = {"protocol": draft, "tier": first, "position": 0, "chronicity": "acute"}
    span = dict(zip(("min_days", "default_days", "max_days"), days, strict=True))
    broken(
        "trialwindow_in_order",
        lambda: TrialWindow.objects.create(**window, key="acute", **span),
    )


def test_a_tier_has_one_window_for_each_known_chronicity(draft):
    first = tier(draft)
    window = {"protocol": draft, "tier": first, "position": 0, "min_days": 1, "max_days": 3}
    make = TrialWindow.objects.create
    make(**window, key="acute", chronicity="acute", default_days=2)
    broken("chronicity_once", lambda: make(**window, key="b", chronicity="acute", default_days=2))
    broken(
        "trialwindow_chronicity", lambda: make(**window, key="c", chronicity="old", default_days=2)
    )


def test_labels_uses_and_levels_are_the_known_ones(draft):
    row = {"protocol": draft, "key": "one", "position": 0}
    for model, name, fields in [
        (Evidence, "evidence_label", {"label": "rumour"}),
        (apps.get_model("pathway.Threshold"), "threshold_use", {"use": "mood", "value": 1}),
        (apps.get_model("pathway.SafetyQuestion"), "safetyquestion_level", {"level": "mild"}),
    ]:
        broken(name, lambda m=model, f=fields: m.objects.create(**row, **f))


def test_the_same_key_may_stand_in_two_versions(draft, protocol):
    condition = protocol.conditions.get(key="sciatica")
    Condition.objects.create(protocol=draft, key=condition.key, position=0)


def test_an_item_cannot_slip_past_the_licence(draft):
    odi = apps.get_model("pathway.Instrument").objects.create(
        protocol=draft,
        key="odi",
        position=0,
        minimum=0,
        maximum=100,
        higher_is_worse=True,
        scoring="total",
        may_ship_items=False,
        licence="licensed",
    )
    item = InstrumentItem(protocol=draft, instrument=odi, key="odi-1", position=0, text="Pain")
    with pytest.raises(DatabaseError, match="licence"), transaction.atomic():
        InstrumentItem.objects.bulk_create([item])


@pytest.mark.parametrize(
    ("name", "fields"),
    [
        ("instrument_ships_when_free", {"may_ship_items": True}),
        ("instrument_range", {"minimum": 100}),
        ("instrument_scoring", {"scoring": "guess"}),
        ("instrument_licence", {"licence": "borrowed"}),
    ],
)
def test_an_instrument_keeps_its_range_scoring_and_licence(draft, name, fields):
    row = {"protocol": draft, "key": "odi", "position": 0, "minimum": 0, "maximum": 100}
    row |= {"higher_is_worse": True, "scoring": "total", "may_ship_items": False}
    row |= {"licence": "licensed", **fields}
    broken(name, lambda: apps.get_model("pathway.Instrument").objects.create(**row))

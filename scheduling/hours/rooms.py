"""Rooms of the clinic are added, renamed, retired and brought back; the same room in other letters is that room."""

from __future__ import annotations

from datetime import datetime

from accounts.constraints import refused_as
from accounts.models import Clinic, User
from scheduling.models import Room
from scheduling.models.availability import plain


class RoomThere(Exception):
    """The clinic has a room of this name, in these letters or others; it may be retired."""


def add_room(*, clinic: Clinic, name: str) -> Room:
    """Raises RoomThere."""
    with refused_as(RoomThere, "one_room_per_name"):
        return Room.objects.create(clinic=clinic, name=name)


def rename_room(*, room: Room, name: str) -> None:
    """Everywhere: what is booked is in the same room. Raises RoomThere."""
    with refused_as(RoomThere, "one_room_per_name"):
        Room.objects.filter(pk=room.pk).update(name=name)


def retire_room(*, room: Room, by: User, now: datetime) -> None:
    """It cannot be chosen any more; hours and visits in it stay. Idempotent."""
    Room.objects.current().filter(pk=room.pk).update(retired_at=now, retired_by=by)


def bring_back_room(*, room: Room) -> None:
    Room.objects.filter(pk=room.pk).update(retired_at=None, retired_by=None)


def room_named(clinic: Clinic, name: str) -> Room:
    """The room of this name, in whatever letters; a new one where there is none."""
    rooms = Room.objects.of(clinic).alias(plain=plain("name"))
    letters = "".join(sign for sign in name.lower() if sign.isalnum())
    found = rooms.filter(plain=letters).first()
    return found or add_room(clinic=clinic, name=name)

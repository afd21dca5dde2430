"""The database refuses bad states; each constraint is attacked."""

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.models import Invitation, Membership, Notice, User

pytestmark = pytest.mark.django_db


def refuses(name, change):
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        change()


def test_an_email_belongs_to_one_person_whatever_its_case(ada):
    refuses(
        "one_user_per_email",
        lambda: User.objects.create(email=ada.email.upper(), joined_at=timezone.now()),
    )


def test_one_current_membership_a_clinic(ada, northside):
    refuses(
        "one_current_membership_per_clinic",
        lambda: Membership.objects.create(
            user=ada, clinic=northside, role="clinician", started_at=timezone.now()
        ),
    )


@pytest.mark.parametrize(
    ("model", "fields", "name"),
    [
        (Membership, {"ended_at": timezone.now()}, "membership_ended_at_with_by"),
        (Membership, {"role": "owner"}, "membership_role_known"),
        (Invitation, {"accepted_by": None}, "invitation_accepted_at_with_by"),
        (Invitation, {"role": "owner"}, "invitation_role_known"),
        (
            Notice,
            {"sent_at": timezone.now(), "given_up_at": timezone.now()},
            "notice_sent_or_given_up",
        ),
    ],
)
def test_a_row_is_whole_or_refused(model, fields, name, ada):
    rows = model.objects.filter(accepted_at__isnull=False) if model is Invitation else model.objects
    refuses(name, lambda: rows.update(**fields))

"""Maria sees who cares for her."""

import pytest

from patients.care_team.actions.care_team import join_care_team, take_off_team
from patients.models import CareTeamMember
from tests.factories import StaffFactory
from tests.pages import drawn

pytestmark = pytest.mark.usefixtures("trial")


def faces(page):
    said = drawn(page)
    return said[said.index("Your care team") :][:900] if "Your care team" in said else ""


@pytest.mark.parametrize(
    ("name", "initials"),
    [("Dr. Kim", "K"), ("Sara Lee", "SL"), ("Ana María de la Cruz", "AC"), ("Cher", "C")],
)
def test_initials_are_of_names_not_of_titles(northside, name, initials):
    member = StaffFactory(clinic=northside, role="clinician", name=name)

    assert CareTeamMember(membership=member.membership_as("clinician")).initials == initials


def test_who_cares_for_her_stands_on_her_first_page_until_they_leave(
    sign_in, maria, northside, ada, now
):
    sara = StaffFactory(clinic=northside, role="clinician", name="Sara Lee")
    join_care_team(patient=maria, membership=sara.membership_as("clinician"), by=ada, now=now)
    phone = sign_in(maria.user)
    assert "Sara Lee" in faces(phone.get("/home/"))

    member = CareTeamMember.objects.get(patient=maria, membership__user=sara)
    take_off_team(member=member, by=ada, now=now)

    assert "Sara Lee" not in faces(phone.get("/home/"))

"""What is drawn once a process: the same for many, and never anything of a person."""

import re
from pathlib import Path

import pytest
from django.template import Context, Template
from django.utils import translation

from accounts.models import Membership
from patients.models import Patient

pytestmark = pytest.mark.django_db

# Words from short lists; a clinic's number is printed at its door. Nothing of a person may be added.
NAMED = {"role", "is_own", "scope", "here", "is_locked", "clinic_phone"}
TAG = re.compile(r"{% drawn_once(.*?)%}")


def test_no_template_keeps_anything_but_words_from_short_lists():
    named = {
        given.partition("=")[0]
        for file in Path("templates").rglob("*.html")
        for tag in TAG.findall(file.read_text())
        for given in tag.split()
    }
    assert named == NAMED


def test_inside_nothing_is_known_but_what_is_named():
    page = Template(
        "{% load drawn_once %}{% drawn_once role=role %}{{ role }} {{ name }}"
        "{{ request.path }}{% csrf_token %}{% enddrawn_once %}"
    )
    secret = {"name": "Maria", "csrf_token": "secret"}

    assert page.render(Context({"role": "clinician", **secret})) == "clinician "
    assert page.render(Context({"role": "scheduler", **secret})) == "scheduler "


def test_a_person_cannot_be_named(maria):
    page = Template("{% load drawn_once %}{% drawn_once who=who %}{{ who }}{% enddrawn_once %}")
    with pytest.raises(TypeError):
        page.render(Context({"who": maria}))


def test_each_language_has_its_own():
    page = Template(
        "{% load drawn_once i18n %}{% drawn_once %}{% translate 'Yes' %}{% enddrawn_once %}"
    )
    for language, said in (("en", "Yes"), ("es", "Sí"), ("en", "Yes")):
        with translation.override(language):
            assert page.render(Context()) == said


def test_it_is_drawn_once():
    drawn = []
    page = Template(
        "{% load drawn_once %}{% drawn_once role='r' %}{% for one in many %}{% endfor %}x{% enddrawn_once %}"
    )
    node = page.nodelist[1]
    inside = node.inside.render
    node.inside.render = lambda context: drawn.append(1) or inside(context)
    for _ in range(3):
        page.render(Context())
    assert drawn == [1]


def navigation(browser, address="/home/"):
    return re.search(r"<nav.*?</nav>", browser.get(address).content.decode(), re.DOTALL)[0]


def test_a_change_of_language_is_seen_by_the_next_request(sign_in, maria, trial):
    phone = sign_in(maria.user)
    assert "My progress" in navigation(phone)

    Patient.objects.filter(pk=maria.pk).update(language="es")

    assert "Mi progreso" in navigation(phone)


def test_a_change_of_role_is_seen_by_the_next_request(sign_in, dr_kim):
    desk = sign_in(dr_kim)
    assert "Worklist" in navigation(desk, "/learn/")

    dr_kim.memberships.update(role="scheduler")

    assert "Worklist" not in navigation(desk, "/learn/")
    assert "Calendar" in navigation(desk, "/learn/")


def test_a_membership_that_ended_is_seen_by_the_next_request(sign_in, dr_kim, ada, now):
    desk = sign_in(dr_kim)
    assert desk.get("/worklist/").status_code == 200

    dr_kim.memberships.update(ended_at=now, ended_by=ada)

    assert desk.get("/worklist/").status_code == 403
    assert "Worklist" not in navigation(desk, "/learn/")


def test_a_second_factor_that_was_taken_away_is_seen_by_the_next_request(sign_in, dr_kim):
    desk = sign_in(dr_kim)
    assert desk.get("/worklist/").status_code == 200

    dr_kim.authenticator_set.all().delete()

    assert desk.get("/worklist/").status_code == 302


def test_a_page_marks_its_own_place(sign_in, maria, trial):
    phone = sign_in(maria.user)
    for address in ("/home/", "/progress/", "/home/"):
        marked = re.findall(r'href="([^"]+)" aria-current="page"', navigation(phone, address))
        assert marked == [address]


def test_who_works_here_and_is_in_care_reads_the_right_navigation(
    sign_in, maria, trial, northside, now
):
    phone = sign_in(maria.user)
    assert "Calendar" not in navigation(phone, "/learn/")

    Membership.objects.create(user=maria.user, clinic=northside, role="scheduler", started_at=now)

    assert "Calendar" in navigation(phone, "/learn/")
    assert "My progress" in navigation(phone)

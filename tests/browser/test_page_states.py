"""A patient's pages with a full record, by day and night, large, in forced colours: axe, room, thumbs."""

import pytest

from tests.browser.patient import SMALL, full_record
from tests.conftest import publish
from tests.factories import ClinicAtNoonFactory, PatientFactory, StaffFactory

pytestmark = [pytest.mark.browser, pytest.mark.processes]

PAGES = (
    *(
        "/progress/?period=all",
        "/my-pathway/",
        "/visit-brief/",
        "/my-data/",
        "/programme/",
        "/learn/steps/5/",
    ),
    *(
        "/visits/",
        "/activities/",
        "/review/",
        "/safety/",
        "/my-data/access-history/",
        "/my-data/phone/",
    ),
    *("/my-data/close-account/", "/questionnaires/check-in/", "/questionnaires/rmdq/"),
    *(
        "/account/email/",
        "/account/sessions/",
        "/help-now/",
    ),
    *("/learn/", "/learn/search/?q=pain", "/learn/sources/"),
)
# Links that stand alone; those within a sentence are as high as its line.
SMALL_TARGETS = """
[...document.querySelectorAll('main :is(a, button, summary), main label:has(input)')].filter((each) =>
  !each.closest('svg') && each.getClientRects().length
  && each.parentElement.textContent.trim().replace(/\\s+/g, ' ') === each.textContent.trim().replace(/\\s+/g, ' ')
  && !each.closest('dd:not(.change), cite') && each.getBoundingClientRect().height < 44
).map((each) => each.textContent.trim())
"""
OUTSIDE = """
[...document.querySelectorAll('.pyramid text')].filter((text) => {
  const [box, all] = [text.getBoundingClientRect(), text.closest('svg').getBoundingClientRect()];
  return box.right > all.right + 1 || box.bottom > all.bottom + 1;
}).map((text) => text.textContent)
"""
UNDERLINES = """
[...document.querySelectorAll('.tabs a')].map((tab) => getComputedStyle(tab).borderBlockEndColor)
"""


def test_every_page_in_every_look(as_person, look, transactional_db):
    publish()
    dr_kim = StaffFactory(clinic=ClinicAtNoonFactory(), role="clinician", name="Dr. Kim")
    page = as_person(full_record(dr_kim).patient.user, **SMALL)

    for url in PAGES:
        assert page.goto(url).status == 200
        look(page, SMALL_TARGETS, OUTSIDE)
    page.goto("/progress/")
    here, *others = sorted(page.evaluate(UNDERLINES), key=page.evaluate(UNDERLINES).count)
    assert here not in others


@pytest.mark.parametrize("url", ["/learn/", "/learn/conditions/sciatica/", "/learn/sources/"])
def test_long_spanish_words_in_large_text(as_person, look, url, transactional_db):
    publish()
    clinic = ClinicAtNoonFactory()
    dr_kim = StaffFactory(clinic=clinic, role="clinician")
    rosa = PatientFactory(clinic=clinic, by=dr_kim, name="Rosa Delgado", language="es")
    page = as_person(rosa.user, **SMALL)
    page.goto(url)
    look(page)

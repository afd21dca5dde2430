"""A deadlock or a lock that is held too long never costs a person what they sent."""

import re
from threading import Event, Thread

import pytest
from django.core.files.base import ContentFile
from django.db import connection, transaction
from django.http import HttpResponse
from django.urls import include, path

from accounts.access import public
from patients.models import Episode, SymptomLog
from tests.running import wait_until, waits_for_a_lock

BREAK_OFF = "DO $$ BEGIN RAISE EXCEPTION 'broken off' USING ERRCODE = '{}'; END $$"
tries = []


@public
def broken_off_once(request, code):
    tries.append(dict(request.POST) | {name: [file.read()] for name, file in request.FILES.items()})
    if len(tries) == 1 or code == "always":
        with connection.cursor() as cursor:
            cursor.execute(BREAK_OFF.format("40P01" if code == "always" else code))
    return HttpResponse(f"saved {request.POST.get('note')}")


urlpatterns = [path("broken/<str:code>/", broken_off_once), path("", include("spinecare.urls"))]


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("code", ["40P01", "55P03", "40001"])
def test_what_was_broken_off_is_done_once_more(client, settings, code):
    settings.ROOT_URLCONF = __name__
    tries.clear()

    answer = client.post(f"/broken/{code}/", {"note": "Long drive"})

    assert answer.content == b"saved Long drive"
    assert tries == [{"note": ["Long drive"]}] * 2


@pytest.mark.django_db(transaction=True)
def test_a_file_is_read_from_its_beginning_again(client, settings):
    settings.ROOT_URLCONF = __name__
    tries.clear()

    client.post("/broken/40P01/", {"diary": ContentFile(b"day,pain", name="diary.csv")})

    assert [each["diary"] for each in tries] == [[b"day,pain"]] * 2


@pytest.mark.django_db(transaction=True)
def test_another_error_of_the_database_is_not_tried_again(client, settings):
    settings.ROOT_URLCONF = __name__
    client.raise_request_exception = False
    tries.clear()

    assert client.post("/broken/57014/").status_code == 500
    assert len(tries) == 1


@pytest.fixture
def busy_episode(episode):
    """Somebody else holds the record until the test lets go."""
    held, let_go = Event(), Event()

    def hold():
        with transaction.atomic():
            Episode.objects.select_for_update().get(pk=episode.pk)
            held.set()
            let_go.wait(60)
        connection.close()

    other = Thread(target=hold)
    other.start()
    held.wait(60)
    yield let_go
    let_go.set()
    other.join()


@pytest.mark.django_db(transaction=True)
def test_a_record_that_stays_busy_gives_the_answers_back(trial, maria, sign_in, busy_episode):
    phone = sign_in(maria.user)
    shown = phone.get("/log/").context["form"]
    answers = {field.name: str(field.value()) for field in shown.hidden_fields()}
    with connection.cursor() as cursor:
        cursor.execute("SET lock_timeout = '50ms'")

    page = phone.post("/log/", {**answers, "average_pain": "4", "alarms": ["bladder", "bowel"]})

    said = page.content.decode()
    assert (page.status_code, page.headers["Retry-After"]) == (503, "2")
    assert "What you sent is not saved yet. Your answers are still here." in said
    assert not SymptomLog.objects.exists()
    sent = re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', said)
    assert [value for name, value in sent if name == "alarms"] == ["bladder", "bowel"]

    busy_episode.set()
    wait_until(lambda: not waits_for_a_lock(), 30, "the other's leave")
    again = {name: [each for key, each in sent if key == name] for name, _value in sent}
    phone.post("/log/", again)

    assert SymptomLog.objects.get().average_pain == 4
    with connection.cursor() as cursor:
        cursor.execute("RESET lock_timeout")


@pytest.mark.django_db(transaction=True)
def test_no_secret_is_written_into_the_page(client, settings):
    settings.ROOT_URLCONF = __name__
    typed = {
        "login": "maria@example.com",
        "password": "brown cow",
        "new_password1": "red cow",
        "code": "X7",
    }

    said = client.post("/broken/always/", typed).content.decode()

    assert "maria@example.com" in said
    assert not any(secret in said for secret in ("brown cow", "red cow", "X7"))


@pytest.mark.django_db(transaction=True)
def test_a_page_that_is_only_read_has_a_link_to_itself(client, settings):
    settings.ROOT_URLCONF = __name__

    page = client.get("/broken/always/?week=2")

    assert page.status_code == 503
    assert 'href="/broken/always/?week=2"' in page.content.decode()

"""What a page costs at the least: a plain Django project's middleware, one small page, one small form.

Nothing of ours is in it but the database and the table of people. The form checks three answers and
inserts one row; the page says who is signed in and carries one form.
"""

from uuid import uuid4

from django import forms
from django.conf import settings
from django.db import connection, models
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.template.backends.django import DjangoTemplates
from django.utils import timezone

MIDDLEWARE = [  # what `startproject` writes
    "django.middleware.security.SecurityMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]
BACKEND = "django.contrib.auth.backends.ModelBackend"
PAGE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Plain</title></head>
<body><nav><a href="{% url "plain" %}">Home</a></nav>
{% for message in messages %}<p>{{ message }}</p>{% endfor %}
<main><h1>Hello {{ user.name }}</h1>
<form method="post">{% csrf_token %}<input name="average_pain"><button>Save</button></form></main>
</body></html>"""

PROCESSORS = ("template.context_processors.request", "contrib.auth.context_processors.auth",
              "contrib.messages.context_processors.messages")  # fmt: skip
ENGINE = DjangoTemplates({
    "NAME": "plain", "DIRS": [], "APP_DIRS": False,
    "OPTIONS": {"context_processors": [f"django.{name}" for name in PROCESSORS]},
})  # fmt: skip
TEMPLATE = ENGINE.from_string(PAGE)


class Row(models.Model):
    """As a diary would be written first: no constraint, no history."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    submission = models.UUIDField(default=uuid4)
    at = models.DateTimeField(default=timezone.now)
    pain = models.PositiveSmallIntegerField()
    interference = models.PositiveSmallIntegerField(null=True)
    programme = models.CharField(max_length=10)

    class Meta:
        app_label = "bench"

    def __str__(self) -> str:
        return str(self.pain)


class Answers(forms.Form):
    average_pain = forms.IntegerField(min_value=0, max_value=10)
    interference = forms.IntegerField(min_value=0, max_value=10, required=False)
    programme = forms.CharField(max_length=10)


def make_table() -> None:
    with connection.schema_editor() as editor:
        editor.create_model(Row)


def page(request: HttpRequest) -> HttpResponse:
    return HttpResponse(TEMPLATE.render({}, request))


def save(request: HttpRequest) -> HttpResponse:
    form = Answers(request.POST)
    if not request.user.is_authenticated or not form.is_valid():
        return render(request, "400.html", status=400)
    said = form.cleaned_data
    Row.objects.create(
        user=request.user,
        pain=said["average_pain"],
        interference=said["interference"],
        programme=said["programme"],
    )
    return redirect("plain")

import os

from django.core.wsgi import get_wsgi_application

from spinecare.bodies import OnlyUtf8

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "spinecare.settings")
# Somebody waits for the page: a statement that takes longer is of no use to them, and holds a thread.
os.environ.setdefault("STATEMENT_TIMEOUT", "20s")

application = OnlyUtf8(get_wsgi_application())

from spinecare.privileges import refuse_a_wide_role  # noqa: E402 - it needs the apps

refuse_a_wide_role()

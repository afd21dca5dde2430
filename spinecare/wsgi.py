import os

from django.core.wsgi import get_wsgi_application

from spinecare.bodies import OnlyUtf8

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "spinecare.settings")
# Somebody waits for the page: a statement that takes longer is of no use to them, and holds a thread.
os.environ.setdefault("STATEMENT_TIMEOUT", "20s")

application = OnlyUtf8(get_wsgi_application())


def refuse_a_wide_role() -> None:
    """In production the web process does not start with a role that could change what is final."""
    from django.conf import settings
    from django.db import DatabaseError

    from spinecare.privileges import too_wide

    try:
        wide = too_wide() if settings.PRODUCTION else []
    except DatabaseError:
        return  # a database that is away now says so on every page; the next start looks again
    if wide:
        raise SystemExit(
            f"The database role may do what it must not ({wide[0]} and {len(wide) - 1} more). "
            "As the owner of the tables run: manage.py limit_role ROLE"
        )


refuse_a_wide_role()

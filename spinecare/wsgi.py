import os
import tempfile
from pathlib import Path

from django.core.wsgi import get_wsgi_application

from spinecare.bodies import OnlyUtf8


def share_counts() -> None:
    """The processes of one web server add up what they count, in files of its own; a new server begins anew.
    In a demo each counts for itself, and nothing is left behind."""
    if os.environ.get("SPINECARE_MODE", "production") != "production":
        return
    folder = Path(tempfile.gettempdir()) / f"spinecare-counts-{os.getuid()}-{os.getppid()}"
    folder.mkdir(mode=0o700, exist_ok=True)
    if folder.stat().st_uid == os.getuid():
        os.environ.setdefault("PROMETHEUS_MULTIPROC_DIR", str(folder))


share_counts()
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "spinecare.settings")
# Somebody waits for the page: a statement that takes longer is of no use to them, and holds a thread.
os.environ.setdefault("STATEMENT_TIMEOUT", "20s")
os.environ.setdefault("ANSWER_TIMEOUT", "25")

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

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

from spinecare.privileges import refuse_a_wide_role  # noqa: E402 - it needs the apps

refuse_a_wide_role()

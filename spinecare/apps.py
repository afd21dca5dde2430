from importlib import import_module
from typing import Any

from django.apps import AppConfig
from django.db.models.signals import post_migrate


class SpinecareConfig(AppConfig):
    name = "spinecare"

    def ready(self) -> None:
        import_module("spinecare.checks")
        for counter in ("metrics", "task_counts"):
            import_module(f"spinecare.{counter}").listen()
        post_migrate.connect(limit_roles)


def limit_roles(sender: AppConfig, **_kwargs: Any) -> None:
    """After each `migrate`, of what is new and of what was granted since."""
    from spinecare.privileges import APPS, limit_others

    if sender.label in APPS:
        limit_others(sender.label)

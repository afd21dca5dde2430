from importlib import import_module

from django.apps import AppConfig


class SpinecareConfig(AppConfig):
    name = "spinecare"

    def ready(self) -> None:
        import_module("spinecare.checks")
        for counter in ("metrics", "task_counts"):
            import_module(f"spinecare.{counter}").listen()

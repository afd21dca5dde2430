from django.apps import AppConfig


class SchedulingConfig(AppConfig):
    name = "scheduling"

    def ready(self) -> None:
        from scheduling import panels  # noqa: F401  (fills its panels)
        from scheduling.hours import duties as hours  # noqa: F401  (what ends with somebody's work)
        from scheduling.reminders.actions import send  # noqa: F401  (looks after its messages)
        from scheduling.visit_types import duties as visit_types  # noqa: F401  (the same)
        from scheduling.visits import (
            duties,  # noqa: F401  (what is handed over)
            invitations,  # noqa: F401  (the same)
            letting_go,  # noqa: F401  (what has to be settled)
        )
        from scheduling.waitlist.actions import offering  # noqa: F401  (the same)

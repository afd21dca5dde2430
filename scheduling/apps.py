from django.apps import AppConfig


class SchedulingConfig(AppConfig):
    name = "scheduling"

    def ready(self) -> None:
        from scheduling import panels  # noqa: F401  (fills its panels)
        from scheduling.reminders.actions import send  # noqa: F401  (looks after its messages)
        from scheduling.visits import invitations  # noqa: F401  (the same)
        from scheduling.waitlist.actions import offering  # noqa: F401  (the same)

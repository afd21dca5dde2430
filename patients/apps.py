from django.apps import AppConfig


class PatientsConfig(AppConfig):
    name = "patients"

    def ready(self) -> None:
        from patients.care_team import duties  # noqa: F401  (what is handed over)
        from patients.packets import panels as payers  # noqa: F401  (fills its panel)
        from patients.portal import panels  # noqa: F401  (fills its panels)
        from patients.worklist import duties as flags  # noqa: F401  (after the care teams)

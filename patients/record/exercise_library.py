"""Common exercises in our own words, with drawings of our own (`static/exercises.svg`). A therapist picks from
them and may say it in other words; nothing here is shown to a patient for whom nobody chose it."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from patients.fields import Words
from patients.models import Exercise


@dataclass(frozen=True)
class LibraryExercise:
    """`key` is also the name of its drawing."""

    key: str
    name: Words
    how: Words


LIBRARY = {
    each.key: each
    for each in (
        LibraryExercise(
            "pelvic-tilt",
            _("Pelvic tilt"),
            _(
                "Lie on your back with your knees bent. Press your low back to the floor. Let go slowly."
            ),
        ),
        LibraryExercise(
            "knee-to-chest",
            _("Knee to chest"),
            _(
                "Lie on your back. Pull one knee to your chest with both hands. Hold it, then change legs."
            ),
        ),
        LibraryExercise(
            "knee-rolls",
            _("Knee rolls"),
            _(
                "Lie on your back with your knees bent. Let both knees sink to one side, then to the other."
            ),
        ),
        LibraryExercise(
            "bridge",
            _("Bridge"),
            _(
                "Lie on your back with your knees bent. Lift your hips off the floor. Lower them slowly."
            ),
        ),
        LibraryExercise(
            "cat-and-cow",
            _("Cat and cow"),
            _("Go on hands and knees. Round your back up, then let it sink. Move slowly."),
        ),
        LibraryExercise(
            "bird-dog",
            _("Arm and leg reach"),
            _(
                "Go on hands and knees. Reach out one arm and the leg of the other side. Keep your back still."
            ),
        ),
        LibraryExercise(
            "prone-press-up",
            _("Press-up on the elbows"),
            _(
                "Lie on your front. Prop yourself up on your elbows. Let your hips stay on the floor."
            ),
        ),
        LibraryExercise(
            "leg-stretch",
            _("Back of the leg stretch"),
            _(
                "Lie on your back. Hold one leg behind the knee. Stretch that leg up until you feel a pull."
            ),
        ),
        LibraryExercise(
            "chin-tuck",
            _("Chin tuck"),
            _(
                "Sit tall and look straight ahead. Draw your chin back, as if to make a double chin."
            ),
        ),
        LibraryExercise(
            "shoulder-blades",
            _("Shoulder blades together"),
            _("Sit or stand tall. Draw your shoulder blades back and together. Let go slowly."),
        ),
    )
}


@dataclass(frozen=True)
class ShownExercise:
    """An exercise as people read it: the therapist's words where there are any, else ours."""

    row: Exercise

    @property
    def _ours(self) -> LibraryExercise | None:
        return LIBRARY.get(self.row.key)

    @property
    def name(self) -> str:
        return self.row.name or (str(self._ours.name) if self._ours else self.row.key)

    @property
    def how(self) -> str:
        return self.row.how or (str(self._ours.how) if self._ours else "")

    @property
    def drawing(self) -> str:
        """The symbol of its picture, or "" where there is none."""
        return self.row.key if self._ours else ""

"""Two records become one while somebody writes to the one that goes: the row goes along."""

from __future__ import annotations

import pgtrigger

# The row lock waits for a merge that is under way, and reads what it has decided; one that comes later waits
# for this row and moves it. A record that was merged twice leads on.
FOLLOW = """
    IF TG_OP = 'UPDATE' AND NEW.patient_id = OLD.patient_id THEN
        RETURN NEW;
    END IF;
    LOOP
        SELECT merged_into_id INTO goes_on FROM patients_patient WHERE id = NEW.patient_id FOR KEY SHARE;
        EXIT WHEN goes_on IS NULL;
        NEW.patient_id := goes_on;
    END LOOP;
    RETURN NEW;
"""


def follows_merge() -> pgtrigger.Trigger:
    """For each table whose rows a merge moves: none is left behind on the record that nobody sees any more."""
    return pgtrigger.Trigger(
        name="follow_merge",
        when=pgtrigger.Before,
        operation=pgtrigger.Insert | pgtrigger.UpdateOf("patient_id"),  # type: ignore[no-untyped-call]
        declare=[("goes_on", "BIGINT")],
        func=FOLLOW,
    )

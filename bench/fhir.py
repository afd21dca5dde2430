"""Everything that a clinic gives out through FHIR, written into a folder and read back by the models of R4B.

python -m bench.fhir FOLDER     (on the database of the settings: SPINECARE_MODE=demo while the demo runs)

Then, where node is present, other validators read the same folder (docs/recipes.md).
"""

import json
import os
import sys
from collections import Counter
from pathlib import Path


def main() -> int:
    import django

    django.setup()
    from django.utils import translation

    folder = Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    with translation.override("en"):
        written, refused = write_clinics(folder)
    for name in written:
        print(f"{name:24}{written[name]:7,} written {refused[name]:5,} refused")
    print(f"{'all':24}{written.total():7,} written {refused.total():5,} refused")
    return 1 if refused else 0


def write_clinics(folder: Path) -> tuple[Counter[str], Counter[str]]:
    from accounts.models import Clinic, System

    written: Counter[str] = Counter()
    refused: Counter[str] = Counter()
    for clinic in Clinic.objects.order_by("pk"):
        write_kinds(folder, System(clinic=clinic), written, refused)
    return written, refused


def write_kinds(folder: Path, viewer, written: Counter[str], refused: Counter[str]) -> None:
    from exchange.resources import KINDS

    for name, kind in KINDS.items():
        rows = [(source, row) for source in kind.sources for row in source.rows(viewer)]
        entries = [{"resource": source.resource(row)} for source, row in rows]
        written[name] += len(entries)
        refused[name] += sum(not is_valid(entry["resource"]) for entry in entries)
        bundle = {"resourceType": "Bundle", "type": "collection", "entry": entries}
        (folder / f"{viewer.clinic_id}-{name}.json").write_text(json.dumps(bundle))


def is_valid(resource) -> bool:
    from fhir.resources.R4B import get_fhir_model_class
    from pydantic import ValidationError

    try:
        get_fhir_model_class(resource["resourceType"]).model_validate(resource)
    except ValidationError as error:
        print(f"{resource['resourceType']}/{resource['id']}: {error}")
        return False
    return True


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "spinecare.settings")
    sys.exit(main())

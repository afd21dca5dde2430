"""Two public clients read a running clinic: discovery, token, search, paging, everything of a patient.

python bench/other_houses/clients.py http://127.0.0.1:8000 CLIENT.json
in an environment of its own with fhirclient 4.4, fhirpy 2.3 and pyjwt[crypto]. CLIENT.json has the client_id that the
page "Connected systems" shows, and the private keys `rsa` (kid r) and `ec` (kid e) as PEM.
"""

import json
import sys
import time
import uuid
from pathlib import Path

import jwt
import requests

SITE = sys.argv[1]
BASE = f"{SITE}/fhir/r4"
OWN = json.loads(Path(sys.argv[2]).read_text())
KEYS = {"RS384": ("r", OWN["rsa"]), "ES384": ("e", OWN["ec"])}
PAGE = 40


def assertion(token_url: str, algorithm: str) -> str:
    kid, key = KEYS[algorithm]
    claims = {
        "iss": OWN["client_id"],
        "sub": OWN["client_id"],
        "aud": token_url,
        "exp": int(time.time()) + 240,
        "jti": str(uuid.uuid4()),
    }
    return jwt.encode(claims, key, algorithm=algorithm, headers={"kid": kid})


def discovered() -> str:
    smart = requests.get(f"{BASE}/.well-known/smart-configuration", timeout=10).json()
    return smart["token_endpoint"]


def by_fhirclient() -> dict[str, int]:
    from fhirclient import client
    from fhirclient.models import observation, patient

    settings = {
        "app_id": OWN["client_id"],
        "api_base": BASE,
        "scope": "system/*.rs",
        "jwt_token": assertion(discovered(), "RS384"),
    }
    smart = client.FHIRClient(settings=settings)
    smart.server.get_capability()  # finds the token's address in the CapabilityStatement
    smart.wants_patient = False
    smart.authorize()
    patients = list(patient.Patient.where({"_count": "20"}).perform_resources_iter(smart.server))
    asked = {"code": "72514-3", "_count": str(PAGE)}
    days = list(observation.Observation.where(asked).perform_resources_iter(smart.server))
    one = patient.Patient.read(patients[0].id, smart.server)
    assert one.name[0].text == patients[0].name[0].text
    return {"Patient": len(patients), "Observation": len(days)}


def by_fhirpy() -> dict[str, int]:
    from fhirpy import SyncFHIRClient

    token_url = discovered()
    sent = {
        "grant_type": "client_credentials",
        "scope": "system/*.read",
        "client_assertion_type": "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
        "client_assertion": assertion(token_url, "ES384"),
    }
    token = requests.post(token_url, data=sent, timeout=10).json()["access_token"]
    client = SyncFHIRClient(BASE, authorization=f"Bearer {token}")
    found = {
        name: len(client.resources(name).limit(PAGE).fetch_all())
        for name in ("Patient", "Condition", "CarePlan", "Goal", "Observation", "Questionnaire")
    }
    assert client.resources("Observation").count() == found["Observation"]
    first = client.resources("Patient").first()
    named = client.resources("Patient").search(name=first["name"][0]["family"]).fetch_all()
    assert first["id"] in [each["id"] for each in named]
    whole = client.execute(f"Patient/{first['id']}/$everything", method="get")
    return found | {"everything": len(whole["entry"])}


def main() -> int:
    print("fhirclient, RS384:", by_fhirclient())
    print("fhirpy, ES384:", by_fhirpy())
    return 0


if __name__ == "__main__":
    sys.exit(main())

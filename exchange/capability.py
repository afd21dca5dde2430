"""What this server can do, for programs to read: CapabilityStatement, and SMART's own page."""

from __future__ import annotations

from typing import Any

from exchange.datatypes import TERMS, US_CORE, Resource, base
from exchange.resources import KINDS
from exchange.sources import Kind
from exchange.tokens import scope

# When what stands here was changed last.
DATE = "2026-11-30"
OAUTH = "http://fhir-registry.smarthealthit.org/StructureDefinition/oauth-uris"
EVERYTHING = "http://hl7.org/fhir/OperationDefinition/Patient-everything"
ALGORITHMS = ["RS384", "ES384"]
READ_ONLY = (
    "Read only. A search with a parameter that is not listed is refused. Flags, findings and the numbers of"
    " the rules are for the clinic's people and are not given out."
)


def capability_statement(token_url: str) -> Resource:
    return {
        "resourceType": "CapabilityStatement",
        "status": "active",
        "date": DATE,
        "kind": "instance",
        "software": {"name": "Spinecare"},
        "implementation": {"description": "Spinecare, FHIR R4", "url": base()},
        "fhirVersion": "4.0.1",
        "format": ["json"],
        "rest": [
            {
                "mode": "server",
                "documentation": READ_ONLY,
                "security": _security(token_url),
                "resource": [_resource(kind) for kind in KINDS.values()],
            }
        ],
    }


def _security(token_url: str) -> dict[str, Any]:
    system = f"{TERMS}restful-security-service"
    return {
        "extension": [
            {"url": OAUTH, "extension": [{"url": "token", "valueUri": token_url}]},
        ],
        "service": [{"coding": [{"system": system, "code": "SMART-on-FHIR"}]}],
    }


def _resource(kind: Kind) -> dict[str, Any]:
    said: dict[str, Any] = {
        "type": kind.name,
        "interaction": [{"code": "read"}, {"code": "search-type"}],
        "versioning": "no-version",
        "searchParam": [{"name": name, "type": of} for name, of in sorted(kind.params.items())],
    }
    if kind.profile:
        said["supportedProfile"] = [f"{US_CORE}{kind.profile}"]
    if kind.name == "Patient":
        said["operation"] = [{"name": "everything", "definition": EVERYTHING}]
    return said


def smart_configuration(token_url: str) -> dict[str, Any]:
    return {
        "token_endpoint": token_url,
        "token_endpoint_auth_methods_supported": ["private_key_jwt"],
        "token_endpoint_auth_signing_alg_values_supported": ALGORITHMS,
        "grant_types_supported": ["client_credentials"],
        "scopes_supported": [scope(name) for name in KINDS] + [scope("*")],
        "capabilities": ["client-confidential-asymmetric", "permission-v1", "permission-v2"],
    }

"""What other systems read of a clinic's records: FHIR R4, and who may (docs/adr/0028)."""

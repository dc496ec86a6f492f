"""What DSP has no word for, under absolute IRIs, so that JSON-LD readers keep it and others pass it by."""

from __future__ import annotations

_DCT = "http://purl.org/dc/terms/"
_OWN = "urn:skillspace:term:"
TITLE, DESCRIPTION, MODIFIED = f"{_DCT}title", f"{_DCT}description", f"{_DCT}modified"
MEDIA_TYPE = "http://www.w3.org/ns/dcat#mediaType"
KIND, PERSONAL, PURPOSE, RETENTION = f"{_OWN}kind", f"{_OWN}personal", f"{_OWN}purpose", f"{_OWN}retentionDays"
#: The `format` by which a catalog names another one (DSP 2025-1 §5, example of nested catalogs).
CATALOG_FORMAT = "Catalog"
#: Headers between nodes that know them: the state of the catalog that was sent, and the state that is known already.
DIGEST, KNOWN_DIGEST = "Skillspace-Catalog-Digest", "Skillspace-Catalog-Known"

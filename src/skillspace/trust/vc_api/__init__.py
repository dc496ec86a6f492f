"""The VC-API (W3C CCG): programs of the organisation have credentials issued, checked and taken back over HTTP."""

from skillspace.trust.vc_api.api import VC_API_PATH, VC_STATUS_PATH, vc_api_router
from skillspace.trust.vc_api.service import VcApi
from skillspace.trust.vc_api.terms import VcApiTerms

__all__ = ["VC_API_PATH", "VC_STATUS_PATH", "VcApi", "VcApiTerms", "vc_api_router"]

"""Who may use the VC-API, as an operator sets it (``[vc_api]`` in ``node.toml``). Without it there is none."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field


class VcApiTerms(BaseModel):
    """Whoever shows the token may issue in the organisation's name, so only its SHA-256 is written down."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    #: The SHA-256 of the token, in hexadecimal; without one only programs on a loopback node's own machine come in.
    token_sha256: str | None = Field(default=None, pattern=r"^[0-9a-f]{64}$")
    #: Under which of its names the node issues: its address (did:web), or its proof key alone (did:key).
    issuer: Literal["web", "key"] = "web"

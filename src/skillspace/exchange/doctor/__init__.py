"""The doctor: is a peer reachable both ways, are clocks, certificates, identity, dialects and credentials in order, and
what is to be mended. The command and the page of peers show the same findings."""

from skillspace.exchange.doctor.echo import EchoBack, echo_router
from skillspace.exchange.doctor.examinations import Examination, Examinations
from skillspace.exchange.doctor.findings import CHECKS, Finding, Level, exit_code, worst
from skillspace.exchange.doctor.ports import Instruments
from skillspace.exchange.doctor.service import Doctor

__all__ = [
    "CHECKS",
    "Doctor",
    "EchoBack",
    "Examination",
    "Examinations",
    "Finding",
    "Instruments",
    "Level",
    "echo_router",
    "exit_code",
    "worst",
]

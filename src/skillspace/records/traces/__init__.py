"""Traces: what other systems log of learning, turned into xAPI 2.0 statements, with a report of what stayed behind.

A source is one file with a `SOURCE`; a table has one made of its mapping (`mapped`). Every statement that comes out
was read strictly, as a learning record store does.
"""

from skillspace.records.traces import caliper, cmi5, matomo, moodle_log, scorm, vr, xapi
from skillspace.records.traces.mapped import mapped
from skillspace.records.traces.opening import opened, records
from skillspace.records.traces.source import Origin, Report, Source, convert, convert_pieces

SOURCES = {
    one.name: one
    for one in (
        caliper.SOURCE,
        cmi5.SOURCE,
        matomo.SOURCE,
        moodle_log.SOURCE,
        scorm.SOURCE,
        vr.SOURCE,
        xapi.SOURCE,
    )
}
"""Every kind of record that is read, by its name; tables besides, by their mapping."""

__all__ = ["SOURCES", "Origin", "Report", "Source", "convert", "convert_pieces", "mapped", "opened", "records"]

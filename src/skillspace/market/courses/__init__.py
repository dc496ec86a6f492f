"""Courses: one form for every source, as lines that travel; real offers, and the starter pack's invented ones."""

from skillspace.market.courses.codec import read_course, write_course
from skillspace.market.courses.collected import collected_courses
from skillspace.market.courses.model import Course
from skillspace.market.courses.starter import read_starter_courses

__all__ = ["Course", "collected_courses", "read_course", "read_starter_courses", "write_course"]

"""Vacancies: one form for every source, as lines that travel; real ads, and generated ones for volume."""

from skillspace.market.vacancies.codec import read_vacancy, write_vacancy
from skillspace.market.vacancies.collected import collected_vacancies
from skillspace.market.vacancies.generate import generated_vacancies
from skillspace.market.vacancies.model import Vacancy

__all__ = ["Vacancy", "collected_vacancies", "generated_vacancies", "read_vacancy", "write_vacancy"]

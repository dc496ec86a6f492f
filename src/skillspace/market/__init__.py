"""What people can move to: vacancies, courses."""

from skillspace.market.feeds import Feeds

__all__ = ["Feeds"]

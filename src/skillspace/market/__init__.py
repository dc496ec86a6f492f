"""What people can move to: vacancies, courses."""

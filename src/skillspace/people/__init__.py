"""People and their space: accounts, profile, sharing."""

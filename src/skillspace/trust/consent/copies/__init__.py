"""Who holds copies under which yes, what they were told, and what they signed."""

"""Tables: CSV as school systems give it out, and any other with a mapping of one's own."""

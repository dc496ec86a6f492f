"""One organisation's running program: settings, composition, ASGI application."""

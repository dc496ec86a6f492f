"""The demo data space: seven invented organisations and four invented people, on real nodes."""

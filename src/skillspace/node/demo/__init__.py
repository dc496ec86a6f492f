"""The demo data space: seven invented organisations and five invented people, on real nodes."""

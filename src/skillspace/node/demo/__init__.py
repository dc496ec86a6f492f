"""The demo data space: seven invented organisations and three invented people, on real nodes."""

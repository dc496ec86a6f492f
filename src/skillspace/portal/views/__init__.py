"""View models, one frozen dataclass a page: all a page needs, as plain values, so pages know nothing of services."""

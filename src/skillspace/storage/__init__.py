"""Where a node keeps things: database, unit of work, stored tasks, outbox, migrations."""

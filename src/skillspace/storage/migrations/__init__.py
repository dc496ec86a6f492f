"""The history of a node's tables, one file a change in ``versions``; `storage.migrating` brings a database along it."""

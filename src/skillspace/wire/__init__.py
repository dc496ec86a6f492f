"""What crosses between nodes, byte by byte: keys, signatures, JSON-LD contexts, schemas, outbound HTTP."""

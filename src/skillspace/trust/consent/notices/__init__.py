"""What people are told before they say yes: versioned, hash-linked notices, made from what organisations published."""

"""Digital credentials: badges, diplomas and learners' records, each an issuer's to sign."""

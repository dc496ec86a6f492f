"""Who is who, who belongs, and who said yes to what: identity, membership, policy, consent."""

"""Work: what employers, employment agencies and professional bodies attest."""

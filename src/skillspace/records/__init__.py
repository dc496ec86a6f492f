"""Reading and writing proofs of what people can do: formats, credentials, skill assertions."""

"""Judgements people made, kept to measure by: texts with what they say, and pairs of competences."""

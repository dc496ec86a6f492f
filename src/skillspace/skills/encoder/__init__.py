"""The project's own compact multilingual encoder: job titles, skills and sentences as vectors, with numpy alone."""

from skillspace.skills.encoder.encoder import Encoder, quantised, write_encoder
from skillspace.skills.encoder.tokens import Pieces, folded_pieces, pieces, words

__all__ = ["Encoder", "Pieces", "folded_pieces", "pieces", "quantised", "words", "write_encoder"]

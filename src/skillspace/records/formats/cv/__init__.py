"""CVs: what people write of themselves, in an editor's format, a network's archive or a web page's data."""

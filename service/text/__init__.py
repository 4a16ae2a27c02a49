"""PURE. Bytes to the canonical text of one article."""

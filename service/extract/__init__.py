"""PURE. Facts out of a clean article, each with the words that prove it."""

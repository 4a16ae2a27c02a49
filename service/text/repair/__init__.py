"""PURE. The named steps that undo the damage of scraped pages."""

"""The order of the calls, and the worker processes for what costs CPU. Light to import: workers begin here."""

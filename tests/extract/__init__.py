"""The rules read their examples as if published on 21 June 2024."""

import datetime as dt

from service.extract.grammar import Context

CONTEXT = Context(published=dt.date(2024, 6, 21))

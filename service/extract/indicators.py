"""Figures about many projects or about a whole region."""

from collections.abc import Iterator, Sequence

from service.extract.clauses import Reading
from service.extract.counts import counted
from service.extract.grammar import Context
from service.extract.growth import growth_rates
from service.extract.rates import rated
from service.extract.sentence import Sentence
from service.extract.standing import ranks
from service.extract.subjects import Claims
from service.models import Evidence, Indicator

UNITS = {"growth_rate": "percent"}


def indicators(sentences: Sequence[Sentence], context: Context, claims: Claims) -> list[Indicator]:
    """All group and regional figures of an article."""
    found = []
    for s in sentences:
        for r in (*growth_rates(s), *ranks(s), *rated(s), *counted(s)):
            if r.token in s.values and s.values[r.token].start in claims.claimed:
                continue
            found.append(
                Indicator(
                    metric=r.metric,
                    of=r.of,
                    stage=r.stage,
                    value=r.value.value,
                    unit=r.value.unit,
                    evidence=(Evidence(start=r.start, end=r.end, quote=s.text[r.start : r.end], rule=r.rule),),
                )
            )
    return found

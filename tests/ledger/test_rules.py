"""Every rule on words against its own examples and near misses: turns, programmes, industry chains."""

import pytest

from service.ledger.industry import CHAINS, Chain, industry
from service.ledger.programmes import PROGRAMMES, Programme, programmes
from service.ledger.signs import RULES, Rule, turns


@pytest.mark.parametrize(("rule", "text"), [(r, t) for r in RULES for t in r.yes])
def test_turn(rule: Rule, text: str) -> None:
    """A rule finds its turn in each of its examples."""
    assert rule.turn in turns([text])


@pytest.mark.parametrize(("rule", "text"), [(r, t) for r in RULES for t in r.no])
def test_no_turn(rule: Rule, text: str) -> None:
    """A rule finds nothing in its near misses."""
    assert rule.turn not in turns([text])


@pytest.mark.parametrize(("rule", "text"), [(p, t) for p in PROGRAMMES for t in p.yes])
def test_programme(rule: Programme, text: str) -> None:
    """A programme is told by each of its examples."""
    assert rule.name in programmes([text])


@pytest.mark.parametrize(("rule", "text"), [(p, t) for p in PROGRAMMES for t in p.no])
def test_no_programme(rule: Programme, text: str) -> None:
    """A programme is not told by its near misses."""
    assert rule.name not in programmes([text])


@pytest.mark.parametrize(("chain", "name"), [(c, n) for c in CHAINS for n in c.yes])
def test_chain(chain: Chain, name: str) -> None:
    """A chain is the first of each of its examples."""
    assert industry([name]).chains[:1] == (chain.name,)


@pytest.mark.parametrize(("chain", "name"), [(c, n) for c in CHAINS for n in c.no])
def test_no_chain(chain: Chain, name: str) -> None:
    """A chain is not the first of its near misses."""
    assert industry([name]).chains[:1] != (chain.name,)


@pytest.mark.parametrize("chain", CHAINS, ids=lambda c: c.name)
def test_table(chain: Chain) -> None:
    """A chain has a section of GB/T 4754, examples, near misses, and no word that another chain has."""
    assert chain.section in "ABCDEFGHIJKLMNOPQRST"
    assert chain.yes
    assert chain.no
    others = {w for c in CHAINS if c is not chain for w in c.words}
    assert not others & set(chain.words)
    assert len(set(chain.words)) == len(chain.words)


@pytest.mark.parametrize(
    ("name", "section"),
    [
        ("实验小学迁建", "P"),
        ("县人民医院新院区", "Q"),
        ("松阳抽水蓄能电站", "D"),
        ("棚改安置房", "K"),
        ("江峰至石门公路", "G"),
        ("石墨矿采选", "B"),
        ("高标准农田建设", "A"),
        ("数据中心", "I"),
        ("天钧新材料产业园", "C"),
    ],
)
def test_section(name: str, section: str) -> None:
    """The section is that of the industry which uses what is built."""
    assert industry([name]).section == section


def test_owner_says_less() -> None:
    """The name decides before the owner does."""
    assert industry(["康瑞人参保健酒"], owners=["康瑞药业有限公司"]).chains[0] in ("食品", "医药")
    assert industry(["北穗玉米肽"], owners=["北穗生物医药有限公司"]).chains[0] == "食品"
    assert industry(["项目"], owners=["光明环境能源水泥有限公司"]).chains == ("建材",)
    assert industry(["某某"]) == ((), None)

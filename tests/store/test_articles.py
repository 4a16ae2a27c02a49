"""The index of articles, and what of a text is shown for the words that found it."""

import datetime as dt

from hypothesis import given
from hypothesis import strategies as st

from service.store import admission, articles, documents, hits
from service.store.database import Database
from service.store.migrate import downgrade, upgrade
from service.store.rows import Arrival
from service.store.words import folded, pairs, pairs_of
from tests.store.articles import HAIYAN, JIAXING, LIKENESS, NOW, STORY, arrival, extraction, refused

OTHER = "今天上午，嘉善县举行重点项目集中签约仪式。罗星智能传感产业园总投资2亿元，用地80亩，由嘉善传感集团投资。"
HOSTILE = "O'Brien \"quoted\" (NEAR* OR) 100% a_b İΣς ß 𠮷野家 & | ! <b>光伏</b> \\' : 甲\n乙丙"
TEXT = st.text(st.sampled_from("光伏组件项目aAİΣσς1 _、。'\"\n𠮷"), max_size=60)


async def found(database: Database, *words: str, places: tuple[dict[str, str], ...] | None = None) -> list[str]:
    """The beginnings of the texts that the index finds."""
    async with database.reading() as connection:
        return [one.text[:4] for one in await articles.newest(connection, words, places, None, 10)]


async def admit(database: Database, *arrivals: Arrival, again: bool = False) -> None:
    async with database.writing() as connection:
        await admission.admit(connection, arrivals, NOW, LIKENESS, again=again)


async def test_words_find_the_articles_that_have_them(database: Database) -> None:
    """An article is found by two characters of its title or text, by all words together, the newest first."""
    await admit(database, arrival(STORY), arrival(OTHER))
    assert await found(database, "船配") == ["昨日上午"]
    assert await found(database, "集中") == ["今天上午", "昨日上午"]
    assert await found(database, "集中", "传感") == ["今天上午"]
    assert await found(database, "船配", "传感") == []
    assert await found(database, "海盐集中开工") == ["今天上午", "昨日上午"]  # the title of both


async def test_a_place_narrows(database: Database) -> None:
    """Only articles of one of the places are found; none where there is no place."""
    await admit(database, arrival(STORY), arrival(OTHER, facts=extraction(OTHER)))
    haiyan = {"province": "浙江省", "prefecture": JIAXING.name, "county": HAIYAN.name}
    assert len(await found(database, "集中", places=({"province": "海南省"}, haiyan))) == 2
    assert await found(database, "集中", places=({"province": "海南省"},)) == []
    assert await found(database, "集中", places=()) == []


async def test_every_pair_of_a_hostile_text_finds_it(database: Database) -> None:
    """Whatever signs stand in a text, each two letters that stand side by side find it, and no sign is taken for an operator."""
    await admit(database, arrival(HOSTILE + STORY))
    low = folded(HOSTILE)
    words = [low[at : at + 2] for at in range(len(low) - 1) if pairs_of(low[at : at + 2])]
    assert len(words) > 20
    for word in words:
        assert await found(database, word) == [HOSTILE[:4]], word
    assert await found(database, "甲乙") == []


async def test_the_index_follows_what_is_read_again(database: Database) -> None:
    """An article that reads otherwise is found by what it says now, and one that is refused or a copy by nothing."""
    data = b"the bytes stay"
    await admit(database, arrival(STORY, data))
    await admit(database, arrival(OTHER, data), again=True)
    assert (await found(database, "船配"), await found(database, "传感")) == ([], ["今天上午"])
    await admit(database, refused(data, "no_article"), again=True)
    assert await found(database, "传感") == []
    await admit(database, arrival(OTHER, data), again=True)
    assert await found(database, "传感") == ["今天上午"]
    older_copy = arrival(OTHER, b"an older copy", dt.date(2020, 1, 1))
    await admit(database, older_copy)
    async with database.reading() as connection:
        (older,) = (await documents.by_raw(connection, [older_copy.original.raw_sha256])).values()
        (one,) = await articles.newest(connection, ["传感"], None, None, 10)
    assert one.id == older.id


async def test_the_migration_fills_the_index(database: Database) -> None:
    """What is stored already is found after the migration as if it had been written since, also once it is read anew."""
    data = HOSTILE.encode()
    await admit(database, arrival(HOSTILE + STORY, data), arrival(OTHER))
    await downgrade(database, "0005")
    await upgrade(database)
    assert (await found(database, "船配"), await found(database, "传感")) == ([HOSTILE[:4]], ["今天上午"])
    await admit(database, arrival(HOSTILE + OTHER, data), again=True)
    assert await found(database, "船配") == []
    assert len(await found(database, "野家", places=({"province": "浙江省"},))) == 1


async def test_older_ones_follow(database: Database) -> None:
    """Where more are found than are asked for, the id of the last leads to the next."""
    await admit(database, *(arrival(f"{OTHER}第{number}期", f"{number}".encode()) for number in range(5)))
    seen: list[int] = []
    async with database.reading() as connection:
        while some := await articles.newest(connection, ["罗星"], None, seen[-1] if seen else None, 2):
            seen += [one.id for one in some]
    assert len(seen) == 5
    assert seen == sorted(seen, reverse=True)


@given(TEXT, st.data())
def test_every_part_of_a_text_is_found_in_it(text: str, data: st.DataObject) -> None:
    """Any part of a text with two letters side by side has pairs that the text has, and is marked in it."""
    start = data.draw(st.integers(0, len(text)))
    word = folded(text[start : data.draw(st.integers(start, len(text)))])
    assert set(pairs_of(word)) <= set(pairs(folded(text)).split(" "))
    if word:
        seen = hits.weigh("", text, [word])
        assert seen is not None
        assert seen.matches >= 1
        assert any(piece.match for piece in hits.snippet(text, [word]).pieces)


@given(TEXT, st.lists(TEXT.map(folded).filter(bool), min_size=1, max_size=3))
def test_pieces_are_the_text(text: str, words: list[str]) -> None:
    """The pieces of a text are all of it, those of a snippet what stands at its place, and matches are of the words alone."""
    assert "".join(piece.text for piece in hits.marked(text, words)) == text
    part = hits.snippet(text, words)
    assert "".join(piece.text for piece in part.pieces) == text[part.start : part.end]
    for piece in hits.marked(text, words):
        assert any(word in folded(piece.text) for word in words) is piece.match


def test_the_weight() -> None:
    """A title weighs more than the text, more matches more than one, a short text more than a long one."""
    words = ["光伏"]
    weights = [
        one.weight
        for title, text in (("光伏", "甲"), ("甲", "光伏光伏"), ("甲", "光伏"), ("甲", "光伏" + "乙" * 2000))
        if (one := hits.weigh(title, text, words))
    ]
    assert weights == sorted(weights, reverse=True)
    assert len(set(weights)) == 4
    assert hits.weigh("甲", "乙", words) is None


def test_a_snippet_shows_where_the_words_stand_together() -> None:
    """A snippet begins with the sentence in which most of the words are, or shortly before."""
    text = "光伏很多。" + "甲" * 300 + "。光伏组件在澉浦开工。" + "乙" * 300
    part = hits.snippet(text, ["光伏", "澉浦"])
    assert text[part.start :].startswith("光伏组件在澉浦")
    assert [piece.text for piece in part.pieces if piece.match] == ["光伏", "澉浦"]
    assert hits.snippet("", ["光伏"]) == hits.Snippet(0, 0, ())

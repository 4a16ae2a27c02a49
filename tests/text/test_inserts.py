"""What a page sets into the lines of a story."""

import time

import pytest

from service.text.inserts import without


@pytest.mark.parametrize(
    "turn", ["（下转3版）", "（下转第三版）", "（下转03版·要闻）", "【下转A4版】", "(下轉2版)", "（紧接第1版）"]
)
def test_turn_to_another_page_goes(turn: str) -> None:
    """The turn to another page of the paper at the end of a paragraph goes, the paragraph stays."""
    assert without(f"项目开工。{turn}\n项目竣工。") == ("项目开工。\n项目竣工。", 1)


def test_sentence_broken_at_the_turn_is_one_again() -> None:
    """A sentence that the turn broke is put together; a paragraph that ended there is not joined to the next."""
    assert without("总投资5亿元的（下转2版）\n（上接1版）冷链项目开工。") == ("总投资5亿元的冷链项目开工。", 2)
    assert without("项目开工。（下转2版）\n（上接1版）冷链项目竣工。") == ("项目开工。\n冷链项目竣工。", 2)


def test_name_of_a_betting_site_goes() -> None:
    """The name of a betting site set into a sentence goes."""
    assert without("松阳县供水《天天体育官网》工程开工。") == ("松阳县供水工程开工。", 1)


def test_random_letters_of_a_forum_go() -> None:
    """The letters that a forum hangs at the head or the end of a line go."""
    assert without("; k' Z! O3 n. l5 T项目开工。\n项目竣工。% p* Q# ^ v6 | m") == ("项目开工。\n项目竣工。", 2)


@pytest.mark.parametrize(
    "text",
    [
        "新车型换装上接版面的接口。",
        "工程款下转第3标段。",
        "（下转移支付3亿元）",
        "出台《体育场馆设施登记注册办法》。",
        "建设《体育强省规划》项目库。",
        "A B C D 四个标段",
        "标段 1 / 2 / 3 / 4 / 5",
        "产品有 a-1 b-2 c-3 d-4 e-5",
        "R & D 经费投入强度达 2.1 %",
    ],
)
def test_story_stays(text: str) -> None:
    """What only looks like an insert stays."""
    assert without(text) == (text, 0)


@pytest.mark.parametrize("text", ["（下转" * 300_000 + "版", "《体育" * 300_000 + "》", "a " * 1_000_000 + "项目"])
def test_hard_text_stays_bounded(text: str) -> None:
    """A million openings take a moment."""
    start = time.perf_counter()
    without(text)
    assert time.perf_counter() - start < 4

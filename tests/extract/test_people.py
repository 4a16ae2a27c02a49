"""Named people and the office the text gives them."""

from service.extract.people import persons
from tests.extract import CONTEXT


def found(text: str) -> list[tuple[str, str]]:
    return [(p.name, p.title) for p in persons(text, CONTEXT)]


def test_each_person_once_with_the_fullest_title() -> None:
    """A person named twice is one, with the longest title and both proofs."""
    text = "绥芬河市委副书记、市长赵立军主持会议。市长赵立军说，要加快建设。"
    (person,) = persons(text, CONTEXT)
    assert (person.name, person.title) == ("赵立军", "绥芬河市委副书记、市长")
    assert [e.quote for e in person.evidence] == ["绥芬河市委副书记、市长赵立军", "市长赵立军"]
    assert all(text[e.start : e.end] == e.quote for e in person.evidence)


def test_two_letter_names() -> None:
    """A name of two characters ends before the verb."""
    assert found("工业园区管委会主任高磊在现场说") == [("高磊", "工业园区管委会主任")]
    assert found("嵊州市委书记吴刚率队调研") == [("吴刚", "嵊州市委书记")]


def test_titles_stop_at_the_phrase() -> None:
    """The title does not run into what stands before it."""
    assert found("在企业负责人的陪同下，县长韩冰到车间") == [("韩冰", "县长")]
    assert found("记者采访了万宁市发展和改革委员会副主任符海涛") == [("符海涛", "万宁市发展和改革委员会副主任")]


def test_reporters_are_none() -> None:
    """A byline names nobody of the article."""
    assert found("（记者 侯文静 通讯员 李明）") == []


def test_place_behind_an_office() -> None:
    """An office whose last letter begins a place is none: 镇长 in 镇长白山站."""
    assert not persons("列车开往安图县二道白河镇长白山站。", CONTEXT)
    assert [p.name for p in persons("双辽市副市长白玉林说。", CONTEXT)] == ["白玉林"]

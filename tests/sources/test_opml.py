"""Lists of feeds."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.errors import Rejected
from service.models import SourceSpec
from service.sources.opml import Subscription, read, write

LIST = """<?xml version="1.0" encoding="UTF-8"?><opml version="1.0"><head><title>订阅</title></head><body>
<outline text="浙江"><outline text=" 海宁
 新闻 "><outline type="rss" text="海宁在线" title="海宁在线网" xmlUrl="https://a.example.com/rss?a=1&b=2" htmlUrl="https://a.example.com/"/>
</outline><outline title="杭州" XMLURL="feed://b.example.com/rss"></outline></outline>
<outline text="https://c.example.com/rss" xmlUrl="https://c.example.com/rss" category="/吉林/通化, 其他"/>
<outline text="又是" xmlUrl="https://c.example.com/rss"/><outline text="夹"/>
<outline text="x" xmlUrl="javascript:x"/><outline text="y" xmlUrl="feed:https://d.example.com/rss" htmlUrl="ftp://d.example.com/"/>
</body></opml>"""


def test_read() -> None:
    """Nested folders become the category, each address comes once, what is no web address is left out."""
    assert read(LIST) == (
        Subscription("https://a.example.com/rss?a=1&b=2", "海宁在线网", "https://a.example.com/", "浙江/海宁 新闻"),
        Subscription("http://b.example.com/rss", "杭州", None, "浙江"),
        Subscription("https://c.example.com/rss", None, None, "吉林/通化"),
        Subscription("https://d.example.com/rss", "y"),
    )


def test_cut() -> None:
    """Of a list that is cut the feeds before the cut are taken."""
    assert [feed.title for feed in read(LIST[: LIST.index("javascript")])][:2] == ["海宁在线网", "杭州"]


def test_specs() -> None:
    """A feed of a list is a source; where it has no title its host is its name."""
    specs = [feed.spec() for feed in read(LIST)]
    assert specs[0] == SourceSpec(
        kind="feed", address="https://a.example.com/rss?a=1&b=2", name="海宁在线网", category="浙江/海宁 新闻"
    )
    assert specs[2].name == "c.example.com"
    assert read('<opml><outline title="a\x7fb" xmlUrl="http://a.example.com/"/></opml>')[0].spec().name == "a b"
    assert len(Subscription("https://a.example.com/", "长" * 500).spec().name) == 200


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "is no OPML"),
        ("<rss><channel/></rss>", "is no OPML"),
        (
            '<!DOCTYPE o [<!ENTITY a "哈"><!ENTITY b "&a;&a;">]><opml><body><outline text="&b;" xmlUrl="http://a.example.com/"/></body></opml>',
            "entities",
        ),
        ('<!DOCTYPE o [<!ENTITY x SYSTEM "file:///etc/hostname">]><opml><outline text="&x;"/></opml>', "entities"),
        ("<opml>" + "<outline/>" * 500_001, "tags"),
        ("<opml>" + "".join(f'<outline xmlUrl="http://a.example.com/{n}"/>' for n in range(10_001)), "more than 10000 feeds"),
    ],
)  # fmt: skip
def test_refused(text: str, said: str) -> None:
    """What is no list, or was made to harm, is rejected in one line."""
    with pytest.raises(Rejected, match=said) as caught:
        read(text)
    assert caught.value.reason == "bad_opml"


def test_deep() -> None:
    """Folders in one another without end give no crash."""
    assert read("<opml><body>" + '<outline text="a">' * 50_000 + '<outline xmlUrl="http://a.example.com/"/>') == ()


WORDS = st.text(st.characters(exclude_categories=("Cs", "Cc")), max_size=12).map(lambda text: " ".join(text.split()))
SOME = st.none() | WORDS.filter(bool).filter(lambda text: "\ufffe" not in text and "\uffff" not in text)
FEEDS = st.lists(
    st.builds(
        Subscription,
        st.integers(0, 99).map(lambda n: f"https://a.example.com/rss?id={n}&x=%E6"),
        SOME,
        st.none() | st.just("https://a.example.com/?q='%22&y=1"),
        SOME,
    ),
    unique_by=lambda feed: feed.address,
)


@given(FEEDS)
def test_round_trip(feeds: list[Subscription]) -> None:
    """A list that was written reads as it was, whatever its names hold."""
    assert read(write(feeds)) == tuple(feeds)


def test_written_for_others() -> None:
    """Control characters, which XML cannot hold, do not stop the writing, and folders stand around their feeds."""
    text = write(
        [Subscription("https://a.example.com/", "海\x00宁", None, "浙江"), Subscription("https://b.example.com/")],
        "我\x0b的",
    )
    assert text.startswith('<?xml version="1.0" encoding="UTF-8"?>')
    assert '<outline text="浙江">' in text
    assert 'text="海宁"' in text
    assert 'text="https://b.example.com/"' in text

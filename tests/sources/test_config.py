"""The file that names the sources."""

from pathlib import Path

import pytest
from pydantic import ValidationError

from service.errors import BadSettings
from service.models import SourceSpec
from service.sources.config import parse

FEED = 'kind = "feed"\naddress = "https://news.example.com/rss.xml"\n'
LIST = 'kind = "list"\naddress = "https://www.example.com/xw/"\n'
DOCS = Path(__file__).resolve().parents[2] / "docs" / "sources.md"


def one(text: str) -> SourceSpec:
    (spec,) = parse("[[source]]\n" + text)
    return spec


def test_example() -> None:
    """The example file of the documentation is read, and names a source of each kind."""
    text = DOCS.read_text().split("```toml\n")[1].split("```")[0]
    assert {spec.kind for spec in parse(text)} == {"folder", "feed", "sitemap", "list"}


def test_defaults() -> None:
    """A kind and an address are enough; the name then is the host, or the folder's own."""
    assert one(FEED) == SourceSpec(kind="feed", address="https://news.example.com/rss.xml", name="news.example.com")
    assert one('kind = "folder"\naddress = "/data/in/"').name == "in"
    assert one('kind = "folder"\naddress = "/"').name == "/"


@pytest.mark.parametrize(
    ("written", "seconds"), [("90", 90), ('"90"', 90), ('"90s"', 90), ('"15m"', 900), ('"2 h"', 7200), ('"1d"', 86_400)]
)
def test_interval(written: str, seconds: int) -> None:
    """An interval is seconds, or a number with its unit."""
    assert one(FEED + f"interval = {written}").interval == seconds


def test_no_sources() -> None:
    """A file may name none."""
    assert parse("# later\n") == ()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[[source]]\nkind = ", "is no TOML"),
        ("[" * 5000, "is no TOML"),
        ("[[sources]]\n" + FEED, "there is no 'sources': each source is written under [[source]]"),
        ("[source]\n" + FEED, "write [[source]] with two brackets"),
        ("source = [1]", "write [[source]] with two brackets"),
        ("[[source]]\n", "source 1: kind: is missing"),
        ('[[source]]\nkind = "feed"', "source 1: address: is missing"),
        ("[[source]]\n" + FEED + "[[source]]\n" + FEED, "source 2 (https://news.example.com/rss.xml): address is that of source 1"),
        ("[[source]]\n" + FEED + 'adress = "x"', "there is no option 'adress': did you mean address?"),
        ("[[source]]\n" + FEED.replace("feed", "fed"), "kind: Input should be 'folder', 'feed', 'sitemap' or 'list'"),
        ("[[source]]\n" + FEED + "name = 3", "source 1 (3): name: "),
        ("[[source]]\n" + FEED + 'name = ""', "name: "),
        ("[[source]]\n" + FEED + 'name = "a\\u0000b"', "name: "),
        ("[[source]]\n" + LIST + 'pattern = "/a\\nb"', "pattern: "),
        ("[[source]]\n" + FEED + 'interval = "soon"', "interval: write seconds, or a number with s, m, h or d"),
        ("[[source]]\n" + FEED + "interval = true", "interval: "),
        ("[[source]]\n" + FEED + "interval = 59", "interval must be at least a minute"),
        ("[[source]]\n" + FEED + 'interval = "31d"', "interval: "),
        ("[[source]]\n" + FEED + "remove = true", "remove is for folder"),
        ("[[source]]\n" + FEED + 'remove = "yes"', "remove: "),
        ('[[source]]\nkind = "folder"\naddress = "in"\npattern = "/**"', "pattern is for feed, sitemap and list"),
        ('[[source]]\nkind = "folder"\naddress = "https://a.example.com/"', "address must be the path of a folder"),
        ("[[source]]\n" + LIST + 'pattern = "art_*.html"', "pattern: begin a glob with /"),
        ("[[source]]\n" + LIST + 'pattern = "re:("', "pattern: not a regular expression"),
        ("[[source]]\n" + LIST + 'pattern = "re:(a+)+$"', "pattern: a repeat within a repeat"),
        ("[[source]]\n" + LIST + f'pattern = "/{"a" * 300}"', "pattern: "),
        *(
            (f'[[source]]\nkind = "feed"\naddress = "{address}"', "address must be an http:// or https:// URL")
            for address in ("news.example.com", "ftp://a.example.com/", "file:///etc/", "http://", "http://[a/", "http://a:b/")
        ),
        ('[[source]]\nkind = "feed"\naddress = "http://me:secret@a.example.com/"', "address must not hold a user name"),
    ],
)  # fmt: skip
def test_errors(text: str, said: str) -> None:
    """What is wrong is said in one line, with the file, the entry and the field."""
    with pytest.raises(BadSettings) as caught:
        parse(text, "my.toml")
    assert str(caught.value).startswith("my.toml: ")
    assert said in str(caught.value)
    assert "\n" not in str(caught.value)


def test_password_is_not_shown() -> None:
    """A password that does not belong into an address is not repeated in the error."""
    with pytest.raises(BadSettings) as caught:
        parse('[[source]]\nkind = "feed"\naddress = "http://me:secret@a.example.com/"')
    assert "secret" not in str(caught.value)


def test_same_address_of_another_kind() -> None:
    """A page may be read as a list and as a feed."""
    assert len(parse("[[source]]\n" + FEED + "[[source]]\n" + FEED.replace('"feed"', '"list"'))) == 2


def test_too_many() -> None:
    """A file of more sources than are kept is refused."""
    with pytest.raises(BadSettings, match="at most"):
        parse("[[source]]\n" * 10_001)


def test_json() -> None:
    """A specification survives being stored as JSON."""
    spec = one(LIST + 'interval = "2h"\npattern = "/art/20*/**/*.html"\ncategory = "浙江/海宁"')
    assert SourceSpec.model_validate_json(spec.model_dump_json()) == spec
    with pytest.raises(ValidationError):
        SourceSpec.model_validate({**spec.model_dump(), "stray": 1})

"""What an HTML page says of itself for machines: <meta>, <title>, JSON-LD, and the variables of WeChat pages."""

import datetime as dt
import re
from dataclasses import dataclass
from itertools import islice

import orjson
from selectolax.lexbor import LexborHTMLParser

from service.text import pagedate
from service.text.page.blocks import tidy

_DATES = (
    "article:published_time",
    "og:published_time",
    "bytedance:published_time",
    "og:release_date",
    "datepublished",
    "publishdate",
    "publish_date",
    "publish-date",
    "published_time",
    "publish_time",
    "pubdate",
    "pub_date",
    "weibo:article:create_at",
    "weibo: article:create_at",
    "dc.date.issued",
    "dc.date",
    "apub:time",
    "og:time",
)
_OUTLETS = (
    "contentsource",
    "source",
    "article:source",
    "mediaid",
    "publisher",
    "og:site_name",
    "sitename",
    "application-name",
)
_LD = re.compile(r"<script[^<>]{0,200}application/ld\+json[^<>]{0,100}>", re.IGNORECASE)
_LD_SCRIPTS, _LD_LENGTH = 5, 20_000
_WECHAT_TIME = re.compile(
    r"""(?:\bct|oriCreateTime|publish_time|createTime)['"]?\s{0,4}[=:]\s{0,4}['"](\d{10}|\d{4}-\d\d-\d\d[ \d:]{0,9})['"]"""
)
_WECHAT_NAME = re.compile(r"""\bnickname\s{0,4}=\s{0,4}(?:htmlDecode\()?["']([^"'<>]{2,40})["']""")
_SITE = re.compile(
    r"(?:网|网站|门户|频道|在线|客户端|日报|晚报|早报|晨报|商报|时报|都市报|新闻|资讯|中心|要闻|政府|人民政府|管委会|委员会|平台|融媒|发布|动态|之窗|信息港|论坛|公众号|搜狐|新浪|腾讯|网易|澎湃|凤凰|com|cn|首页|头条|媒体|电视台|广播|栏目|专题|正文)$",
    re.IGNORECASE,
)
_SPLIT = re.compile(
    r"\s*[_|｜]+\s*|\s+[-–—]{1,2}\s+|(?<=[^\d\s—–-])[-–](?=[^\d\s—–-])|\s*(?:>>|<<|»|«)\s*|(?<=[^—])—(?=[^—])"
)


@dataclass(slots=True)
class Meta:
    """The title as <meta> and <title> give it, the date of publication and the outlet."""

    og_title: str | None = None
    tag_title: str | None = None
    published: dt.date | None = None
    outlet: str | None = None

    def read_tags(self, tree: LexborHTMLParser) -> None:
        """Add what <meta> and <title> say."""
        values: dict[str, str] = {}
        for node in tree.css("meta[content]"):
            attributes = node.attributes
            name = attributes.get("property") or attributes.get("name") or attributes.get("itemprop")
            content = attributes.get("content")
            if name and content:
                values.setdefault(name.strip().lower(), tidy(content[:400]))
        found = (pagedate.stamp(values[name]) for name in _DATES if name in values)
        self.published = next((day for day in found if day), None) or self.published
        if self.outlet is None:
            self.outlet = next((name for key in _OUTLETS if _is_name(name := values.get(key, ""))), None)
        self.og_title = values.get("og:title") or values.get("articletitle") or None
        title = tree.css_first("title")
        self.tag_title = (tidy(title.text())[:400] or None) if title is not None else None


def _is_name(value: str) -> bool:
    """Whether a value names an outlet: neither an address nor a number."""
    return 2 <= len(value) <= 40 and "://" not in value and not value.isdigit()


def meta(text: str) -> Meta:
    """What scripts say, read before the tree drops them: JSON-LD and the variables of WeChat pages."""
    found = Meta()
    if "ld+json" in text:
        _read_ld(text, found)
    if "js_content" in text or "mp.weixin.qq.com" in text:
        if moment := _WECHAT_TIME.search(text):
            found.published = pagedate.stamp(moment[1])
        if name := _WECHAT_NAME.search(text):
            found.outlet = name[1]
    return found


def _read_ld(text: str, found: Meta) -> None:
    """Take date and publisher from the first JSON-LD article."""
    for script in islice(_LD.finditer(text), _LD_SCRIPTS):
        end = text.find("</", script.end(), script.end() + _LD_LENGTH)
        try:
            data = orjson.loads(text[script.end() : max(end, script.end())])
        except ValueError:
            continue
        entries = data.get("@graph", [data]) if isinstance(data, dict) else data
        for entry in entries if isinstance(entries, list) else []:
            if not isinstance(entry, dict):
                continue
            found.published = found.published or pagedate.stamp(entry.get("datePublished") or entry.get("pubDate"))
            publisher = entry.get("publisher")
            name = publisher.get("name") if isinstance(publisher, dict) else publisher
            if found.outlet is None and isinstance(name, str) and _is_name(name):
                found.outlet = name


def cut_site(title: str) -> str:
    """A title without the names of the channel and the site behind it (…_海南频道_人民网); 1-4月 and —— stay."""
    parts = [part for part in _SPLIT.split(title) if part]
    marks = list(_SPLIT.finditer(title))
    if not parts or not marks:
        return title
    keep = len(parts)
    while (
        keep > 1
        and len(parts[keep - 1]) <= 24
        and (_SITE.search(parts[keep - 1]) or len(parts[keep - 1]) * 3 <= len(parts[0]))
    ):
        keep -= 1
    if keep == len(parts):
        return title
    end = marks[keep - 1].start() if keep - 1 < len(marks) else len(title)
    return title[:end].strip() or title

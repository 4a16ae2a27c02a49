"""What a page sets into the lines of a story: the turn to another page of the paper, names of betting sites, forum junk."""

import re

LEAST_BLANKS = 3
LEAST_MARKS = 3
_TURNS = ("下转", "上接", "紧接", "下轉", "緊接")
_NUMERAL = r"(?:[A-Za-z]?\d{1,3}|[一二三四五六七八九十]{1,3})"
_TURN = re.compile(
    rf"[（(【\[]\s?(?:下[转轉]|上接|[紧緊]接)第?\s?{_NUMERAL}\s?版[^（）()【】\[\]\n。]{{0,12}}[）)】\]]"
)
_JOINT = re.compile("(?<=[^。！？!?”\n])\f\n\f")
_BETTING = re.compile(
    r"《[^《》\n]{0,10}(?:体育|體育|娱乐|娛樂|棋牌|彩票|博彩|电竞|電競)[^《》\n]{0,10}"
    r"(?:登[录錄陆陸]|注册|註冊|下[载載]|官网|官網|入口|网址|網址|网页版|網頁版|APP|app)(?:入口|网址|網址|地址|官网|官網|最新版)?》"
)

# Random letters that a forum hangs at the lines against copying: at least four short pieces.
_JUNK = re.compile(
    r"^(?:[!-~]{1,3} {1,2}){3,24}[!-~]{1,3}|(?<![!-~ ])(?: ?[!-~]{1,3} {1,2}){3,24}[!-~]{1,3}$", re.MULTILINE
)
_MARKS = frozenset("#*^|\\{}~&$@!'\"`+_<>?;()[]/%=")


def without(body: str) -> tuple[str, int]:
    """The text without such inserts, and how many there were. A sentence that was broken off at a turn is one again."""
    count = 0
    if "版" in body and any(turn in body for turn in _TURNS):
        body, count = _TURN.subn("\f", body)
        if count:
            body = _JOINT.sub("", body).replace("\f", "")
    if "》" in body:
        body, names = _BETTING.subn("", body)
        count += names
    if body.count(" ") >= LEAST_BLANKS:
        body, count = _without_junk(body, count)
    return body, count


def _without_junk(body: str, count: int) -> tuple[str, int]:
    """The lines without the random letters at their heads and ends; a line that holds nothing else is left to be cut."""
    cleared = _JUNK.sub(_kept, body)
    if cleared == body:
        return body, count
    lines = [(old, new.strip()) for old, new in zip(body.split("\n"), cleared.split("\n"), strict=True)]
    return "\n".join(new or old for old, new in lines), count + sum(new != old and new != "" for old, new in lines)


def _kept(found: re.Match[str]) -> str:
    """Nothing for random letters, which hold several marks; else the matched text."""
    text = found[0]
    junk = len(_MARKS.intersection(text)) >= LEAST_MARKS and any(c.isalpha() for c in text)
    return "" if junk else text

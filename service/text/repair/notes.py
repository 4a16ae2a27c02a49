"""Pinyin notes: scrapers that hide copied text write the reading of a character behind it, 項(xiàng)目.

A note is dropped only where it is a reading of the very character before it.
"""

import re

from service.text.repair.readings import SYLLABLE_LETTERS, is_reading
from service.text.repair.step import Step

_BLANK = r"[ \t\u00a0\u3000\u2002\u2003\u2009\u200b]"
NOTE = re.compile(rf"[(（]{_BLANK}{{0,2}}([{SYLLABLE_LETTERS}]{{1,6}}){_BLANK}{{0,2}}[)）]")


def drop_notes(text: str) -> tuple[str, int]:
    """The text without the notes that are readings of the character before them, and how many there were.

    Notes may be piled up, 有(you)(yǒu): each is compared with the character before the pile.
    """
    if "(" not in text and "（" not in text:
        return text, 0
    kept: list[str] = []
    done = pile_end = count = 0
    host = ""
    for note in NOTE.finditer(text):
        start = note.start()
        if start != pile_end or not start:
            host = text[start - 1 : start]
        pile_end = note.end()
        if host and is_reading(host, note[1]):
            kept.append(text[done:start])
            done = pile_end
            count += 1
    if not count:
        return text, 0
    kept.append(text[done:])
    return "".join(kept), count


pinyin_notes = Step(
    name="pinyin_notes",
    apply=drop_notes,
    yes={
        "嵊泗縣重點項(xiàng)目集中開工": "嵊泗縣重點項目集中開工",
        "塔吊林立，工人們(men)正(zhèng)在綁(bǎng)扎鋼筋": "塔吊林立，工人們正在綁扎鋼筋",
        "全縣(xiàn )共有（yǒu）12個( gè)項目": "全縣共有12個項目",
        "企業(yè)負(fù)責(zé)人說，廠房有(you)(you)兩層": "企業負責人說，廠房有兩層",
        "二期由重(zhòng)慶(qìng)一家企業投建": "二期由重慶一家企業投建",
        "走綠(lü)色發(fā)展之路，綠(lv)電占比三成": "走綠色發展之路，綠電占比三成",
        "扎紮(zā)實實把规(guī)划落(luò)到纸上": "扎紮實實把规划落到纸上",
    },
    no=(
        "建成5G(LTE)专网，点对点协议(ppp)已停用",
        "采用政府和社会资本合作（PPP）模式",
        "甲(a)、乙(b)两个地块分期出让",
        "锂(Li)、镍(Ni)、钴(Co)三种金属",
        "装机容量为2×1000兆瓦(mw)",
        "见附表（一）和图(b)",
        "(yǒu)是一个注音，前面没有字",
        "松花江(Songhua)大桥，又称江桥(bridge)",
        "项目(xiangmu)管理系统上线",
    ),
)

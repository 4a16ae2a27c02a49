"""Make the n-gram counts that the byte-shift repair reads with: python -m benchmarks.build_ngrams FOLDER.

FOLDER holds clean simplified prose (.txt, .md). Only counts are written, never text. The words of the jieba dictionary
are counted too, and the names of the divisions where the press puts them, so that what the prose does not mention reads well.
"""

import argparse
import itertools
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from importlib import resources
from pathlib import Path

from service.extract.divisions import table
from service.text.repair.ngram import continuations, count, count_words, pack

WORD_SCALE, WORD_POWER = 0.1, 0.5
QUOTED = 30
SPEAKERS = 3000
SURNAMES = frozenset(
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林高罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈姚卢姜崔钟谭"
    "陆汪范金石廖贾夏韦付方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严武戴莫孔向汤岳樊庄翟牛侯洪扎次旺巴"
)
TITLES = (
    "市委书记", "县委书记", "区委书记", "市长", "县长", "区长", "副市长", "副县长", "镇长", "镇党委书记", "村党支部书记",
    "主任", "局长", "副局长", "项目负责人", "相关负责人", "现场负责人", "公司总经理", "公司董事长", "项目经理",
    "公司副总经理", "公司负责人", "",
)  # fmt: skip
OFFICES = (
    "委书记", "长", "委常委", "发改委主任", "发改局局长", "住建局局长", "经信局副局长", "交通运输局局长", "招商局局长",
    "农业农村局局长", "自然资源局局长", "相关负责人", "项目建设负责人", "",
)  # fmt: skip
SAID = ("说，", "说。", "介绍，", "表示，", "介绍说，", "告诉记者，", "说：“")
THEN = ("项目", "目前", "我们", "今年", "企业", "全县", "下一步", "该", "这", "公司", "随着")
OUT = Path(__file__).parent.parent / "service/text/repair/data/ngrams.json.gz"


def read_prose(folder: Path) -> dict[str, str]:
    """The texts of a folder by file name, without front matter."""
    paths = sorted(path for path in folder.rglob("*") if path.suffix in {".txt", ".md"})
    return {path.stem: re.sub(r"\A---\n.*?\n---\n", "", path.read_text("utf-8"), flags=re.S) for path in paths}


def words() -> Iterator[tuple[str, int, str]]:
    """The words of the jieba dictionary, how frequent they are, and their part of speech."""
    for line in resources.files("jieba").joinpath("dict.txt").read_text("utf-8").splitlines():
        word, frequency, tag = line.split(" ")
        yield word, int(frequency), tag


def speech(text: str) -> str:
    """The text with every few sentences in quotation marks: reports quote nobody, the press does all the time."""
    sentences = re.split("(?<=。)(?!”)", text)
    return "".join(
        f"“{sentence}”" if place % QUOTED == 0 and sentence.endswith("。") and "“" not in sentence else sentence
        for place, sentence in enumerate(sentences)
    )


def names(number: int) -> list[str]:
    """About so many names of people, from all over the dictionary."""
    known = [word for word, _, tag in words() if tag == "nr" and len(word) in (2, 3) and word[0] in SURNAMES]
    return known[:: len(known) // number]


def speakers() -> str:
    """Who said it, as the press puts it behind a quotation; reports name nobody. The names are the dictionary's."""
    parts = zip(names(SPEAKERS), *map(itertools.cycle, (TITLES, SAID, THEN)), strict=False)
    return "".join(f"。”{title}{name}{said}{then}\n" for name, title, said, then in parts)


def offices() -> list[Counter[str]]:
    """The counts of whose office said it: each division once, every third time without the name of the person.

    Only what stands behind the quotation mark counts, and the rest three characters at a time: the lines tell how a
    place goes on, not how often one is named.
    """
    places = [division.name for division in table().by_code.values()]
    people = (name if at % 3 else "" for at, name in enumerate(names(len(places))))
    parts = zip(places, people, *map(itertools.cycle, (OFFICES, SAID, THEN)), strict=False)
    _, double, triple = count(f"。”{place}{office}{name}{said}{then}" for place, name, office, said, then in parts)
    return [
        Counter(),
        Counter({gram: number for gram, number in double.items() if gram[0] == "”"}),
        Counter({gram: number for gram, number in triple.items() if gram[-1] != "”"}),
    ]


def build(texts: Iterable[str]) -> list[Counter[str]]:
    """The counts to ship: prose and dictionary together."""
    prose = continuations(count(map(speech, texts)))
    said = count([speakers()])  # counted in full: they stand for all the speech that reports lack
    dictionary = count_words(((word, frequency) for word, frequency, _ in words()), WORD_SCALE, WORD_POWER)
    return [sum(parts, Counter()) for parts in zip(prose, said, offices(), dictionary, strict=True)]


def main() -> None:
    """Build and write."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--out", type=Path, default=OUT)
    arguments = parser.parse_args()
    counts = build(read_prose(arguments.folder).values())
    data = pack(counts)
    arguments.out.write_bytes(data)
    print(f"{[len(table) for table in counts]} n-grams, {len(data) / 1e6:.2f} MB in {arguments.out.name}")


if __name__ == "__main__":
    main()

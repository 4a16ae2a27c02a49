"""Pages as they come in, some of them copies and edited copies of each other."""

import datetime as dt
import random

from service.models import RawDocument

_PLACES = ("海盐县", "公主岭市", "肇东市", "东方市", "曲水县")
_THINGS = ("船用阀门", "生物降解膜", "亚麻面料", "椰雕制品", "光伏支架", "冷链物流", "精密齿轮", "人参饮片")
_SIDES = (
    "配套道路同步铺设，雨污管网随路埋设。",
    "设备采购合同陆续签订。",
    "用工招聘在乡镇同时展开。",
    "环评手续提前办结。",
)


def story(number: int, *, edited: bool = False) -> str:
    """Article `number`: always the same text, which resembles no other number's."""
    dice = random.Random(number)
    place, thing = dice.choice(_PLACES), dice.choice(_THINGS)
    day = dt.date(2024, 1, 1) + dt.timedelta(dice.randrange(400))
    name = "".join(dice.choices("瑞丰华盛宏达远景兴业润泽恒通嘉禾", k=4))
    parts = [
        f"{place}{name}{thing}项目开工\n\n发布时间：{day.year}年{day.month}月{day.day}日\n\n",
        f"{day.month}月{day.day}日，{place}举行重点项目集中开工仪式，{name}{thing}项目正式开工建设。",
        f"该项目总投资{dice.randrange(2, 90)}.{dice.randrange(1, 9)}亿元，占地{dice.randrange(40, 900)}亩，",
        f"建成后年产{thing}{dice.randrange(2, 99)}万件，年产值可达{dice.randrange(1, 60)}亿元，带动就业{dice.randrange(80, 3000)}人。",
        *dice.sample(_SIDES, k=3),
        f"今年以来，全县累计开工项目{dice.randrange(11, 200)}个，完成投资{dice.randrange(10, 400)}亿元。",
        "".join(dice.choices("山水田林湖草沙桥路港城乡工农商学兵春夏秋冬东南西北", k=120)) + "。",
    ]
    return "".join(parts).replace("正式开工建设", "当天动工") if edited else "".join(parts)


def page(text: str, source: str, encoding: str = "utf-8") -> RawDocument:
    return RawDocument(source=source, data=text.encode(encoding))


def pages(count: int, start: int = 0) -> list[RawDocument]:
    """`count` articles; every fifth has a copy in another encoding, every seventh an edited one, some are no articles."""
    found = []
    for number in range(start, start + count):
        found.append(page(story(number), f"{number}.txt"))
        if number % 5 == 0:
            found.append(page(story(number), f"{number}-gbk.txt", "gb18030"))
        if number % 7 == 0:
            found.append(page(story(number, edited=True), f"{number}-edited.txt"))
        if number % 11 == 0:
            found.append(RawDocument(source=f"{number}.bin", data=b"\x89PNG\r\n\x1a\n" + bytes([number % 251]) * 64))
    return found

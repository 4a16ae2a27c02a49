"""Generated articles in the manner of the regional press, for the benchmarks: any number, all distinct, always the same."""

import datetime as dt
import random
from pathlib import Path

_PLACES = (
    *(
        "海盐县",
        "桐乡市",
        "缙云县",
        "长兴县",
        "江山市",
        "公主岭市",
        "农安县",
        "敦化市",
        "梅河口市",
        "抚松县",
        "肇东市",
        "依兰县",
    ),
    *(
        "讷河市",
        "宁安市",
        "绥芬河市",
        "东方市",
        "澄迈县",
        "琼海市",
        "儋州市",
        "曲水县",
        "米林市",
        "乃东区",
        "桑珠孜区",
        "林周县",
    ),
)
_FIRST = "瑞丰华盛宏达远景兴业润泽恒通嘉禾金海长青天成博源中科新绿佳美联创安信永固鼎立晨光东升西岭南湖北辰"
_THINGS = (
    *(
        "船用阀门",
        "生物降解膜",
        "亚麻面料",
        "椰雕制品",
        "光伏支架",
        "精密齿轮",
        "人参饮片",
        "汽车线束",
        "智能电表",
        "矿用皮带",
    ),
    *(
        "预制菜肴",
        "动力电池",
        "玄武岩纤维",
        "高端轴承",
        "食用菌棒",
        "装配式构件",
        "医用敷料",
        "牦牛乳粉",
        "海洋涂料",
        "工业机器人",
    ),
)
_UNITS = ("万件", "万套", "万吨", "万台", "万米")
_OPENERS = (
    "{m}月{d}日，{place}举行重点项目集中开工仪式，总投资{sum}亿元的{name}在{park}开工建设。",
    "近日，记者在{park}看到，{name}施工现场塔吊林立，工人们正加紧绑扎钢筋，项目建设如火如荼。",
    "{m}月{d}日上午，{place}与{owner}签订合作协议，{name}正式签约落户{park}。",
    "走进{place}{park}，{name}的生产线已经安装到位，首批{thing}即将下线。",
)
_BODY = (
    "据了解，{name}由{owner}投资建设，总投资{sum}亿元，占地{mu}亩，建筑面积{floor}万平方米。",
    "项目分两期建设，一期计划投资{half}亿元，主要建设生产车间、研发中心及配套设施。",
    "项目建成后，可年产{thing}{out}{unit}，实现年产值{value}亿元，年税收{tax}万元，带动就业{jobs}人。",
    "“目前主体工程已完成{percent}%，预计明年{month}月竣工投产。”项目负责人{person}说。",
    "今年以来，{place}坚持项目为王，累计开工亿元以上项目{count}个，完成投资{done}亿元，同比增长{growth}%。",
    "{place}县委书记{head}表示，将持续优化营商环境，落实专班推进机制，全力保障项目早建成、早投产、早达效。",
    "为保证工程进度，施工单位倒排工期、挂图作战，每天投入工人{crew}余名、机械{machines}台套。",
    "下一步，{place}将紧盯{theme}产业链，开展精准招商，力争全年新签约项目{plan}个以上。",
    "{theme}是当地的传统产业，近年来通过技术改造，老厂区换了新颜，{old}条旧生产线全部退出。",
    "村民{person}在家门口找到了工作，每月收入{wage}元，既能照顾老人，又能增加收入。",
)
_THEMES = (
    "装备制造",
    "新材料",
    "绿色食品",
    "新能源",
    "生物医药",
    "现代物流",
    "纺织服装",
    "文化旅游",
    "海洋经济",
    "电子信息",
)
_SURNAMES = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕"
_NAMES = "建国志强海燕晓东文博立新永红丽华春生国庆雪梅子涵思远家栋明辉秀英玉兰"
_MARKUP = (
    '<html><head><title>{title}</title><meta charset="utf-8"></head><body><div class="nav"><a href="/">首页</a>'
    '<a href="/n/">新闻</a></div><h1>{title}</h1><p class="info">{date}　来源：{outlet}</p><div class="content">{body}</div>'
    '<div class="foot"><a href="/about">关于我们</a></div></body></html>'
)


def article(number: int) -> tuple[str, str]:
    """The suffix and the text of article `number`; every third one is a web page."""
    dice = random.Random(number)
    place, thing, theme = dice.choice(_PLACES), dice.choice(_THINGS), dice.choice(_THEMES)
    firm = "".join(dice.sample(_FIRST, 3))
    total = dice.randrange(12, 900) / 10
    day = dt.date(2021, 1, 1) + dt.timedelta(dice.randrange(1500))
    said = {
        **{
            "place": place,
            "thing": thing,
            "theme": theme,
            "name": f"{firm}{thing}项目",
            "owner": f"{firm}集团有限公司",
        },
        **{
            "m": day.month,
            "d": day.day,
            "month": dice.randrange(1, 13),
            "park": f"{place[:2]}{dice.choice('东西南北')}部产业园",
        },
        **{
            "sum": f"{total:.1f}",
            "half": f"{total / 2:.2f}",
            "mu": dice.randrange(20, 1500),
            "floor": dice.randrange(1, 90),
        },
        **{"out": dice.randrange(1, 500), "unit": dice.choice(_UNITS), "value": dice.randrange(1, 200)},
        **{"tax": dice.randrange(100, 9000), "jobs": dice.randrange(30, 3000), "percent": dice.randrange(10, 95)},
        **{
            "count": dice.randrange(8, 300),
            "done": dice.randrange(5, 600),
            "growth": f"{dice.randrange(10, 400) / 10:.1f}",
        },
        **{"crew": dice.randrange(40, 900), "machines": dice.randrange(5, 80), "plan": dice.randrange(5, 90)},
        **{"old": dice.randrange(2, 19), "wage": dice.randrange(2800, 9000)},
        **{role: dice.choice(_SURNAMES) + "".join(dice.sample(_NAMES, 2)) for role in ("person", "head")},
    }
    title = f"{place}：{firm}{thing}项目加快推进"
    sentences = [dice.choice(_OPENERS), *dice.sample(_BODY, 7)]
    paragraphs = [sentence.format(**said) for sentence in sentences]
    date, outlet = day.strftime("%Y-%m-%d"), f"{place[:-1]}新闻网"
    if number % 3:
        return ".txt", "\n".join([title, f"{date} 来源：{outlet}", *paragraphs]) + "\n"
    body = "".join(f"<p>　　{paragraph}</p>" for paragraph in paragraphs)
    return ".html", _MARKUP.format(title=title, date=date, outlet=outlet, body=body)


def write(folder: Path, count: int) -> int:
    """Articles as files, a thousand to a folder; gives their characters."""
    characters = 0
    for number in range(count):
        suffix, text = article(number)
        path = folder / f"{number // 1000:03}" / f"{number:06}{suffix}"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        characters += len(text)
    return characters

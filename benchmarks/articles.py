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
    "近日，记者在{park}看到，{name}施工现场塔吊林立，工人们正加紧绑扎钢筋。",
    "{m}月{d}日上午，{place}与{owner}签订合作协议，{name}正式签约落户{park}。",
    "走进{place}{park}，{name}的生产线已经安装到位，首批{thing}即将下线。",
    "随着最后一方混凝土浇筑完成，位于{park}的{name}主体结构顺利封顶。",
    "“这批{thing}明天就发往外地。”在{park}，{name}的第一条生产线已经投产。",
)
_MONEY = (
    "{name}由{owner}投资建设，总投资{sum}亿元，占地{mu}亩，建筑面积{floor}万平方米。",
    "据介绍，该项目计划总投资{sum}亿元，规划用地{mu}亩，一期投资{half}亿元。",
    "项目占地约{mu}亩，总投资达{sum}亿元，分两期实施，投资方为{owner}。",
)
_OUTPUT = (
    "项目建成后，可年产{thing}{out}{unit}，实现年产值{value}亿元，年税收{tax}万元，带动就业{jobs}人。",
    "全部达产后，年产值可达{value}亿元，可提供就业岗位{jobs}个。",
    "投产后预计年产{thing}{out}{unit}，年销售收入{value}亿元，年利税{tax}万元。",
)
_REGION = (
    "今年以来，{place}累计开工亿元以上项目{count}个，完成投资{done}亿元，同比增长{growth}%。",
    "截至{m}月底，全县{count}个重点项目完成投资{done}亿元，占年度计划的{percent}%。",
    "前{quarter}季度，{place}新签约项目{count}个，协议总投资{done}亿元。",
)
_HEADS = (
    "{place}县委书记{head}表示，将全力保障项目早建成、早投产。",
    "项目负责人{person}说，目前主体工程已完成{percent}%，预计明年{month}月竣工投产。",
    "县长{head}到现场调研，要求倒排工期、挂图作战。",
)
_PIECES = (
    (
        *(
            "清晨的薄雾还没有散尽",
            "刚过正午",
            "夜色渐浓",
            "一场秋雨过后",
            "寒风凛冽",
            "天刚蒙蒙亮",
            "虽是周末",
            "节后第一天",
            "汛期将至",
        ),
        *(
            "入冬以来",
            "春耕时节",
            "高温天气里",
            "赶在雨季前",
            "工期过半",
            "年关将近",
            "抢抓晴好天气",
            "受疫情影响一度停工后",
            "大雪初霁",
        ),
    ),
    (
        *(
            "挖掘机来回穿梭",
            "焊花四溅",
            "满载砂石的车辆鱼贯而入",
            "测量员架起仪器",
            "吊装作业有序推进",
            "工人正在铺设管线",
            "钢结构厂房拔地而起",
        ),
        *(
            "技术员反复调试设备",
            "几台桩机同时作业",
            "电工忙着接线",
            "装修队伍已经进场",
            "质检员逐件核对",
            "叉车往返于仓库之间",
            "道路硬化接近尾声",
        ),
        *("绿化带里栽下新苗", "展厅正在布展", "试验线上机器轰鸣", "食堂里热气腾腾"),
    ),
    (
        *(
            "为的是把耽误的时间抢回来",
            "各道工序衔接紧密",
            "安全员寸步不离",
            "没有人愿意停下来",
            "确保节点目标如期实现",
            "大家心里都有一本账",
        ),
        *(
            "三班倒成了家常便饭",
            "进度比原定提前了半个月",
            "监理人员全程旁站",
            "材料供应从未断档",
            "图纸改了一遍又一遍",
            "夜里灯火通明",
        ),
        *(
            "现场会开到了工地上",
            "问题不过夜",
            "专班干部驻点帮扶",
            "审批事项一窗办结",
            "银行主动上门对接",
            "用电报装只用了三天",
        ),
    ),
    (
        *(
            "附近的村民也跟着忙碌起来",
            "老街坊都盼着早日完工",
            "返乡青年在这里找到了岗位",
            "周边的饭馆生意红火",
            "上下游企业闻讯而来",
            "物流公司增开了专线",
        ),
        *(
            "产业链的缺口正被一点点补上",
            "昔日荒滩变成了热土",
            "旧厂区换了新颜",
            "合作社签下了供货合同",
            "学校和企业共建了实训基地",
            "这里将添一张新名片",
        ),
        *(
            "租金收入成了村集体的活水",
            "招商队伍又踏上了行程",
            "下一批客商已经约好日期",
            "配套的公寓同步开工",
            "公交线路延伸到了厂门口",
            "税收的账算得明明白白",
        ),
    ),
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
    place, thing = dice.choice(_PLACES), dice.choice(_THINGS)
    firm = "".join(dice.sample(_FIRST, 3))
    total = dice.randrange(12, 900) / 10
    day = dt.date(2021, 1, 1) + dt.timedelta(dice.randrange(1500))
    dates = {"m": day.month, "d": day.day, "month": dice.randrange(1, 13), "quarter": dice.choice("二三四")}
    sums = {"sum": f"{total:.1f}", "half": f"{total / 2:.2f}", "done": dice.randrange(5, 600)}
    returns = {"value": dice.randrange(1, 200), "tax": dice.randrange(100, 9000), "jobs": dice.randrange(30, 3000)}
    sizes = {"mu": dice.randrange(20, 1500), "floor": dice.randrange(1, 90), "out": dice.randrange(1, 500)}
    shares = {"percent": dice.randrange(10, 95), "growth": f"{dice.randrange(10, 400) / 10:.1f}"}
    names = {"place": place, "thing": thing, "name": f"{firm}{thing}项目", "owner": f"{firm}集团有限公司"}
    people = {role: dice.choice(_SURNAMES) + "".join(dice.sample(_NAMES, 2)) for role in ("person", "head")}
    others = {
        "unit": dice.choice(_UNITS),
        "count": dice.randrange(8, 300),
        "park": f"{place[:2]}{dice.choice('东西南北')}部产业园",
    }
    said = dates | sums | returns | sizes | shares | names | people | others
    title = f"{place}：{firm}{thing}项目加快推进"
    facts = [dice.choice(kind) for kind in (_MONEY, _OUTPUT, _REGION, _HEADS)]
    told = ["，".join(dice.choice(pieces) for pieces in _PIECES) + "。" for _ in range(7)]
    sentences = [*facts, *told]
    dice.shuffle(sentences)
    paragraphs = [sentence.format(**said) for sentence in (dice.choice(_OPENERS), *sentences)]
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

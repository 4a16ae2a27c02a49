"""A sentence's shape cut into marks: the words that stand around names, and the gaps between them.

One pass with one pattern: the longest word that begins at a position wins. What no word covers is a gap, and a
project's name is made of gaps. Names in short quotes and brackets are kept whole.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache

from service.extract.projects.vocabulary import FACILITIES, FIRMS, PLAIN_VERBS, WORKS
from service.extract.search import Finder, finder
from service.extract.sentence import AREA as AREA_SIGN
from service.extract.sentence import KINDS

# Classes of marks.
GAP = "n"  # unknown words: a name, or nothing
STOP = "，"  # clause punctuation
LIST = "、"
FIGURE = "#"  # a value that is no part of a name
GOVERNS = "V"  # a verb whose object is a project: 推进, 实施, 打造
STAGE = "S"  # a stage word, in front of a project or behind it
PLAN = "M"  # 预计, 力争, 将: what follows is not reached
NOT = "X"  # 未, 尚未
DONE = "D"  # 已, 了, 目前: what follows is reached
ADVERB = "A"
BREAK = "F"  # any other word that ends a name
ROLE = "R"  # 总投资, 占地
AREA = "O"  # 全市, 我县: the region as subject
SAME = "J"  # 该项目: the running subject
PROJECT = "P"  # 项目
ETC = "G"  # 等
SITE = "W"  # 施工现场, 车间
HOLD = "H"  # 举行, 举办: a ceremony
BLANK = " "  # a stop, but nothing beside a number


@dataclass(slots=True)
class Mark:
    """`shape[i:j]` is of class `cls`; a stage word carries its stage."""

    i: int
    j: int
    cls: str
    word: str
    stage: str | None = None


WORDS: dict[str, tuple[str, str | None]] = {}
"""Every word that stands around names, with its class and, for a stage word, its stage."""


def add(cls: str, words: Iterable[str], stage: str | None = None) -> None:
    """Put words of a class into the table; the last to claim a word has it."""
    WORDS.update(dict.fromkeys(words, (cls, stage)))


add(STOP, '，；：。！？,;:!?…\n|｜“”‘’"「」『』《》（）()【】[]')
add(STOP, ("——",))
add(BLANK, " \t\r\u3000\xa0")
add(LIST, ("、", "以及"))
add(FIGURE, "ⓂⒻⒶⓅⒿⓇⓉ")
add(ETC, ("等",))
add(PROJECT, ("项目",))
add(
    SAME,
    """前者 后者 该项目 本项目 此项目 这个项目 这一项目 整个项目 全部项目 该工程 本工程 此工程 该园区 该产业园 该基地 该园
    该厂 该线路 该大桥 该生产线 该电站 该机场 该水库 该医院 该学校 该路 该公路 该铁路 该中心 该集群 该综合体 该工厂 该车间 该市场 该小镇
    该隧道 该码头 该平台 该厂房 该风电场 该景区 该度假村 该片区 该牧场 该矿 该管廊""".split(),
)
add(
    AREA,
    """全市 全县 全区 全省 全州 全国 全镇 全乡 全旗 全盟 我市 我县 我区 我省 我州 我镇 我旗 该市 该县 该区 该省 该州 该镇 该乡 该旗
    该街道 本市 本县 本区 各县区 各县 各区 各乡镇 各级 各部门""".split(),
)
add(
    GOVERNS,
    """推进 推动 促进 加快推进 加快推动 加速推进 加速推动 全力推进 大力推进 扎实推进 稳步推进 有序推进 积极推进 统筹推进 协调推进
    深入推进 持续推进 全面推进 抓好 抓紧 狠抓 抓实 做好 实施 组织实施 启动实施 深入实施 持续实施 滚动实施 开展 加快 加速 提速
    全力提速 力促 助推 助力 聚力攻坚 攻坚 启动 走进 来到 走访 调研 考察 参观 察看 视察 督导 包括 涌现出 分别是 分别为 还有 另有 察看了 走访了 调研了 查看 查看了 视察了 实地察看 实地查看 建设的
    全力保障""".split(),
)
add(
    PLAN,
    """预计 计划 主抓 力争 争取 全力争取 确保 将 将于 拟 拟于 有望 可望 即将 准备 打算 届时 尽快 早日 力保 目标 瞄准 力求 明年 后年
    年底前 下一步 下步 也将 还将 今后 之后 要加快 要推进 要抓 可实现 可达 可带动 可提供 可新增 可年产 能够 可以
    早一天 早一日 早点 尽早 及早 达产后 建成后 投产后 建成投产后 竣工后 投用后 投入使用后 投入运营后 运营后 达效后 完工后 通车后 全部建成后 全面建成后 建设完成后
    建成投用后 全面达产后 全部达产后 达产达效后 投产达效后 满产后 完成后 改造完成后 改造后 扩建后 达产年 达效年 达产达效年 满产年""".split(),
)
add(NOT, "尚未 还未 仍未 未能 没有 暂未 暂停 停工 停滞 停建 无法 不得 不能 终止".split())
add(
    DONE,
    """已 已经 了 目前 现已 均已 日前 近日 如今 正在 现在 眼下 当前 正式 成功 顺利 圆满 先后 相继 陆续 累计 刚刚 率先 全部 提前
    按时 实现 过去 以来 截至 正按 正火热""".split(),
)
add(
    ADVERB,
    """全力 大力 积极 扎实 稳步 有序 统筹 协调 深入 持续 全面 加紧 高效 高标准 高质量 高水平 有力 有力有序 有序有力 迅速 火热
    如火如荼 紧张 紧锣密鼓 全速 开足马力 努力 奋力 着力 继续 进一步 全线 整体 基本 初步 同步 分别 共同 集中 一次性 纷纷 接连 不断 逐步
    逐渐 最近 当年 当日 同日 同样 近期 开始 全容量 双双 均已 随即 紧随其后 主体工程 主体 主体结构 如期 按期""".split(),
)
add(
    BREAK,
    """的 在 是 由 被 把 让 使 为 从 对 于 及其 其 其中 此外 同时 与此同时 另外 而 但 因 例如 比如 诸如 以 按照 根据 通过 随着 围着 盯着
    关于 作为 成为 位于 坐落于 坐落 地处 属于 来自 列入 纳入 入选 获评 当选 荣获 记者 据悉 据了解 据介绍 介绍 表示 告诉 指出 强调 要求 看到
    标志着 意味着 只见 面对 面向 针对 立足 坚持 紧扣 紧盯 锚定 发挥 运用 借助 凭借 此次 本次 这次 每 各 该 这些 那些 本报 一批 一大批
    一系列 多个 分两期 分三期 分四期 分五期 分二期 分期 共分 分为 形成 带来 参加 出席 主持 负责 承担 承建 施工单位 建设单位 获得 得到 取得
    提供 带动 新增 增加 增长 下降 达到 超过 突破 同比 环比 高于 低于 主要 从事 主营 拥有 具备 具有 配备 采用 引入 吸引 至今 至此
    存在 了解 了解到 企业负责人 公司负责人 公司董事长 公司总经理 公司副总经理 不仅 并将 打造 依托 围绕 支持 聚焦 融入 进入 步入 迈入 迈向""".split(),
)
add(
    ROLE,
    """概算 总概算 估算 概算投资 估算投资 概算总投资 估算总投资 意向投资 协议投资 计划投资 计划总投资 总投资 投资 总投入 投入 投资额 总造价 造价 完成投资 累计投资 占地 总占地 规划用地 用地 总用地 占地面积 规划面积 规划占地 总面积
    建筑面积 总建筑面积 规划总面积 建设面积 年产值 产值 年销售收入 销售收入 年销售额 销售额 年销售总额 销售总额 营业收入 年营业收入 主营业务收入 营收 年营收 年总产值 总产值 工业产值 年利税 税金 年纳税 纳税 年纳税额 纳税额 税收 利税 年税收 全长 建设里程 线路全长
    总长 总装机 总装机容量 总装机规模 年产 年处理 年加工 就业 岗位 总规模 建设规模 工期 总工期""".split(),
)
add(
    SITE,
    "施工现场 建设现场 项目现场 生产现场 建设工地 施工工地 工地 现场 车间内 生产车间内 车间里 生产车间里 施工一线".split(),
)
add(HOLD, "举行 举办 召开".split())
add(BREAK, PLAIN_VERBS)
add(ADVERB, "每年 及时 常年 年均 今天 昨天 今晨 高质高效 春节期间 国庆期间 春节前后 假期里".split())
# Words that contain one of the above and belong to names.
add(
    GAP,
    """将军 将乐 华为 自由 高等 对口 对俄 对外 目的地 投资集团 投资公司 投资有限 投资控股 投资发展 投资开发 投资建设 现场会 于都 于洪 是否
    其他 其它 为民 有为 无为 向阳 方向 从江 从化 使馆 大使 让胡路 的士 等级 因特 未来 已二酸 可持续 及其他 主要道路
    就业服务 就业创业 投资促进 支持中心 主体功能 持续性 整体提升 各族 由来 对接 向好 向心 全国总部 全国首个 全国最大 使用 使命 高效农业
    高效节能 高质量发展 一批次 达产业 高标准农田 高标准厂房 高标准基本农田 特别合作区 特别行政区 特别生态 加速器 领导小组 集中区 集中供热 集中供暖 集中连片 集中隔离 同步辐射 计划生育 全面小康 统筹城乡 统筹区 打造者 大力士
    中等 初等 平等 同等 优等 甲等 特等 天使 基因 转让 出让 虚拟 模拟 潜在 内在 植被 应对 结对 因素 原因 安全 公交 交通 互通 直通车 建成区 步行街
    投资总部 支持基地 并网电站 并网光伏 希望集团 希望小学 产业促进 整体景观 整体改造 整体搬迁 整体迁建 全面提升工程 资本市场 该区域 设施 施工程 通水利 动工作 交工作 年产业 发生产 发生态 构建设 展现代 力促进 力保障 力保护 争取得 占比达到 运营部 运营商 运营中心
    对虾 对二甲苯 对苯二 对讲 对流 对称 对象 等离子 等静压 推进剂 推进器 火把 车把 棉被 被褥 麻将 中将 目的 理由 因缘 成因 参谋 每日 根据地 发布厅 营业厅 交工集团 交工建设 使领馆 信使 在校 以太 从业
    机组 班组 机构 结构 地处理 放开工 放开发 放开业 创新 更新 高新 文创 双创 科创 运动 联动 立交 储运 客运 货运
    运营公司 运营管理 作业区 完成率 开工率 投产率 竣工率 落地率 签约率 履约率 通航发展 通航产业 通航机场 通航小镇 通航公司 医养结合 农旅结合 文旅结合 林养结合 种养结合
    康养结合 军民结合 产教结合 旅居结合 体旅结合
    工地址 因子 认为 行为 以为 为主 以东 以西 以南 以北 以上 以下 以内 以外 以色列 以岭 集聚区 修复 孵化加速 加速平台 加速中心 巩固提升 调度中心 学习中心 登记中心 评估中心 宣传中心 在线 在地化 存在 所在""".split(),
)

YEARLY = ("年产", "年处理", "年加工")
_IN_NAME = re.compile(
    "年(?:产|处理|加工)[^，。；、]{0,3}[ⓆⓃⒶ][^，。；、]{1,24}?(?:、年(?:产|处理|加工)[^，。；、]{0,3}[ⓆⓃⒶ][^，。；、]{1,24}?)?(?:项目|生产线|工程|基地)"
)
# A short quotation or bracket is part of a name.
_OPENING = frozenset("“‘「『（(")
_QUOTED_PROJECT = re.compile("“[一-龥A-Za-z0-9ⓆⒶ]{5,}项目”")
_WHOLE = re.compile("[“‘「『][^“”‘’「」『』，。；：！？、]{1,16}[”’」』]|[（(][^（）()，。；：！？]{1,28}[）)]")


@cache
def _words() -> tuple[Finder, list[tuple[str, str, str | None, bool]]]:
    """The finder of all words, and each with its class, its stage, and whether what stands around it may make it another.

    Made at the first use, when every family has added its own.
    """
    words = [
        (word, cls, stage, cls in (GAP, BLANK, PLAN) or stage in _LATE or word in _OPENING or word in _PARTS_OF_NAMES)
        for word, (cls, stage) in WORDS.items()
    ]
    return finder(WORDS), words


@cache
def _worth() -> tuple[Finder, int]:
    """The finder of what a clause must have to be cut up, and of the marks that end clauses, which have numbers below the one given.

    It is a value, a firm, or a word that a project, a stage, a plan or a subject may stand in.
    """
    kinds = (STAGE, SAME, AREA, PROJECT, PLAN, SITE)
    listed = [word for word, (cls, _) in WORDS.items() if cls in kinds]
    heads = [word for word in (*FACILITIES, *WORKS) if len(word) > 1]
    words = [*_CLAUSE_ENDS, *listed, *heads, *FIRMS, "工程", "期", "厂", "园", *"ⓂⒶⒿⓃⓆⓉ"]
    return finder(dict.fromkeys(words)), len(_CLAUSE_ENDS)


_CLAUSE_ENDS = "，；。！？"


def marks(shape: str) -> list[Mark]:
    """The marks of a shape from left to right, gaps included; a clause that tells of no project is one stop."""
    found: list[Mark] = []
    find, ends = _worth()
    start, worth = 0, False
    for number, _, end in find(shape):
        if number >= ends:
            worth = True
            continue
        if worth:
            _cut(shape, start, end, found)
        else:
            found.append(Mark(start, end, STOP, shape[end - 1]))
        start, worth = end, False
    if worth:
        _cut(shape, start, len(shape), found)
    elif start < len(shape):
        found.append(Mark(start, len(shape), STOP, "，"))
    return found


def _cut(shape: str, start: int, end: int, found: list[Mark]) -> None:
    """Add the marks of the clause `shape[start:end]`."""
    find, words = _words()
    here = done = start
    for number, i, j in find(shape[start:end]):
        i, j = i + start, j + start
        if i < done:
            continue
        word, cls, stage, open_to_change = words[number]
        if not open_to_change:
            if i > here:
                found.append(Mark(here, i, GAP, shape[here:i]))
            found.append(Mark(i, j, cls, word, stage))
            here = done = j
            continue
        if word in _OPENING and (whole := _WHOLE.match(shape, i, end)) and not _QUOTED_PROJECT.fullmatch(whole[0]):
            done = whole.end()
            continue
        if cls == GAP or (word in _PARTS_OF_NAMES and _belongs(shape, i, here, word, found)):
            continue
        if cls == BLANK:
            if _by_value(shape, i):
                here = j if here == i else here
                continue
            cls = STOP
        elif stage in _LATE and shape.startswith("后", j) and not shape.startswith(_SINCE, j + 1):
            j, cls, stage, word = j + 1, PLAN, None, word + "后"
        elif cls == PLAN and word[-1] == "后" and shape.startswith(_SINCE, j) and word[:-1] in WORDS:
            j, word = j - 1, word[:-1]
            cls, stage = WORDS[word]
        if i > here:
            found.append(Mark(here, i, GAP, shape[here:i]))
        elif cls == PLAN and word[-1] == "后" and found and found[-1].stage in _LATE and found[-1].j == i:
            # 建成达产后: what is behind it is not reached either.
            i, word = found[-1].i, found.pop().word + word
        found.append(Mark(i, j, cls, word, stage))
        here = done = j
    if here < end:
        found.append(Mark(here, end, GAP, shape[here:end]))


_LATE = ("completed", "operational")
# 后续 and 后期 are other words; 投产后的第一个旺季, 投产后已招工 tell what has been.
_SINCE = ("续", "期", "的第", "的首", "已", "不久", "，已", "至今")


# 建设中 ends a clause; before a name it is 建设 and a letter of the name (建设中街工业园).
_GOING = ("建设中", "施工中", "洽谈中", "推进中")
# Adverbs before a verb, and parts of names elsewhere: 单晶高效组件, 货运集中查验场.
_CLOSED = ("", "，", "。", "；", "、", "！", "？", "”", "\n")
_HOW = ("高标准", "高水平", "高质量", "高效", "集中", "基本")
_PARTS_OF_NAMES = frozenset(("的", "、", "提标", "续建", AREA_SIGN, *YEARLY, *_GOING, *_HOW))
_NUMBERS = re.compile("[0-9一二三四五六七八九]、[0-9一二三四五六七八九]{1,3}[号期线]")


def _belongs(shape: str, i: int, here: int, word: str, found: Sequence[Mark]) -> bool:
    """Whether the word is part of a name after all: 、美源地产; 年产2万吨铝板项目; 年产3万平方米…生产线; 3、4号机组."""
    if word == "的":
        return i == here + 1 and bool(found) and found[-1].cls == LIST
    if word == "、":
        return _NUMBERS.match(shape, i - 1) is not None
    if word in _HOW:
        j = i + len(word)
        if shape[j : j + 1] in _CLOSED:
            return False
        return (
            i > here
            and shape[j : j + 2] not in WORKS
            and not any(WORDS.get(shape[j : j + size], (GAP,))[0] != GAP for size in (1, 2, 3, 4))
        )
    if word == "提标":
        return shape.startswith(("改造", "扩建", "扩容"), i + 2)
    if word == "续建":
        return i > here + 1 and shape.startswith(("工程", "配套"), i + 2)
    if word == AREA_SIGN:
        return i > here and shape[:i].endswith(YEARLY)
    if word in _GOING:
        return shape[i + 3 : i + 4] not in ("", "的", "，", "。", "；", "、", "”")
    return _IN_NAME.match(shape, i) is not None


def _by_value(shape: str, i: int) -> bool:
    return shape[i - 1 : i] in KINDS or shape[i + 1 : i + 2] in KINDS or shape[i + 1 : i + 2].isascii()


def show(found: Sequence[Mark]) -> str:
    """The marks as a line for people: 推进/V 文洋机场/n 建设/V."""
    return " ".join(f"{m.word}/{m.cls}{m.stage or ''}" for m in found)

"""What of a stretch of words is a project's name, and whether it names one: `tidy`, `specific`, `head`."""

import re
from collections.abc import Iterable
from functools import lru_cache

from service.extract import words
from service.extract.lexicon import alternatives
from service.extract.projects.vocabulary import (
    CAMPAIGN,
    FACILITIES,
    FIRMS,
    GENERIC,
    NOT_BUILT,
    ORGANISATIONS,
    PREDICATES,
    PROVINCES,
    VAGUE,
    VAGUE_ALONE,
    WORKS,
    ZONES,
)
from service.extract.search import finder

PHASE = r"(?:[一二三四五六七八九十]|[1-9])期"
PHASE_ALONE = re.compile(
    rf"(?:项目|工程|其中|园区|产业园|基地|工厂|该园)?(?:第?(?P<n>{PHASE})|(?P<first>首期|一阶段|首批))(?:工程|项目)?$"
)
PHASE_FIRST = re.compile(rf"(?:第?(?P<n>{PHASE})|(?P<first>首期))")
PHASE_NAMED = re.compile(rf"(?:(?P<n>{PHASE})|(?P<first>首期))(?:工程|项目)?[）)]?$")
PHASE_LAST = re.compile(rf"[（(]?{PHASE}(?:工程|项目|建设)?[)）]?$")
_MARKED = re.compile(rf"[0-9A-Za-zⓆⓃ“‘「『]|{PHASE}|第[一二三四五六七八九十]")
BRACKETED_PHASE = re.compile(
    rf"[（(](?:[^（）()]{{0,6}}{PHASE}[^（）()]{{0,4}}|[^（）()]{{1,18}}(?:地块|片区))[)）](?:工程)?"
)
# Verbs that a gap may begin with; 开发区 and 建设路 are names.
_LEAD = re.compile(
    r"""(?:[及暨并]|据(?=[一-龥]{3})|继(?!续)|指挥(?=[一-龥]{5})|仪式设|[（(]?[0-9]{1,2}[.．、)）](?![0-9])|[（(][一二三四五六七八九十][)）]|[①②③④⑤⑥⑦⑧⑨⑩]|如(?![东皋意家歌果祥通何此是期])|另一个|另一|另外|得知|其中|包括|上马|正?加快|投资|新建(?:及|和)?改?建?|改造提升|升级改造|提升改造|改造|翻建|改建|扩建|整治|建设(?![路街巷村镇乡银大])|规划(?=[一-龥]{4})|修建|兴建|打造|开发(?![区区大])|培育|创建|争创|构建|编制|完善|加强|强化|优化
    |提升|拓展|深化|推广|做好|做大|做强|升级|布局|建立|健全|落实|利用|规范|引导|鼓励|组织|统筹|抓好|一[座条个]|首个|中?既有(?=[一-龥]{4})|[也又还]有(?=[一-龥]{4})|这[座条个]|总(?![部装院站成仓经])|保障(?![性房])|[一-龥]{0,4}(?:合作|过程|进程|规划)中(?:建设)?|在|以|有|要|力争|就是|重点(?=[一-龥]{5}|建设|推进|实施|打造)|积极|有序|新增|探索|谋划|上述|主会场|分会场|会场|记者|入驻|进驻|迁入|又?新上|中?不乏|公司(?=[一-龥]{4})|(?:空中)?[俯鸟]瞰|[一-龥]{0,16}(?:书记|[市县区州局镇]长|经理|主席|主任|总裁)[一-龥]{2,3}[赴到](?=[一-龥]{4})|[省市县区]?(?:重点|重大|民生)(?:建设)?(?:工程|项目)(?!建设|指挥|现场|管理|领导)(?=[一-龥]{4})|[和及与](?:推进|实施|建设)|[到赴](?=[一-龥]{4})|[一-龥]{2,10}[省市县区园镇乡州]有(?=[一-龥]{4})|[一-龥]{2}工作[及和]|[一-龥]{2,12}(?:工业区|开发区|高新区|经开区|集聚区|园区)(?=年产)|[一-龥]{1,4}[区县市镇](?="""
    + alternatives(PROVINCES)
    + r"""(?![省市路]|家园|新村|花园|大道)[一-龥]{4}))""",
    re.VERBOSE,
)
_TAIL = re.compile(
    r"""(?:第?[一二三四五六七八九十0-9]{1,2}标段?|主会场|分会场|分现场|(?:[两一二三四ⓃⓆ]台|Ⓝ|首台|(?<![、0-9])[0-9]{1,2}号)机组|(?:战略)?(?:合作)?框架协议|合作协议|产能|开发建设|配套建设|项目建设|工程建设|建设工作|建设进度|建设任务|建设步伐|建设进程|(?<!工程)(?<!设施)建设|建设和运行|建设发展|主体工程|主体|前期|进度|任务|进程|步伐|起势|全线|全面|现场|施工|一线|内|里|方|负责人|有关负责人|相关负责人
    |(?:首[条批台座栋期个]|[一二三四]号)[^，]{0,4}(?:生产线|产线|车间|厂房|机组|产品|设备)|首批|第[一二三四五]批|(?:[0-9]{1,2}|今|昨|当)日(?:[上下]午)?|双向|最近|(?:左|右)(?:洞|幅|线)|(?<=[厂园期站馆院库])(?:设备|主厂房|厂房|首台机组)|总指挥|项目经理|工作人员|技术人员|工人们|一角|自|获[^，]{1,8}[委厅局部府院]|等|达|约|长|为|预|后|时|也|都|均|又|则|就|仍|才|刚|双|已|正|并|全|和|及|与|是|来|上|可|较|共|[：:])$""",
    re.VERBOSE,
)
# A first look: a tail ends in one of its own letters.
_IN_TAIL = frozenset(_TAIL.pattern)
# What may stand between a head and the end of the words: what `tidy` drops, a bracket, and 和, 与, 到 that join names.
MAY_FOLLOW = rf"{_TAIL.pattern[:-1]}|[ “]"
MAY_END = re.compile(rf"[（()）Ⓝ]|(?:{MAY_FOLLOW})*(?:[和与到]|$)", re.VERBOSE)
_ZONE_FIRST = re.compile("[一-龥]{2,8}(?:开发|高新|经开|集聚|工业园)区(?=[一-龥]{6})")
_JOINED = re.compile("[和与到暨]")
_BRACKET_LAST = re.compile(r"[（(][^（）()]*[）)]$")
# What a bracket or a phase at the end of a name ends in.
_BRACKET_OR_PHASE_LAST = frozenset("）)期程目设")
_PHASED = re.compile(PHASE)
_QUOTED = re.compile(r"“[^”]*”")
_DIVISION_QUOTED = re.compile("[一-龥]{0,8}[省市县区州]“[^”]*”")
_QUOTED_WORK = re.compile(r"[^“]{0,2}“[^”]*”工程")
_ADMINISTRATIVE = frozenset("省市县区镇乡村州盟旗")
# 台州, 杭州: here 州 is a letter of the name.
_OF_NO_CITY = frozenset("一二三四五六七八九两全本各该我省市县区")
_NEUTRAL = frozenset({w for w in GENERIC if len(w) == 1} | set("一二三四五六七八九十两百千万第"))
_SHARED = frozenset({w for w in GENERIC if len(w) > 1} | {w for w in FACILITIES if len(w) > 1} | WORKS)


def _sizes(words: Iterable[str]) -> dict[str, list[int]]:
    """How long the words are that end in a character, the longest first."""
    sizes: dict[str, set[int]] = {}
    for word in words:
        sizes.setdefault(word[-1], set()).add(len(word))
    return {char: sorted(found, reverse=True) for char, found in sizes.items()}


_shared = finder(_SHARED)
_HEADS = FACILITIES | WORKS
_HEAD_SIZES = _sizes(_HEADS)


@lru_cache(4096)
def tidy(text: str) -> tuple[int, int]:
    """Start and end inside `text` of the name in it: without leading verbs and counts, trailing 建设, 前期 and the like."""
    start, end = 0, len(text)
    while start < end and (text[start] in " ·.．、，　）)”—–-" or (text[start] == "“" and "”" not in text)):
        start += 1
    while (lead := _LEAD.match(text, start, end)) and lead.end() > start and end - lead.end() >= 2:
        start = lead.end()
    while end - start > 2 and text[end - 1] in _IN_TAIL and (tail := _TAIL.search(text, start, end)):
        if tail.start() - start < 2:
            break
        end = tail.start()
    while start < end and text[start] == " ":
        start += 1
    while start < end and text[end - 1] in " （(“":
        end -= 1
    return start, end


@lru_cache(4096)
def residue(text: str) -> int:
    """How many Chinese characters of `text` belong to no word that every region's projects share."""
    total = here = 0
    for _, start, end in _shared(text):
        if start > here:
            total += _own(text[here:start])
        here = end
    return total + _own(text[here:]) if here < len(text) else total


def _own(text: str) -> int:
    """How many characters of a stretch tell something; a letter such as 大 or 新 does so beside one that does, not alone."""
    if text[1:] == "州" and text[0] not in _OF_NO_CITY:
        return 2
    letters = [c for c in text if "一" <= c <= "龥" and c not in _ADMINISTRATIVE]
    return 0 if _NEUTRAL.issuperset(letters) else len(letters)


# 甲市重点工程, 重点公路.
_OF_A_REGION = re.compile("(?:[一-龥]{1,6}?[省市县区州旗盟])?(?:重点|重大)")


def generic(text: str) -> bool:
    """Whether the words are one of those that name no project, with or without 工程, or what is called 重点 in general."""
    kind = _OF_A_REGION.match(text)
    return text.removesuffix("工程") in GENERIC or (kind is not None and residue(text[kind.end() :]) == 0)


def specific(text: str) -> bool:
    """Whether the name tells one project from others: a proper part, a phase, a number, letters or quotes."""
    return bool(_MARKED.search(text)) or residue(text) >= 2


@lru_cache(4096)
def head(text: str) -> str | None:
    """The word for a built thing or a work on one in which the name ends (before a bracket or a phase), or None."""
    bare = bare_name(text)
    if bare.endswith("工程"):
        return "工程"
    for size in _HEAD_SIZES.get(bare[-1:], ()):
        if size <= len(bare) and bare[-size:] in _HEADS:
            return bare[-size:]
    return None


def facility(text: str) -> bool:
    """Whether the name ends in a word for a built thing and has more than that word."""
    word = head(text)
    if word is None or word not in FACILITIES:
        return False
    return len(bare_name(text)) > len(word) + (len(word) == 1) or (len(word) > 2 and word not in GENERIC)


def described(text: str) -> bool:
    """Whether the words before the head say what it is for: 光伏玻璃深加工产业园, not 特色产业园."""
    word = head(text)
    return word is not None and len(bare_name(text)) - len(word) >= 4


def work_on_facility(text: str) -> bool:
    """Whether the name is of a work on a built thing: 市人民医院扩建, 第二水厂改造."""
    word = head(text)
    front = text[: len(text) - len(word or "")]
    return word in WORKS and facility(front) and front not in GENERIC


_PARTS = (
    "车间", "厂房", "仓库", "外立面工程", "幕墙工程", "桩基工程", "基坑工程", "砌筑工程", "砌体工程", "机电工程", "消防工程", "室外工程", "装饰工程", "装修工程", "土建工程", "安装工程", "附属工程", "配套工程", "线下工程", "线上工程", "站前工程", "站后工程", "主体工程", "基础工程", "收尾工程", "绿化工程", "研发楼", "办公楼", "综合楼", "宿舍楼", "设施", "管网",
)  # fmt: skip
_COMPONENTS = (
    "线",
    "厂房",
    "车间",
    "楼",
    "盾构机",
    "设备",
    "机组",
    "主体",
    "路基",
    "主塔",
    "路面",
    "隧道",
    "桩基",
    "大坝",
    "风机",
    "钢结构",
    "框架",
    "填筑",
    "浇筑",
    "土建",
)
_PART = re.compile(
    r"^[东南西北中]段$|^主[桥塔线]$|^(?:新|首[批条座栋幢个期]?|主|[一二三四五六七八九十0-9]号|标准化?|Ⓝ|该|其|各|老|旧|现有|部分|全部)[^，]{0,3}(?:厂房|车间|生产线|产线|楼|装置|设备|产品|机组|仓库|园区)$|^[0-9A-Za-z]{1,3}[#号](?:楼|厂房|车间|机组|地块)"
)


def component(text: str) -> bool:
    """Whether the words are a part whose progress is the project's: X的盾构机, X的两条灌装线."""
    return text.endswith(_COMPONENTS) and len(text) < 10


OF_THESE = re.compile("这批|这些|上述|该批")
WHOLE = re.compile("整个|这[个座条家]|该|本|全部|(?:我们|咱们)(?:的|这[个座条家])?")


def part(text: str) -> bool:
    """Whether the words name a part of a project, not a project: 新厂房, 首条生产线."""
    return _PART.match(text) is not None or (text.endswith(_PARTS) and (len(text) < 6 or residue(text) == 0))


@lru_cache(4096)
def bare_name(text: str) -> str:
    """The name without a bracket or a phase at its end."""
    while text[-1:] in _BRACKET_OR_PHASE_LAST:
        shorter = _BRACKET_LAST.sub("", text)
        shorter = PHASE_LAST.sub("", shorter)
        if shorter == text or not shorter:
            break
        text = shorter
    return text


def division(text: str) -> bool:
    """Whether the words are a place of administration: 牡丹江市."""
    return text.endswith(("省", "市", "县", "州", "旗", "盟", "镇", "乡", "村", "地市", "街道")) and head(text) is None


_HALLS = ("客厅", "展厅", "餐厅", "大厅", "音乐厅", "展示厅")


def organisation(text: str) -> bool:
    """Whether the words end in an organisation or an office."""
    return text.endswith(ORGANISATIONS) and not text.endswith(_HALLS)


DOES = "牵头|共同|全额|出资|投资|建设|承建|开发|运营|实施|兴建|打造|负责|承担"
FIRM_DOES = re.compile(f"(?:{DOES})*$")
_FIRM = re.compile(f"(?P<firm>{'|'.join(FIRMS)}){FIRM_DOES.pattern}")


def firm(text: str) -> bool:
    """Whether the words end in a firm, or in one and what it does: 甲集团投资建设."""
    return _FIRM.search(text) is not None


def firm_end(text: str) -> int:
    """Where the firm ends in words for which `firm` holds."""
    match = _FIRM.search(text)
    return match.end("firm") if match else len(text)


def not_built(text: str) -> bool:
    """Whether the words end in a campaign, a policy, a plan: 专项行动, 工作机制."""
    return text.endswith(NOT_BUILT)


def vague(text: str) -> bool:
    """Whether the words before 项目 only sort projects: 各类重点, 招商."""
    if _PHASED.search(text):
        return False
    if text.endswith("建设"):
        # 重点建设, 城市建设, but 甲研究设施建设.
        return residue(text) < 2 or vague(text.removesuffix("建设"))
    if text.endswith(("设施", "配套")) and facility(
        text.removesuffix("配套").removesuffix("设施").removesuffix("配套").removesuffix("基础")
    ):
        return residue(text) < 2
    return text.endswith(VAGUE) or (text.endswith(VAGUE_ALONE) and residue(text) < 3)


# A clause, how a thing ranks, what is put into it or where it comes from: 这个医院, 再上一条生产线, 国内最大的基地, 德国生产线.
_CLAUSE = re.compile(
    r"""^整个 | ^第?[一二三四五六七八九十]期(?:工程|项目)?$ | (?:报批|审批|设计|招标|选址|征地|拆迁|征迁|评审|立项|可研|环评|勘察|报建|洽谈|谈判|论证|申报|备案|核准)$ | ^这 | 一([幅个座项条栋幢块片张排])\1 | [\^?�] | ^[两二三四五]期工程$ | ^地(?![铁下热块理质标面产区方市震坪级]) | ^[亿万]元 | ^新?一轮(?!.*工程$) | ^[东西南北](?:[接起止临连邻靠]|至(?!县)) | [首唯][个家条座一][^，] | 第[一二三四五六七八九十]+[个条座家] | 第[一二三四五][高大长座] | 最[大长高先好新早] | 国[内外]先进
      | [两三四五六七八九]大(?:都市区|产业|服务|功能|中心|平台|基地|板块|园区) | ^[一二三四五1-9]、[二三四五六2-9]期$ | 阶段$
      | ^(?:配置|开设|设置|购置|安装|建有|设有|配有|先进|赶到) | ^(?:就|刚|又|再)(?:赶|到) | 再[上建添增]
      | (?:产业|资源|市场|经济|社会)(?:综合)?(?:开发|发展)(?:$|和)
      | (?:这|那)[个座条家批] | [一两][条座家个](?!龙)
      | ^(?:德国|意大利|日本|美国|法国|瑞士|瑞典|韩国|英国|荷兰|奥地利|国外|进口|全自动|自动化)[一-龥]{0,2}生产线$
      | (?:工业|经济|产业|企业|农业|旅游业?|服务业)转型升级$ | [获夺]得?Ⓝ | 布局|打算|我们|他们|有望|相比|期间|假期|之[一后]|转入|打造|看到|成为|获悉""",
    re.VERBOSE,
)


# A first look, which spares most names the segmentation.
_predicates = finder(PREDICATES)


@lru_cache(4096)
def clause(text: str) -> bool:
    """Whether the words have a verb or a rank of their own, so that they are no name."""
    if _CLAUSE.search(text) is not None:
        return True
    return bool(_predicates(text)) and not PREDICATES.isdisjoint(words.cut(text))


# How good a 工程 is, and where it is without what it is: 一流工程, 甲省乙市工程.
_NO_WORK = re.compile(
    "[一-龥]{0,3}(?:一流|精品|样板|放心|标杆|廉洁|良心|满意|形象|德政|百年|阳光|平安|优质|示范)工程"
    "|(?:[一-龥]{1,6}[省市县州旗]){1,3}(?:[一-龥]{1,4}[区镇乡])?工程"
)


def campaign(text: str) -> bool:
    """Whether what is called 工程 is a campaign or no work at all: “宽带”工程, 招商引资工程, 一流工程."""
    if not text.endswith("工程"):
        return False
    if _NO_WORK.fullmatch(text):
        return True
    return bool(_QUOTED_WORK.fullmatch(text)) or any(word in text for word in CAMPAIGN)


def zone(text: str) -> bool:
    """Whether the name is that of a zone, which is declared rather than built."""
    return bare_name(text).endswith(ZONES)


def behind_zone(text: str) -> int:
    """Where the name begins in words that first tell in which zone it stands: 甲经济开发区乙丙电梯工厂."""
    match = _ZONE_FIRST.match(text)
    return match.end() if match and residue(text[match.end() :]) >= 2 and head(text) else 0


def declared_zone(text: str) -> bool:
    """Whether the name is of a zone with an administration of its own: 经济开发区, not a park that is built."""
    return text.endswith(("开发区", "高新区", "经开区", "试验区", "保税区", "合作区", "自贸区", "新区", "城区"))


# The first letters of what BUILDS matches.
BUILDING = frozenset("新改扩翻建规兴修续实升提")
BUILDS = re.compile(
    r"(?:升级改造|改造提升|提升改造|新建|改建|扩建|翻建|建设|规划(?=[一-龥]{4})|兴建|修建|续建|实施){1,3}(?:了)?(?:及|和|、)?"
)


def quoted(text: str) -> bool:
    """Whether the words are one quotation and no more: “三个一批”."""
    return _QUOTED.fullmatch(text) is not None or _DIVISION_QUOTED.fullmatch(text) is not None


def split(text: str) -> list[tuple[int, int]]:
    """The names that 和, 与 join in one stretch of words, as spans; one span where they join the parts of one name."""
    if _JOINED.search(text) is None:
        return [(0, len(text))]
    cuts = [0]
    for match in _JOINED.finditer(text):
        i = match.start()
        left, right = text[cuts[-1] : i], text[i + 1 :]
        if len(left) < 2 or len(right) < 2 or right.startswith("配套") or _inside(text, i):
            continue
        if (_whole(left) and _whole(_JOINED.split(right)[0])) or _twins(left, right):
            cuts.append(i + 1)
    ends = [c - 1 for c in cuts[1:]] + [len(text)]
    return list(zip(cuts, ends, strict=True))


def unlike(text: str) -> bool:
    """Whether the first of what 和 joins is a thing and the last a work: 甲矿山与石墨深加工."""
    parts = _JOINED.split(text)
    if len(parts) == 1:
        return False
    first, last = (head(part[slice(*tidy(part))]) for part in (parts[0], parts[-1]))
    return first in FACILITIES and last in WORKS and not work_on_facility(parts[-1])


def _whole(text: str) -> bool:
    start, end = tidy(text)
    name = text[start:end]
    return head(name) is not None and len(name) > 2 and (specific(name) or facility(name))


def _twins(left: str, right: str) -> bool:
    """Whether 和 joins two proper names of one length before one head: 叶岭和拉山水电站, not 石墨和锂电产业园."""
    right = right[: tidy(right)[1]]
    word = head(right)
    if word is None or len(word) < 2 or len(right) - len(word) != len(left) or not 2 <= len(left) <= 3:
        return False
    return all(
        residue(name) == len(name) and (words.dictionary_tag(name) or "ns").startswith(("ns", "nr"))
        for name in (left, right[: len(left)])
    )


def _inside(text: str, i: int) -> bool:
    return text.count("（", 0, i) > text.count("）", 0, i) or text.count("“", 0, i) > text.count("”", 0, i)


def shared_tail(names: Iterable[str], last: str) -> str | None:
    """The head that bare names share with the last of their list (白敦、松梨高速), or None."""
    word = head(last)
    listed = list(names)
    if word is None or not listed or any(head(n) or not 2 <= len(n) <= 3 for n in listed):
        return None
    front = last[: len(last) - len(word)]
    for size in range(2, min(4, len(front)) + 1):
        if residue(front[size:]) == 0:
            return last[size:]
    return None


_DIGITS = {c: str(i) for i, c in enumerate("一二三四五六七八九十", 1)}


def phase_number(match: re.Match[str]) -> str:
    """The number of the phase that PHASE_ALONE or PHASE_FIRST matched: "1" for 一期, 首期, 第一期."""
    n = match["n"]
    return _DIGITS.get(n[0], n[0]) if n else "1"

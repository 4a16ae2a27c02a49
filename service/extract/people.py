"""People with the office the text gives them: 市委书记某某, 公司总经理某某, 市领导某某、某某. Reporters are none."""

import re
from collections.abc import Iterator

from service.extract import words
from service.extract.grammar import Context, Family
from service.extract.lexicon import alternatives
from service.models import Evidence, Person

people = Family("people")

OFFICES = """书记 副书记 市长 代市长 代县长 代区长 副市长 县长 副县长 区长 副区长 州长 副州长 省长 副省长 盟长 副盟长 旗长 副旗长 镇长 副镇长 乡长 副乡长 主席 副主席 主任
    副主任 局长 副局长 厅长 副厅长 部长 副部长 秘书长 副秘书长 院长 副院长 校长 副校长 所长 副所长 处长 副处长 科长 副科长 站长 副站长 行长 副行长
    会长 副会长 理事长 主任委员 专员 副专员 巡视员 调研员 常委 组长 副组长 队长 副队长 村支书 支书 董事长 副董事长 董事 总经理 副总经理 副总 经理
    副经理 总裁 副总裁 总监 副总监 厂长 副厂长 总工程师 总工(?!程) 工程师 指挥长 副指挥长 总指挥 副总指挥 负责人 执行官 首席代表 创始人 合伙人 法定代表人
    法人 主管 总管 技术员 施工员 安全员 质检员 研究员 教授 院士 专家 场长 副场长 总设计师 总统计师 总规划师 总会计师 值班长 班长 工长 总策划 市领导 县领导 区领导 州领导 省领导 镇领导 委员
    社长 台长 馆长 园长 校监 队员代表 人大代表 政协委员 第一书记 党组成员 总经理助理 经理助理 主任助理 领队""".split()
# What an official does that begins with a surname: 包联, 任组长, 应邀.
OFFICE = alternatives(OFFICES)
# Of which one stands before every name: 总工(?!程) is a pattern.
OFFICE_WORDS = tuple(office.partition("(")[0] for office in OFFICES)
SURNAME = (
    "(?!包[联保抓靠干]|任组|任命|应邀|成员|高位|全程|全面|相关|经过|都在|时任|安排|和谐|项目|宣讲|常态|常年|广泛|向全|从严|朴[素实])(?:欧阳|上官|司马|诸葛|皇甫|令狐|慕容|夏侯|尉迟|司徒|公孙|东方|南宫|呼延|"
    "[赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许何吕施张孔曹严华金魏陶姜戚谢邹喻柏水窦章云苏潘葛奚范彭郎鲁韦昌马苗凤花方俞任袁柳鲍史唐费廉岑薛雷贺倪汤滕殷"
    "罗毕郝邬安常乐于时傅皮卞齐康伍余元卜顾孟平黄穆萧尹姚邵湛汪祁毛禹狄米贝明臧计伏成戴谈宋茅庞熊纪舒屈项祝董梁杜阮蓝闵席季麻强贾路娄危江童颜郭梅盛林刁钟"
    "徐邱骆高夏蔡田樊胡凌霍虞万支柯昝管卢莫经房裘缪干解应宗丁宣贲邓郁单杭洪包诸左石崔吉钮龚程嵇邢滑裴陆荣翁荀羊於惠甄曲家封芮羿储靳汲邴糜松井段富巫乌焦巴弓"
    "牧隗山谷车侯宓蓬全郗班仰秋仲伊宫宁仇栾暴甘钭厉戎祖武符刘景詹束龙叶幸司韶郜黎蓟薄印宿白怀蒲邰从鄂索咸籍赖卓蔺屠蒙池乔阴胥能苍双闻莘党翟谭贡劳逄姬申扶堵冉宰"
    "郦雍璩桑桂濮牛寿通扈燕冀郏浦尚农温别庄晏柴瞿阎充慕连茹习宦艾鱼容向古易慎戈廖庾终暨居衡步都耿满弘匡国文寇广禄阙东殴殳沃利蔚越夔隆师巩厍聂晁勾敖融冷訾辛"
    "阚那简饶空曾毋沙乜养鞠须丰巢关蒯相查后荆红游竺权逯盖益桓公仉督岳帅缑亢况郈有琴归海晋楚闫法汝鄢涂钦商牟佘佴伯赏墨哈谯笪年爱阳佟言福肖代覃付邸初冼麦修朴兰亓欧芦苟边隋丛苑迟邝栗谌粟楼仝漆卿鹿辜赫冶檀尧闭])"
)
TIBETAN = alternatives(
    """扎西 次仁 旦增 洛桑 尼玛 达瓦 格桑 平措 多吉 普布 边巴 索朗 仁青 白玛 卓玛 拉巴 丹增 贡嘎 嘎玛 顿珠 罗布 央金 德吉 加措 旺堆 次旺 江村 强巴
    群培 晋美 土登 阿旺 巴桑 米玛 桑珠 旺姆 曲珍 仁增 朗杰 坚参 洛松 次旦 梅朵 旺扎 泽仁 四郎 向巴 永青 其美 次珍 卓嘎 曲扎 赤列 罗桑 克珠 伦珠 加央 旦巴""".split()
)
# What follows a name: a mark, or what such a person does; none of it is a name's last character.
DOES = """介绍 表示 告诉 坦言 强调 指出 要求 带领 带队 主持 出席 参加 宣布 致辞 致欢迎辞 讲话 先后 一行 来到 深入 前往 走进 实地 陪同 会见 代表 分别
    共同 认为 感慨 高兴 自豪 看着 指着 满怀 充满 调研 检查 督导 视察 考察 参与 出任 现场 随同 一同 深有 欣喜 透露 解释 坦承 回忆 分析 直言 信心 上前 接受
    组织 召开 听取 察看 查看 走访 部署 今天 昨天 上午 下午 日前 近日 通报 汇报 作出 站在 走到 拿出 翻开 指了 算了""".split()
DOES_ALONE = "说称讲率带到赴在等及和与对就向也还正作算谈笑同为从是的把给让被一"
NOT_LAST = rf"(?!{alternatives(DOES)}|[说称讲率带到赴在等及与对就也还为从是的把给让被])"
SPEAKS = r"(?=说|介绍|表示|告诉|坦言|称|讲)"
NAME = rf"(?:{TIBETAN}{{2}}|{TIBETAN}{SPEAKS}|[一-龥]{{2,6}}·[一-龥]{{2,8}}|{SURNAME}[一-龥]{NOT_LAST}[一-龥]|{SURNAME}[一-龥])"
AFTER = rf"(?=[，。、；：！？“”（）()《》\s0-9]|$|{alternatives(DOES)}|[{DOES_ALONE}])"
# Left of an office its organisation runs back to a mark or to a word that begins a new thought.
BREAK = re.compile(
    r"[，。；：！？“”‘’《》\s…—]|[（(](?![一-龥]{2,4}[)）])|[)）](?![一-龥]{2,14}(?:公司|集团))|"
    # 企业和投资服务局; 副县长和发改局局长 are two.
    r"(?<=[长记任席理监员])[和与及]|(?<![展以])[和与及](?![一-龥]{2,7}[局委厅处](?:党组|副|$))|以及|"
    r"记者|[由据对向让请被跟]|陪同|随同|随着|经过|现任|原任|听取|采访|邀请|来自|上午|下午|跟随|随(?=项目)|其中|[说称]|中共|时任|日前|近日|"
    r"\d[日月年]?|的(?!负责人)|[在是了]|(?<![主责])任"
)
_LAST_OFFICE = re.compile(rf"{OFFICE}$")
# 项目建设方甲公司总经理, 园区内企业甲公司总经理.
_WHOSE = re.compile("(?:项目|园区)[一-龥]{0,3}(?:方|企业|单位)(?=[一-龥]{2})")
_SPEAKS = re.compile(r"说|介绍|表示|告诉|坦言|称|讲|强调|指出|率|主持|出席")
REACH = 28


def _title(text: str, start: int, end: int) -> int:
    """Where the title that ends at `end` begins: back over 、-joined offices and the organisation before them."""
    left = max(start - REACH, 0)
    begin = left
    for match in BREAK.finditer(text, left, start):
        begin = match.end()
    while (comma := text.find("、", begin, start)) >= 0:
        if _LAST_OFFICE.search(text, begin, comma):
            break
        begin = comma + 1
    if (whose := _WHOSE.match(text, begin, start)) is not None:
        begin = whose.end()
    return begin


def _is_name(name: str, text: str, end: int) -> bool:
    """A word of the dictionary is no name (项目, 高度), unless somebody called so speaks."""
    tag = words.dictionary_tag(name)
    return tag is None or tag.startswith("nr") or _SPEAKS.match(text, end) is not None


def _names(text: str, start: int, end: int) -> Iterator[tuple[str, int]]:
    """The names of a 、-list and where each ends."""
    at = start
    for name in text[start:end].split("、"):
        yield name, at + len(name)
        at += len(name) + 1


def named(*pairs: tuple[str, str]) -> tuple[tuple[str, str], ...]:
    """Names with titles for the examples."""
    return pairs


@people.rule(
    rf"(?P<office>{OFFICE}) (?P<it>{NAME}{AFTER} (?:、{NAME}{AFTER}){{0,12}})",
    near=OFFICE_WORDS,
    at_near=True,
    yes={
        "海宁市委书记⟦沈国良⟧说": named(("沈国良", "海宁市委书记")),
        "延吉市委副书记、市长⟦金哲⟧主持会议": named(("金哲", "延吉市委副书记、市长")),
        "据绥化宏大米业有限公司总经理⟦周立新⟧介绍": named(("周立新", "绥化宏大米业有限公司总经理")),
        "市领导⟦陆明、方红霞、丁一⟧参加活动": named(("陆明", "市领导"), ("方红霞", "市领导"), ("丁一", "市领导")),
        "海口市人大常委会主任、组织部部长⟦陆明⟧参加": named(("陆明", "海口市人大常委会主任、组织部部长")),
        "丽水市企业和投资服务局党组成员、副局长⟦陆明⟧介绍": named(("陆明", "丽水市企业和投资服务局党组成员、副局长")),
        "昌江水利枢纽及灌区管理局局长⟦兰明⟧说": named(("兰明", "昌江水利枢纽及灌区管理局局长")),
        "县委书记⟦陆明俐⟧组织召开会议": named(("陆明俐", "县委书记")),
        "项目建设方昌江德远公司总经理⟦陆明⟧说": named(("陆明", "昌江德远公司总经理")),
        "浙江省援藏工作队领队⟦陆明⟧介绍": named(("陆明", "浙江省援藏工作队领队")),
        "5月15日上午市政协副主席⟦陆明⟧带队督查": named(("陆明", "市政协副主席")),
        "跟随项目负责人⟦陆明⟧的步伐": named(("陆明", "项目负责人")),
        "三亚市海洋与渔业局局长⟦陆明⟧说": named(("陆明", "三亚市海洋与渔业局局长")),
        "副县长和投资服务局局长⟦陆明⟧": named(("陆明", "投资服务局局长")),
        "恒昌（海南）生物科技有限公司董事长⟦陆明⟧说": named(("陆明", "恒昌（海南）生物科技有限公司董事长")),
        "会场内（左一）公司董事长⟦陆明⟧说": named(("陆明", "公司董事长")),
        "日喀则市副市长⟦扎西次仁⟧出席": named(("扎西次仁", "日喀则市副市长")),
        "巴青县住建局局长⟦旺扎⟧说": named(("旺扎", "巴青县住建局局长")),
        "龙井市副市长⟦朴哲男⟧出席": named(("朴哲男", "龙井市副市长")),
        "项目负责人⟦高峰⟧告诉记者": named(("高峰", "项目负责人")),
    },
    no=(
        "市委书记高度重视",
        "项目经理项目部",
        "公司总经理介绍",
        "记者 侯文静",
        "相关负责人告诉记者",
        "主任会议研究",
        "局长办公会",
        "副市长和县长",
    ),
)
def officials(m: re.Match[str], _: Context) -> tuple[tuple[str, str], ...] | None:
    text = m.string
    begin = _title(text, m.start("office"), m.end("office"))
    title = text[begin : m.end("office")]
    names = list(_names(text, m.start("it"), m.end("it")))
    # One certain name vouches for its list.
    if _place_behind(m) or not any(_is_name(name, text, end) for name, end in names):
        return None
    return tuple((name, title) for name, _ in names)


def _place_behind(m: re.Match[str]) -> bool:
    """Whether the office's 长 begins a place: 二道白河镇长白山站."""
    start = m.start("it")
    return m["office"].endswith("长") and words.dictionary_tag(m.string[start - 1 : start + 2]) == "ns"


def _goes_on(rest: list[tuple[str, str]]) -> bool:
    return bool(rest) and rest[0][1][0] not in "vpuwxdmft" and rest[0][0] not in ("和", "与", "及", "以及")


def _tagged(m: re.Match[str]) -> tuple[tuple[str, str], ...] | None:
    """The name where the segmenter too takes just these characters for a person's."""
    start, end = m.span("it")
    if _place_behind(m):
        return None
    (word, tag), *rest = words.engine().tag(m.string[start : end + 8])
    # 乌云其其格: what goes on in other than a verb, a mark or a small word is more of the name.
    if word != m["it"] or not tag.startswith("nr") or _goes_on(rest):
        return None
    return ((word, m.string[_title(m.string, m.start("office"), m.end("office")) : m.end("office")]),)


@people.rule(
    rf"(?P<office>{OFFICE}) 的? (?P<it>{SURNAME}[一-龥]{NOT_LAST}[一-龥])",
    near=OFFICE_WORDS,
    at_near=True,
    yes={
        "双辽市副市长⟦高志强⟧翻开项目册": named(("高志强", "双辽市副市长")),
        "现任富锦市委书记的⟦高志强⟧还记得": named(("高志强", "富锦市委书记")),
    },
    no=("老支书朴实的话", "市委书记高度重视", "董事长和总经理", "部长安排部署", "县长任期内", "经理部门"),
)
def official_of_three(m: re.Match[str], _: Context) -> tuple[tuple[str, str], ...] | None:
    return _tagged(m)


@people.rule(
    rf"(?P<office>{OFFICE}) (?P<it>{SURNAME}[一-龥])",
    near=OFFICE_WORDS,
    at_near=True,
    yes={"海伦市委书记⟦张伟⟧走上田埂": named(("张伟", "海伦市委书记"))},
    no=("市委书记高度重视", "董事长和总经理", "部长安排部署", "县长任期内", "经理部门", "主任项目分工"),
)
def official_of_two(m: re.Match[str], _: Context) -> tuple[tuple[str, str], ...] | None:
    return _tagged(m)


def persons(text: str, context: Context) -> list[Person]:
    """Every named office holder of `text` once, in order, with the words that name him."""
    kept: dict[str, Person] = {}
    for found in people.find(text, context):
        at = found.start
        for name, title in found.value:
            at = text.index(name, at)
            begin = at - len(title) if text[at - len(title) : at] == title else at
            end = at + len(name)
            proof = Evidence(start=begin, end=end, quote=text[begin:end], rule=found.rule)
            known = kept.get(name)
            fullest = max(known.title, title, key=len) if known else title
            kept[name] = Person(name=name, title=fullest, evidence=(*(known.evidence if known else ()), proof))
    return list(kept.values())

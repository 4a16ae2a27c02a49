"""How projects are counted: in front of the word, behind it, by stage, and as parts of a group."""

import re

from service.extract.grammar import Context, Family

counts = Family("counts", over="shape")

# What makes a phrase between the number and 项目 one of something else: 3个部门推进项目, 5个领域的项目.
NOT_INSIDE = r"(?!部门|单位|专班|小组|行动|问题|难题|领域|企业|公司|乡镇|街道|园区|开发区|平台|环节|岗位|推进|实施|开展|服务|落实|保障|围绕|方面|批次|一批|一”|”|团|赴|接洽|比赛|竞赛|竞技|收费|审批|检[测查验]|表演|游乐)"
INSIDE = rf"(?:{NOT_INSIDE}[^，。、；：ⓃⓅⓇ“”（）\n]|“[^“”，。]{{1,12}}”){{0,18}}?"
ENDS = r"(?=[，。、；：,;:（）()！!？?”和与及占\s…]|$|其中|总投|全部|完成|计划|开[工复]|竣工|投[产入用]|累计|年度|均|已|入|列|纳|落[地户]|签[约订]|建[成设]|超|正|分|同比|较|比|的|进|预)"
STAGED = (
    r"(?:集中|全面|顺利|正式|新|现场|成功)?(?:签约落地|签约|开工建设|开复工|复工|开工|动工|竣工投产|建成投产|投产|竣工|完工|建成|完成|落地|落户|达产|达效|投用|投运|"
    r"入库|在建|续建|新建|储备|谋划|前期|拟建|在谈|洽谈|通车|投入使用|引进|实施)"
)


@counts.rule(
    rf"Ⓝ (?P<noun>{INSIDE}(?:项目|工程|“[^“”，。]{{0,10}}(?:项目|工程)”)) (?!部(?!分)|经理|方案?|组|办|化|师|建设管理|指挥|[负施]责?[人工])",
    near=("项目", "工程"),
    yes={
        "加快推进⟦36个重点项目⟧建设": "noun",
        "⟦10个50亿元以上项目⟧签约落地": "noun",
        "⟦98个省“千项万亿”重大项目⟧全部开工": "noun",
        "安排了⟦140个市级“百大项目”⟧。": "noun",
    },
    no=("3个部门联合推进项目", "“三个一批”项目", "5个领域的项目", "8家企业，项目", "3个项目部", "12个项目经理"),
)
def count_before(_: re.Match[str], __: Context) -> str:
    return "noun"


@counts.rule(
    r"Ⓝ 、? (?:计划)?总投资 [^，。、；ⓂⓃ]{0,4} Ⓜ 的 [^，。、；：ⓂⓃ]{0,14}? (?:项目|工程)",
    near=("投资",),
    yes={"此次共有⟦62个、总投资79亿元的项目⟧参加开工": "noun"},
    no=("3个、总投资9亿元。", "总投资9亿元的3个项目"),
)
def count_and_sum_before(_: re.Match[str], __: Context) -> str:
    return "noun"


@counts.rule(
    rf"""(?P<noun>(?:项目|工程)[”’」)）]?) (?:数量?|总数|个数)? (?:共计?|累计|总计|合计|达到?|超过?|有|约|已经?|为|分别){{0,3}} \s? Ⓝ {ENDS}""",
    near=("项目", "工程"),
    yes={
        "全县谋划⟦项目318个⟧，总投资": "noun",
        "新开工重点⟦项目达182个⟧。": "noun",
        "矿泉水⟦项目已达13个⟧，": "noun",
    },
    no=("梳理项目12个问题", "项目5个车间", "项目一期"),
)
def count_behind(_: re.Match[str], __: Context) -> str:
    return "noun"


@counts.rule(
    rf"""(?:^|[，、：]|其中) (?:其中|已经?|现已|目前已?|Ⓣ，?|均已经?|累计|新){{0,2}} (?:{STAGED} (?:项目)? (?:达到?|超过?)? | Ⓜ(?:级|的)? | [^，。；：、的ⓂⓃⓅⓉ]{{2,10}}类)
         \s? Ⓝ {ENDS}""",
    near=("Ⓝ",),
    yes={
        "3亿元以上项目开工180个⟦、竣工100个⟧。": "same",
        "工业项目60个⟦，100亿元以上5个⟧，": "same",
        "项目90个⟦，产业发展类75个⟧，": "same",
        "⟦已签约24个⟧⟦，已开工18个⟧。": "same",
    },
    no=("、竣工5个小区，", "，其中企业5家入驻"),
)
def count_of_the_same(_: re.Match[str], __: Context) -> str:
    return "same"


@counts.rule(
    rf"(?:有|其中) Ⓝ (?:项目)? (?:已经?|现已|实现|顺利|正在)? {STAGED}",
    near=("有", "其中"),
    yes={"今年签约的9个项目里，⟦有6个已经落地⟧": "same", "项目共13个，⟦其中5个已投产⟧": "same"},
    no=("有5个村开工", "有6个车间"),
)
def some_of_them(_: re.Match[str], __: Context) -> str:
    return "same"


@counts.rule(
    rf"(?<=项目) [”’]? (?:已经?|共|累计|新|实现|可|拟|将){{0,2}} {STAGED} (?:达到?|超过?)? \s? Ⓝ {ENDS}",
    near=("项目",),
    yes={"3亿元以上制造业项目⟦开工180个⟧、竣工100个": "stage", "50个省级重点项目⟦已开工45个⟧，": "stage"},
    no=("项目开工5个月", "项目部开工"),
)
def count_by_stage(_: re.Match[str], __: Context) -> str:
    return "stage"

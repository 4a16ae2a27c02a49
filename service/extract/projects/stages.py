"""The stages of a project, the words that name them, and how far the words say it has come.

Each rule is a list of words with examples; marks.py finds the words of all rules in one pass. Whether a word tells what was reached
or only what is planned is told by the words around it: `reached`.
"""

import re
from collections.abc import Sequence

from service.extract.grammar import Context, Family
from service.extract.lexicon import alternatives
from service.extract.projects.marks import STAGE, add
from service.models import STAGES, Stage

stages = Family("stages", over="shape")

# What is done on a site, and at a desk before there is one; 正在, 抓紧 and the like before it say that it is done now.
SITE_WORK = (
    "建造 作业 收尾 赶工 调试 安装 装修 装饰 铺设 浇筑 绑扎 焊接 砌筑 回填 打桩 封闭 粉刷 架设 开挖 打磨 吊装 铺装 "
    "搭建 搭设 拼装 组装 平整 掘进 灌注 注浆 支模 拆模 钻孔 清表 抹灰 封顶 绿化"
).split()
DESK_WORK = "规划设计 方案设计 初步设计 勘察设计 设计 选址 报批 环评".split()
NOW = "正 正在 正在进行 正进行 正在开展 正加紧 正抓紧 正紧张 正在加紧 正在抓紧 正在紧张 正在全力 正在有序 加紧 抓紧 紧张 忙着".split()


def words(
    name: str, stage: Stage, text: str, *, now: Sequence[str] = (), yes: tuple[str, ...], no: tuple[str, ...]
) -> None:
    """Register the words of a stage as a rule and as marks; `now` are words that tell it where they are said to go on."""
    listed = text.split()
    listed += ["正" + w for w in listed if w[0] in "加有抓紧全稳扎施"]
    listed = list(dict.fromkeys((*listed, *(ahead + work for ahead in NOW for work in now))))
    add(STAGE, listed, stage)

    def produce(_: re.Match[str], __: Context) -> Stage:
        return stage

    produce.__name__ = name
    stages.rule(alternatives(listed), near=listed, yes=dict.fromkeys(yes, stage), no=no)(produce)


words(
    "stage_planned",
    "planned",
    """谋划 谋划了 谋划储备 谋划储备了 谋划建设 谋划推进 谋划推动 谋划实施 谋划布局 储备了 策划 洽谈 在谈 洽谈中 拟建 拟建设 规划建设 规划新建 计划建设 前期 前期工作
    前期准备 前期研究 前期论证 前期手续 预可研 可研 可行性研究 获批 获批建设 获批复 获得批复 获核准 核准 通过核准 批复 获国家批复 批准立项 立项 完成立项 备案 完成备案
    选址 完成选址 启动选址 获得核准 获得批准 获得批复 完成可行性研究 完成可研 完成招标 完成环评 完成方案设计 完成规划设计 办理土地手续 办理土地摘牌手续 办理用地手续 办理规划手续 办理施工许可 办理施工许可证 办理开工手续 办理相关手续 完成预可研 完成预可研评审 完成可研评审 完成勘察设计 办理环评 办理环评手续 办理前期手续 办理手续 环评公示 环评已经公示 规划选址 前期阶段 线路走向研究 设备招标 征地拆迁 启动征地 完成征地 初步设计 完成初步设计 方案设计 招标 挂网招标 申报 积极申报 论证 前期筹备 完成前期工作 启动前期
    施工总承包 施工招标 施工图设计 施工图审查 施工许可 施工许可证 施工准备""",
    now=DESK_WORK,
    yes=("⟦谋划⟧金华北站枢纽", "琼海医院项目⟦正在进行规划设计⟧", "延寿通用机场⟦获批⟧", "牡绥铁路支线⟦完成初步设计⟧"),
    no=("计划总投资3亿元", "规划用地30亩", "施工单位"),
)
words(
    "stage_signed",
    "signed",
    """签约 签约落地 签约落户 成功签约 正式签约 集中签约 签约引进 签约仪式 签订 签订协议 签署 签署协议 签下 落户 落地 落地落户 招引落地 引进 引进了 引入 招引 招引了 新引进 招商引进
    成功引进 招引落户 引进并签约 达成合作 达成协议 达成了 成功摘牌""",
    yes=("德清无人机基地项目⟦签约落地⟧", "通化⟦引进⟧参茸加工项目"),
    no=("签字仪式", "落成典礼"),
)
words(
    "stage_started",
    "started",
    """开工 开工建设 启动建设 开工动员 动工 动工兴建 动工建设 开建 全面开建 奠基 破土动工 破土 开复工 集中开工 集中开复工 正式开工 全面开工 复工 复工复产 开工仪式 奠基仪式 启动仪式 举行奠基 举行开工仪式 全面启动 启动施工 开工奠基
    新开工 集体开工 同时开工 同日开工 实质性开工 开工了 开挖 进场施工 揭牌开工""",
    yes=("文昌冷链园⟦开工建设⟧", "四个项目⟦集中开复工⟧"),
    no=("竣工投产", "施工许可"),
)
words(
    "stage_construction",
    "construction",
    """加快建设 加速建设 具备通水条件 具备通车条件 具备投产条件 具备竣工条件 完成主体 抓紧推进 加紧建设 抓紧建设 推进建设 在建 续建 施工 正在建设 建设中 施工中 加紧施工 正在施工 全面施工 抓紧施工 加快施工 抢抓工期 抢工期 赶工期 赶进度 抢进度 抢抓进度 建设进度 施工进度 如火如荼建设
    封顶 结顶 主体封顶 主体结顶 主体完工 主体竣工 主体工程完工 主体结构封顶 合龙 合拢 贯通 联调联试 安装调试 设备调试 设备安装 调试阶段 完成主体施工 完成主体工程 主体施工 主体建设 桩基施工 基础施工 土建施工 装修施工 内部装修
    平整土地 场地平整 土方开挖 基础开挖 浇筑 铺轨 架梁 有序推进 顺利推进 稳步推进 扎实推进 加快推进 加速推进 全力推进 持续推进 全面推进 推进顺利 推进中 有序实施 接续实施 稳步实施 顺利实施 全面实施 加快实施 进展顺利
    快速推进 高效推进 加紧推进 强力推进 同步推进 如火如荼推进 火热推进 快速建设 建设顺利 紧张建设 紧张施工 建设提速 提速建设 全面推开 全面铺开 施工正酣 建设正酣 建设如火如荼 火热建设 建设火热 全面建设 紧张有序建设 热火朝天 建设热潮 建设高峰 建设高峰期 投资建设高峰期 施工高峰期 阶段性验收 通过阶段性验收
    打下最后一根桩 打下第一根桩 完成打桩 吊装到位 设备进场 陆续进场 始发 拔地而起 中间交接 雏形初现 初具雏形 初具规模 初见雏形 初现雏形 接近尾声 进入尾声 收尾阶段 冲刺阶段 安装阶段 吊装阶段 装修阶段 施工阶段 安装高峰 施工高峰 完成内部装修 完成封顶 完成主体封顶 完成九成 完成八成 完成七成 完成六成 完成五成 完成过半 完成大半 过半 施工过半 联调阶段 试桩 开挖过半 吊装 加快进度 有序进行 有条不紊 全速推进 形成廊体 赶工 正在积极推进 全力赶工 加快进展 进展加快 收尾工作""",
    now=SITE_WORK,
    yes=("临海大桥⟦合龙⟧", "琼中水厂项目⟦加快建设⟧", "临海风机厂项目⟦正在进行调试⟧"),
    no=("建成投用", "建设用地指标", "安装公司"),
)
words(
    "stage_completed",
    "completed",
    """竣工 建成 建成了 完工 落成 通车 建成通车 全线通车 竣工通车 通车运营前 交付 竣工交付 竣工验收 通过竣工验收 通过行业验收 行业验收 通过验收 全面竣工 全面建成 全面完工 基本建成 基本完工 全线建成 全线贯通 完成建设 建设完成 完成施工 全面完成
    顺利竣工 竣工开园前 建成完工 完成验收 通水 建成通水 交工 交工验收 通航 完工验收 完成 基本完成 主体通车 建设完毕 建成并""",
    yes=("义乌北站⟦竣工⟧", "林芝二桥⟦建成通车⟧"),
    no=("三年攻坚行动", "成立指挥部"),
)
words(
    "stage_operational",
    "operational",
    """投产 投产达效 竣工投产 建成投产 投产运营 正式投产 全面投产 试投产 投用 投入使用 建成投用 建成使用 竣工投用 建成投入使用 交付使用 竣工使用 投入运营 投入运行 投入试运行 投运 建成投运 建成运营 正式运营 开业运营 上线运行
    投入生产 集中投产 集中投用 投产投用 启动生产 正式启动生产 试运行 试运营 试生产 试产 开始试生产 试车成功 建成并投产 建成并投入使用 启用 正式启用 全面启用 开园 建成开园 竣工开园 开业 正式开业 营业 开门营业 开馆 开诊 开学 招生 建成招生 达产 达产达效 达效 建成达效 并网 并网发电 全容量并网 首台机组并网 满产 满负荷生产
    运营 建成开放 对外开放 正式开放 产品下线 整车下线 首车下线 入驻企业 竣工入住 交付入住 点火投产 正式发电 投产发电 建成发电 部分投入使用 部分投产""",
    yes=("绍兴综保区标准厂房⟦投入使用⟧", "松原风电场⟦并网发电⟧", "饶河粮库⟦竣工投产⟧"),
    no=("投资建设", "产业投资", "使用面积"),
)


def furthest(one: Stage | None, other: Stage | None) -> Stage | None:
    """The later of two stages."""
    if one is None or other is None:
        return one or other
    return max(one, other, key=STAGES.index)

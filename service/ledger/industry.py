"""What a project is for: industry chains and the sections of GB/T 4754-2017.

A chain is a list of words with examples beside it; the longest word that fits counts, the last of a name most. The section
is that of the industry which will use what is built (a hospital is Q), not that of the builder.
"""

from collections import defaultdict
from collections.abc import Iterable
from typing import NamedTuple


class Chain(NamedTuple):
    """A chain, its section, its words, names that are of it (`yes`) and near misses that are not (`no`)."""

    name: str
    section: str
    words: tuple[str, ...]
    yes: tuple[str, ...]
    no: tuple[str, ...]


def _chain(name: str, section: str, words: str, yes: str, no: str) -> Chain:
    return Chain(name, section, tuple(words.split()), tuple(yes.split()), tuple(no.split()))


CHAINS = (
    _chain(
        "新材料",
        "C",
        """新材料 石墨 石墨烯 石墨电极 碳纤维 玄武岩纤维 复合材料 光学膜 导热膜 薄膜 基膜 功能膜 铜箔 复合铜箔 铝箔 陶瓷基板 特种陶瓷 稀土 稀土永磁 永磁 高分子材料 合金材料
        特种合金 铜管 精密铜管 铜材 铝材 硅材料 硅砂 蓝宝石 碳化硅 气凝胶 降解膜 可降解材料 靶材""",
        "高纯球形石墨 昊辰复合铜箔生产基地 精密铜管",
        "石墨矿采选 锂电池隔膜 铜矿",
    ),
    _chain(
        "新能源",
        "C",
        """锂电池 动力电池 储能电池 钠离子电池 电池 隔膜 锂电池隔膜 电解液 正极材料 负极材料 光伏组件 光伏玻璃 光伏支架 硅片 多晶硅 电池片 风电装备 风电装备制造 风机 风机叶片 叶片
        塔筒 塔筒制造 储能装备 氢能装备 电解槽 逆变器""",
        "禾源锂电池隔膜产业园 塔筒制造厂 负极材料一体化",
        "查干风电场 光伏发电 新能源汽车",
    ),
    _chain(
        "能源",
        "D",
        """风电 风电场 风力发电 光伏 光伏发电 光伏电站 农光互补 渔光互补 光储 光储一体化 储能 储能电站 水电 水电站 抽水蓄能 抽水蓄能电站 核电 核能 火电 热电 热电联产 生物质发电
        生物质热电 电厂 电站 变电站 输变电 换流站 特高压 电网 加氢站 充电站 充电桩 供热 供暖 集中供暖 零碳供热 燃气 天然气 LNG接收站 垃圾焚烧发电 焚烧发电""",
        "松阳抽水蓄能电站 俄河光储一体化基地 海边核能零碳供热二期",
        "风电装备制造 光伏组件 动力电池",
    ),
    _chain(
        "装备制造",
        "C",
        """装备 装备制造 高端装备 机电 机械 机械制造 工程机械 农机 农机装备 机床 数控机床 机器人 智能机器人 轴承 齿轮 阀门 泵阀 模具 铸造 铸件 锻件 电机 电梯 压缩机 索具 钢丝绳 紧固件
        冰雪装备 造雪机 造雪机整机 雪具 索道 船舶 造船 船用阀门 航空装备 无人机 卫星 卫星总装 火箭 航天 轨道车辆 起重机 仪器仪表""",
        "造雪机整机制造 天钧索具科技产业园 越能电机产业园",
        "航天主题乐园 汽车零部件 风电装备制造",
    ),
    _chain(
        "汽车",
        "C",
        "汽车 整车 新能源汽车 乘用车 商用车 客车 汽车零部件 零部件 汽车座椅 座椅骨架 线束 轮毂 轮胎 子午线轮胎 汽车电子 底盘 变速箱",
        "吉远汽车座椅骨架 新能源汽车整车",
        "汽车客运站 汽车城 汽车营地",
    ),
    _chain(
        "电子信息",
        "C",
        """电子信息 电子 电子元器件 集成电路 半导体 芯片 封装测试 晶圆 传感 传感器 线路板 覆铜板 显示屏 显示面板 液晶 模组 光电 光电子 光通信 光纤 智能终端 影像设备 服务器制造 LED""",
        "奥江半导体 覆铜板生产线",
        "电子商务 电子政务",
    ),
    _chain(
        "数字经济",
        "I",
        "数据中心 大数据 大数据中心 云计算 云计算中心 算力 算力中心 智算中心 软件 软件园 互联网 信息产业园 信息港 元宇宙 人工智能 智慧城市 5G 数字经济 电子商务 电商 直播 工业互联网",
        "汇众数据中心 海风电商直播产业园",
        "算盘博物馆 服务器制造",
    ),
    _chain(
        "医药",
        "C",
        """医药 生物医药 制药 药业 原料药 中药 中药材 中药饮片 饮片 中药配方颗粒 配方颗粒 疫苗 医疗器械 医疗设备 生物制品 药谷 保健品 胶囊 注射剂 藏药 人参 参茸 鹿茸 医用敷料 诊断试剂 制剂""",
        "参灵生物医药产业园 康元中药配方颗粒 括山原料药绿色化改造",
        "农药中间体 医院 医药物流",
    ),
    _chain(
        "食品",
        "C",
        """食品 食品加工 农产品加工 农副产品加工 粮油 粮食加工 稻米 稻米油 大米 面粉 玉米 玉米肽 大豆 大豆蛋白 豆制品 蛋白 豆油 食用油 马铃薯 全粉 薯条 淀粉 乳品 乳品加工 乳业 奶粉 牛奶 肉制品
        屠宰 屠宰加工 肉牛屠宰 预制菜 调味品 饮料 矿泉水 果汁 白酒 啤酒 酿酒 酒业 保健酒 茶叶加工 咖啡 松子 坚果 食用菌加工 海产加工 水产加工 海产品加工 速冻 烘焙 糖业 冷面 饲料 宠物食品 冻干""",
        "嫩香大豆蛋白产业园 北穗生物玉米肽 热带果汁工厂",
        "食品安全检测 大豆种植基地 食品包装机械",
    ),
    _chain(
        "农业",
        "A",
        """农业 设施农业 现代农业 种植 种植基地 养殖 养殖场 育肥 育肥基地 牧场 智能化牧场 肉牛 肉牛养殖 生猪 生猪养殖 奶牛 牦牛 肉羊 家禽 禽类 蛋鸡 水产养殖 深远海养殖 海洋牧场 渔业 渔港 种业 育种
        种苗 种薯 繁育 良种繁育 制种 花卉 蔬菜 蔬菜基地 大棚 水果种植 食用菌 木耳 菌包 人参种植 林业 高标准农田 灌区 农田 粮食仓储 大豆种植""",
        "强岭乡牦牛育肥基地 脱毒种薯繁育基地 高标准农田建设",
        "农业机械 渔业加工 牧场装备制造",
    ),
    _chain(
        "化工",
        "C",
        """化工 石化 精细化工 炼化 炼化一体化 乙烯 丙烯 聚烯烃 聚酯 聚丙烯 树脂 涂料 染料 农药 农药中间体 化肥 复合肥 烧碱 氯碱 甲醇 化纤原料 塑料 模塑料 改性塑料 橡胶 胶粘 胶粘制品 胶粉 再生胶 日化 香料 酒精""",
        "浪湾石化高端聚烯烃 高性能模塑料 农药中间体",
        "橡胶种植 天然橡胶林 化工园区污水处理",
    ),
    _chain(
        "纺织",
        "C",
        "纺织 纺纱 印染 服装 服饰 家纺 面料 化纤 羽绒 亚麻 亚麻纺织 皮革 制革 箱包 鞋业 制鞋 针织 无纺布",
        "亚麻纺织循环产业园 服装产业园",
        "服装博物馆",
    ),
    _chain(
        "建材",
        "C",
        "建材 水泥 混凝土 商砼 玻璃 石材 陶瓷 陶粒 页岩陶粒 砖 隔墙板 岩棉 保温材料 装配式 装配式建筑 装配式构件 PC构件 管桩 骨料 砂石 门窗 防水材料 钢结构",
        "页岩陶粒建材 提山绿色建材厂 装配式构件",
        "光伏玻璃 陶瓷基板",
    ),
    _chain(
        "冶金",
        "C",
        "钢铁 特钢 冷轧 冷轧板 热轧 不锈钢 炼钢 电解铝 铜冶炼 冶炼 铁合金 有色金属 矿渣 矿渣微粉",
        "顺远特钢冷轧板",
        "钢铁博物馆",
    ),
    _chain(
        "轻工",
        "C",
        "家居 智能家居 家具 木业 木材 木制品 地板 人造板 造纸 纸业 纸浆 包装 包装材料 印刷 玩具 工艺品 文具 家电 小家电 灯具 照明 宠物用品 电动车 自行车 眼镜 五金",
        "兴远木业智能家居产业园 包装材料产业园",
        "木材检疫 家居广场",
    ),
    _chain(
        "矿业",
        "B",
        "采矿 矿山 铜矿 金矿 铁矿 煤矿 石墨矿 锂矿 钼矿 采选 选矿 采石场 油田 页岩油 盐矿",
        "石墨矿采选 巨河铜矿",
        "矿泉水 矿山公园",
    ),
    _chain(
        "环保",
        "N",
        """环保 污水处理 污水处理厂 污水厂 污水处理站 污水管网 垃圾处理 垃圾焚烧 垃圾填埋 固废 危废 危险废物 医疗废物 再生资源 资源循环 循环利用 生态修复 湿地修复 湿地 环境治理 水环境 水环境治理 河道治理 土壤修复
        矿山修复 黑臭水体 清淤 造林 绿化 综合整治 水系连通 秸秆 成型燃料""",
        "沿江湿地修复 桃溪污水处理厂扩容",
        "湿地公园酒店",
    ),
    _chain(
        "文旅",
        "R",
        """文旅 文旅综合体 旅游 旅游区 旅游度假区 度假区 度假村 景区 风景区 温泉 滑雪 雪场 滑雪场 冰雪 文化产业 文化产业园 文化园 影视 影视城 影棚 博物馆 博览馆 图书馆 文化馆 美术馆 艺术馆 体育馆 体育中心 体育公园
        小镇 康养 康养小镇 康养旅游 民宿 农庄 乐园 主题乐园 游艇 邮轮母港 夜游 营地 研学 会议中心 会展中心 酒店 古镇 街区""",
        "雁江湖温泉度假区 西山康养度假村 数字影棚集群",
        "旅游公路 冰雪装备 文化路改造",
    ),
    _chain(
        "物流",
        "G",
        "物流 物流园 冷链 冷链物流 冷链集配 冷链集配中心 冷库 仓储 仓储物流 分拨中心 集配中心 配送中心 快递 保税 保税物流 多式联运 物流枢纽",
        "邦山物流园冷库 国际冷链分拨中心",
        "物流装备制造",
    ),
    _chain(
        "交通",
        "G",
        """公路 高速 高速公路 国道 省道 县道 道路 大道 快速路 旅游公路 连接线 联络线 互通 铁路 高铁 城际铁路 市域铁路 客专 铁路专用线 轨道交通 地铁 轻轨 大桥 特大桥 桥 隧道 机场 通用机场 码头 港区 港口 航道 船闸
        泊位 客运站 客运枢纽 枢纽 交通枢纽 高铁站 火车站""",
        "江河至廿里旅游公路 嘉河航道改造 芒山隧道",
        "交通设备制造 公路港物流",
    ),
    _chain(
        "水利",
        "N",
        "水利 水库 水利枢纽 引水 引水工程 供水工程 调水 堤防 防洪 排涝 海塘 除险加固 中小河流治理 河道 饮水安全 农村供水 泵站 水土保持 引调水",
        "横河水库引水工程 中小河流治理",
        "水利职业学院",
    ),
    _chain(
        "城建",
        "E",
        """老旧小区 老旧小区改造 城市更新 旧城改造 棚户区 棚户区改造 棚改 城中村 城中村改造 管网 管廊 综合管廊 雨污分流 水厂 自来水厂 市政 基础设施 标准化厂房 标准厂房 停车场 公园 广场 商业综合体 综合体 商务区 写字楼 新城
        片区开发 城市综合体""",
        "老旧小区改造 金江镇水厂扩建工程",
        "城建档案",
    ),
    _chain(
        "民生",
        "Q",
        """医院 人民医院 中医院 中心医院 卫生院 妇幼保健院 感染楼 住院楼 门诊楼 养老院 养老服务中心 敬老院 福利院 社区卫生 安置房 棚改安置房 保障房 公租房 保障性住房 殡仪馆 幼儿园 小学 中学 高中 学校 学院 大学 职教中心
        实验学校 校区 教育岛 学生公寓 党校""",
        "县人民医院新院区 火车站片区棚改安置房 黎山教育岛学生公寓三期",
        "医院路改造 中学生研学",
    ),
)
# Words whose section is another than that of their chain.
_SECTIONS = {
    "P": "幼儿园 小学 中学 高中 学校 学院 大学 职教中心 实验学校 校区 教育岛 学生公寓 党校",
    "K": "安置房 棚改安置房 保障房 公租房 保障性住房 商业综合体 综合体 写字楼 商务区 城市综合体 老旧小区 老旧小区改造 棚户区 棚户区改造 棚改 城中村 城中村改造 标准化厂房 标准厂房",
    "D": "水厂 自来水厂 污水处理 污水处理厂 污水厂 污水处理站 供水工程 农村供水 垃圾焚烧发电 焚烧发电",
    "H": "酒店 民宿",
    "N": "景区 风景区 公园 广场 停车场 管网 管廊 综合管廊 雨污分流 市政 基础设施 旅游区",
    "A": "灌区",
    "O": "殡仪馆",
    "C": "秸秆 成型燃料",
}
_SECTION_OF = {word: section for section, words in _SECTIONS.items() for word in words.split()}
_CHAIN_OF = {word: chain for chain in CHAINS for word in chain.words}
# Words that hold a word of a chain and are of none.
_OTHER = frozenset(
    """医院路 文化路 学院路 公园路 广场路 机场路 中学生 大学生 汽车城 汽车营地 算盘 博物馆路 食品安全 电子政务 电子商务产业 城建档案 水利职业 矿泉 盐碱地 冰雪节 化工园区 工业园区
    食品包装机械 矿山公园 湿地公园 橡胶种植 橡胶林 农业机械 渔业加工 牧场装备 木材检疫 家居广场 公路港 服装博物馆 钢铁博物馆 航天主题 物流装备 人参种植 医药物流""".split()
)
_LONGEST = max(map(len, (*_CHAIN_OF, *_OTHER)))


class Industry(NamedTuple):
    """The chains, the strongest first (at most two), and the section."""

    chains: tuple[str, ...]
    section: str | None


def industry(names: Iterable[str], products: Iterable[str] = (), owners: Iterable[str] = ()) -> Industry:
    """What names, products and owners say together; a name says more than an owner."""
    weights: dict[str, float] = defaultdict(float)
    sections: dict[str, float] = defaultdict(float)
    for texts, weight, last in ((names, 2.0, 2.0), (products, 2.0, 0.0), (owners, 0.8, 0.0)):
        for text in texts:
            found = words(text)
            for i, word in enumerate(found):
                chain = _CHAIN_OF[word]
                points = weight + (last if i == len(found) - 1 else 0)
                weights[chain.name] += points
                sections[_SECTION_OF.get(word, chain.section)] += points
    if not weights:
        return Industry((), None)
    ranked = sorted(weights, key=lambda name: (-weights[name], name))
    kept = tuple(name for name in ranked[:2] if weights[name] >= weights[ranked[0]] / 2)
    return Industry(kept, min(sections, key=lambda s: (-sections[s], s)))


def words(text: str) -> list[str]:
    """The words of chains in a text, longest first from its end."""
    found: list[str] = []
    end = len(text)
    while end:
        sizes = range(min(_LONGEST, end), 0, -1)
        word = next((w for n in sizes if (w := text[end - n : end]) in _CHAIN_OF or w in _OTHER), "")
        end -= len(word) or 1
        found += [word] if word in _CHAIN_OF else []
    return found[::-1]

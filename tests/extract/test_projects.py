"""Named projects with their stages and figures, in sentences as the press writes them."""

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from service.extract.projects.mood import orders
from service.models import Capacity, Project
from tests.extract.reading import names, only, read, spoken

NAMED = {
    "这些项目中既有青杉互市贸易中心，也有云黑铁路升级改造工程，都已开工。": [
        "青杉互市贸易中心",
        "云黑铁路升级改造工程",
    ],
    "全国50项重点水利工程之一青杉岭水网骨干工程28日在云岭支洞施工现场开工。": ["青杉岭水网骨干工程"],
    "与青杉电极有限公司签约的年产4万吨石墨粉、年产2万吨石墨电极深加工项目，总投资3亿元。": [
        "年产4万吨石墨粉",
        "年产2万吨石墨电极深加工",
    ],
    "年产500吨人参饮片加工项目昨日开工。": ["年产500吨人参饮片加工"],
    "4个项目为：陵水县云岭污水处理工程，英州镇小学迁建项目，文罗镇供水管网工程，群英乡敬老院项目。": [
        "陵水县云岭污水处理工程",
        "英州镇小学迁建",
        "文罗镇供水管网工程",
        "群英乡敬老院",
    ],
    "嵊泗县云岭镇污水处理厂提标改造工程开工。": ["嵊泗县云岭镇污水处理厂提标改造工程"],
    "全省重大产业项目—青杉临港产业园项目开工。": ["青杉临港产业园"],
    "海口高新区有青杉药业研发基地、云岭新城电池研发高新技术项目、苏禾医疗器械项目共3个项目开工。": [
        "青杉药业研发基地",
        "云岭新城电池研发高新技术",
        "苏禾医疗器械",
    ],
    "哈尔滨市地铁9号线西北环工程明年建成，届时9号线全线贯通。": ["哈尔滨市地铁9号线西北环工程"],
    "松原乐隆隆食品、冠禾家居、青杉包装项目开工。": ["松原乐隆隆食品", "冠禾家居", "青杉包装"],
    "衢州智造新城热电联产项目正在加紧施工。": ["衢州智造新城热电联产"],
    "推进敦化至安图公路、和龙南坪口岸改造、老爷岭隧道等项目前期工作。": [
        "敦化至安图公路",
        "和龙南坪口岸改造",
        "老爷岭隧道",
    ],
    "引进了恒丰电子、蓝谷材料、美达轴承等一批投资强度大、带动能力强的产业项目。": ["恒丰电子", "蓝谷材料", "美达轴承"],
    "投资20亿元的桐乡玄武岩纤维、投资3亿元的海宁经编染整等项目竣工投产。": ["桐乡玄武岩纤维", "海宁经编染整"],
    "在逊克玛瑙文创园项目施工现场，工人正在忙碌。": ["逊克玛瑙文创园"],
    "推进白敦、松梨高速建设。": ["白敦高速", "松梨高速"],
    "加快叶岭和拉山水电站建设。": ["叶岭水电站", "拉山水电站"],
    "加快石墨和锂电产业园建设。": ["石墨和锂电产业园"],
    "加快松柏、兴旺等棚户区改造项目建设。": ["松柏棚户区改造", "兴旺棚户区改造"],
    "乐东龙沐湾污水处理厂、莺歌海灯塔路、尖峰岭民宿集群3个项目全部竣工。": [
        "乐东龙沐湾污水处理厂",
        "莺歌海灯塔路",
        "尖峰岭民宿集群",
    ],
    "东阳恒顺磁业有限公司年产5万吨软磁铁氧体项目开工建设。": ["东阳恒顺磁业有限公司年产5万吨软磁铁氧体"],
    "曲水经济示范园基础设施建设项目（一期）正在收尾。": ["曲水经济示范园基础设施建设项目（一期）"],
    "位于洞头的鹿西海上风电场，总投资62亿元。": ["鹿西海上风电场"],
    "新建36.5公里环岛旅游路，推进14公里龙井沿江公路建设。": ["环岛旅游路", "龙井沿江公路"],
    "推进80兆瓦农光互补、300万只蛋鸡养殖等项目。": ["80兆瓦农光互补", "300万只蛋鸡养殖"],
    "引进青稞速食项目和藏毯编织项目。": ["青稞速食", "藏毯编织"],
    "在东阳木雕小镇项目三期现场，吊车林立。": ["东阳木雕小镇项目三期"],
    "重点建设炼化项目110千伏输电线路。": ["炼化项目110千伏输电线路"],
    "签约的2个项目是：3亿元的预制蔬菜加工项目、1.2亿元的宠物食品生产项目。": ["预制蔬菜加工", "宠物食品生产"],
    "双鸭山玉米深加工项目、佳木斯农机配件项目共2个项目参加开工。": ["双鸭山玉米深加工", "佳木斯农机配件"],
    "日喀则二中、拉孜石雕园2个援藏项目进展顺利。": ["日喀则二中", "拉孜石雕园"],
    "有9个项目进入建设高峰期，如龙泉宝剑园、遂昌黄泥岭、景宁畲乡云等。": ["龙泉宝剑园", "遂昌黄泥岭", "景宁畲乡云"],
    "湘家荡地铁站的盾构机已经始发。": ["湘家荡地铁站"],
    "作为全省示范性湿地修复项目，抚远三江湿地公园开园。": ["抚远三江湿地公园"],
    "吉林市恒达公司总投资1亿元、年产900万平方米的防水卷材项目竣工。": ["防水卷材"],
    "总投资5亿元的低空飞行器制造及配套产业项目签约。": ["低空飞行器制造及配套产业"],
    "白山至临江、双辽至洮南等2条高速公路通车。": ["白山至临江高速公路", "双辽至洮南高速公路"],
    "中海粮油三期项目筒仓拔地而起。": ["中海粮油三期"],
    "加快恒通电缆、永安精制糖、册子码头二期等建设进度。": ["恒通电缆", "永安精制糖", "册子码头二期"],
    "县里推进机场建设，升级改造西坪机场；": ["西坪机场"],
    "华能洋浦核电3、4号机组建设稳步推进。": ["华能洋浦核电3、4号机组"],
    "三门南美白对虾养殖项目、镇海对二甲苯项目、文昌等离子点火项目开工。": [
        "三门南美白对虾养殖",
        "镇海对二甲苯",
        "文昌等离子点火",
    ],
    "勐来镇高标准奶牛养殖基地竣工。": ["勐来镇高标准奶牛养殖基地"],
    "黑木耳菌包生产项目二期已于4月投产。": ["黑木耳菌包生产项目二期"],
    "石门灌区续建配套与节水改造项目完成渠道衬砌。": ["石门灌区续建配套与节水改造"],
    "1.安图矿泉水产业园项目，总投资9亿元；": ["安图矿泉水产业园"],
    "走进位于东昌区的振兴药业智能化工厂，机器轰鸣。": ["振兴药业智能化工厂"],
    "海林鹿茸加工项目在牡丹江经济开发区开工。": ["海林鹿茸加工"],
    "碳四碳九项目签约。": ["碳四碳九"],
    "富锦研发生产基地、桦南中等职业学校、基础设施工程建成。": ["富锦研发生产基地", "桦南中等职业学校"],
    "正在建设的穆棱亚麻纺纱厂和绥阳黑木耳市场，年底前投产。": ["穆棱亚麻纺纱厂", "绥阳黑木耳市场"],
    "开工项目3个：绥滨鹤鸣湿地项目（包括观鸟台、栈道）、桦川星火水厂（取水口、泵站）、同江赫哲鱼馆。": [
        "绥滨鹤鸣湿地",
        "桦川星火水厂",
        "同江赫哲鱼馆",
    ],
    "计划新开工：文成红枫隧道工程、泰顺廊桥客运站等5个项目。": ["文成红枫隧道工程", "泰顺廊桥客运站"],
    "将完成五指山雨林酒店等3个旅游项目，以及毛阳市政路、水满高速路出入口。": [
        "五指山雨林酒店",
        "毛阳市政路",
        "水满高速路出入口",
    ],
    "推进庆元香菇城二期、龙泉的青瓷博物馆项目、景宁惠明茶园项目等重点项目。": [
        "庆元香菇城二期",
        "青瓷博物馆",
        "景宁惠明茶园",
    ],
    "嫩江大豆油脂（二期）、克山马铃薯生产基地建成投产。": ["嫩江大豆油脂（二期）", "克山马铃薯生产基地"],
    "国道331、332线图们过境线、磨盘山隧道及联线建成通车。": ["国道331、332线图们过境线", "磨盘山隧道及联线"],
    "先后到和龙桑黄加工项目现场、汪清木耳菌包项目现场等地检查。": ["和龙桑黄加工", "汪清木耳菌包"],
    "已完成安图滨河路等项目的收尾工作及延吉朝阳路项目、敦化北山路项目的建设工作。": [
        "安图滨河路",
        "延吉朝阳路",
        "敦化北山路",
    ],
    "在仙居杨梅深加工产业园的施工现场，工人正在吊装。": ["仙居杨梅深加工产业园"],
    "省重点工程项目松抚铁路是我县第一条铁路。": ["松抚铁路"],
    "重点项目——三沙湾跨海大桥，主桥正在架设。": ["三沙湾跨海大桥"],
    "项目估算总投资为2亿元的类乌齐至丁青公路有望于明年动工。": ["类乌齐至丁青公路"],
    "26层的椰林大厦今天开始进入装修阶段。": ["椰林大厦"],
    "去年又新上年产2万吨卡纸二期项目。": ["年产2万吨卡纸二期"],
    "明年将建设硼氟酸项目。": ["硼氟酸"],
    "甘南玉米糖浆项目作为16个竣工项目之一，年底投产。": ["甘南玉米糖浆"],
    "八宿冷曲电站两台机组投产。": ["八宿冷曲电站"],
    "台州影像项目开工。": ["台州影像"],
    "市第三医院和市血液中心迁建项目开工。": ["市第三医院", "市血液中心迁建"],
    "翻建改造长庆街等城市道路24条。": ["长庆街"],
    "包括恒远达产业园、越山生长激素等续建项目28个。": ["恒远达产业园", "越山生长激素"],
    "包括将改变交通格局的杭泰高铁一期工程、大幅改善防涝能力的瑞平排涝工程等。": ["杭泰高铁一期工程", "瑞平排涝工程"],
    "集中开工的项目中不乏名远真空包装机智造项目。": ["名远真空包装机智造"],
    "瓯北新城总部经济项目开工。": ["瓯北新城总部经济"],
    "总经理陆明赴庆元市内环（北线）改造工程一标段现场调研。": ["庆元市内环（北线）改造工程"],
    "在浙江荣远智能科技有限公司项目的施工现场，机械轰鸣。": ["浙江荣远智能科技有限公司"],
    "参观了微光动力二期扩建项目现场和南湖生物医药产业园。": ["微光动力二期扩建", "南湖生物医药产业园"],
    "总投资5亿元的吉林康远和总投资3亿元的吉林华远矿泉水项目将开工。": ["吉林康远", "吉林华远矿泉水"],
    "将推进文昌火箭发射场、昌江核电、30万箱卷烟等续建项目。": ["文昌火箭发射场", "昌江核电", "30万箱卷烟"],
    "省重点工程浙江大学国际医学院项目开工。": ["浙江大学国际医学院"],
    "岑山大桥、响水门大桥和桃花门大桥三座跨海大桥去年通车。": ["岑山大桥", "响水门大桥", "桃花门大桥"],
    "重点谋划和推进雪原林场至镜湖森林公路、穆棱镇至代沟公路等8个项目建设。": [
        "雪原林场至镜湖森林公路",
        "穆棱镇至代沟公路",
    ],
    "总投资40亿元的卓远集成科技项目已完成厂房建设。": ["卓远集成科技"],
    "这次他带来的“万亨不锈钢加工销售项目”签约。": ["万亨不锈钢加工销售"],
    "省道方珲公路林口界至八面通段，建设里程39公里。": ["省道方珲公路林口界至八面通段"],
    "举行抚松参茸食品园暨抚松中国人参城项目开工仪式。": ["抚松参茸食品园", "抚松中国人参城"],
    "总投资1亿元的恒丰及大成汽车销售服务4S店全面建成。": ["恒丰及大成汽车销售服务4S店"],
    "东宁木耳加工园、同江码头扩建工程、伊春热电厂等八个省里规划开工的工业项目已完成勘察。": [
        "东宁木耳加工园",
        "同江码头扩建工程",
        "伊春热电厂",
    ],
    "通白铁路、敦东水库等一批去年启动的省重点项目陆续竣工。": ["通白铁路", "敦东水库"],
    "嘉佑水电站、德格湖光伏电站等正在建设的能源项目，完成投资9亿元。": ["嘉佑水电站", "德格湖光伏电站"],
    "琼岭肉牛屠宰、康普达原料药等一批已经签约的项目年内全部开工。": ["琼岭肉牛屠宰", "康普达原料药"],
    "随着中洛跨江管道的顺利开工，合作前景向好。": ["中洛跨江管道"],
    "最后，市长宣布西奥风机智能工厂等24个重大项目集中开工。": ["西奥风机智能工厂"],
    "余杭区在余杭经济技术开发区西奥风机智能工厂项目现场开展活动。": ["西奥风机智能工厂"],
    "北山安置房等保障性住房以及区职工文化中心等政府投资项目占16个。": ["区职工文化中心"],
    "如萧山香樟公园等提升生活品质的基础设施工程将继续深入推进。": ["萧山香樟公园"],
    "在龙江科技公司高效单晶组件项目建设工地，机器轰鸣。": ["龙江科技公司高效单晶组件"],
    "梅花坊城市客厅项目启动仪式在魏塘街道举行。": ["梅花坊城市客厅"],
    "白沙茶厂二期工程、海岛电厂项目配套码头工程正在加快推进。": ["白沙茶厂二期工程", "海岛电厂项目配套码头工程"],
    "新机场公司申报的“昌江机场临空旅游产业园项目一期工程”，位于红林湾。": ["昌江机场临空旅游产业园项目一期工程"],
    "洋浦热泵产业园首开区一片繁忙景象。": ["洋浦热泵产业园首开区"],
    "南繁作物表型研究设施建设项目加紧推进。": ["南繁作物表型研究设施建设"],
    "市里规划打造了雪莲果之窗产业园。": ["雪莲果之窗产业园"],
    "漠河、塔河、呼玛30万千瓦风电项目开工。": ["漠河、塔河、呼玛30万千瓦风电"],
    "新开工项目2个：万宁太极星球村项目、万宁山鹰购物中心。": ["万宁太极星球村", "万宁山鹰购物中心"],
    "柯桥滨海热电厂二期扩建工程投产后，可满足园区需求。": ["柯桥滨海热电厂二期扩建工程"],
    "在绍兴绿湖热电二期工程建设现场，工人正在焊接。": ["绍兴绿湖热电二期工程"],
    "花山工业区年产5万吨高性能铜箔项目开工。": ["年产5万吨高性能铜箔"],
    "柯城区浙江鸿远新材料基地项目开工。": ["浙江鸿远新材料基地"],
    "临城县湖南鸿远新材料基地项目开工。": ["湖南鸿远新材料基地"],
    "城关区上海家园小区项目开工。": ["城关区上海家园小区"],
    "我市健儿在省运会连获两枚游泳项目金牌。": [],
    "萝北云台石墨矿绿色矿山与石墨深加工建设项目开工。": ["萝北云台石墨矿绿色矿山与石墨深加工"],
    "龙江航种集团总部迁建框架协议等2个项目签约落地。": ["龙江航种集团总部迁建"],
    "三沙湾大桥及接线工程全线路基填筑已基本完成。": ["三沙湾大桥及接线工程"],
    "轨道交通7号线春节期间持续开展盾构掘进，一季度完成投资2.5亿元。": ["轨道交通7号线"],
    "争取雪山涝区治理工程、高标准农田、三中教学楼等项目17个。": ["雪山涝区治理工程", "三中教学楼"],
    "具体包括：文昌航天平台一期——装配中心项目、文昌饲料加工项目。": ["文昌航天平台一期——装配中心", "文昌饲料加工"],
}


@pytest.mark.parametrize(("text", "wanted"), NAMED.items())
def test_named(text: str, wanted: list[str]) -> None:
    """Names come from running prose and from lists, clean of verbs, amounts and 项目."""
    assert names(text) == wanted


NAMELESS = [
    "项目正有条不紊地调试锅炉。",
    "这一重大水利项目进入实施阶段。",
    "项目已完成一期建设，二期正在施工。",
    "项目正在加快土地报批、规划设计等前期工作。",
    "展开一幅幅项目建设的画卷。",
    "海口港8^区码头二期工程投入使用。",
    "两期工程将在2032年同步通水。",
    "绥芬河市2020年秋季招商引资项目签约仪式召开。",
    "亿元及以上项目投资增长9%。",
    "黑龙江省黑河市工程项目冬季停工。",
    "各单位要建一流工程。",
    "新一轮工业项目总投资190亿元。",
    "加快吉林省工业转型升级步伐。",
    "今年完成亚麻种植5万亩。",
    "一批重大对俄物流通道项目取得进展。",
    "全县谋新项目、盯大项目、抓好项目。",
    "农业、畜牧业产值增长5%。",
    "总投资5亿元以上的产业项目优先供地。",
    "项目分两期开发，已完成投资3亿元。",
    "夜间滑雪项目延长到晚上十点。",
    "支持抚远市申报国家边贸示范园。",
    "新建“银龄”工作站14个、科学家工作室5个。",
    "三大骨干水利工程全面推进。",
    "控制高耗能、重污染项目建设。",
    "码头提前完成防波堤拆除。",
    "走进大庆经济开发区，厂房连成一片。",
    "该项目总投资5亿元，冲压、焊装、涂装四大车间全部结顶。",
    "在林口县的木耳加工车间里，工人正在分拣。",
    "基础设施工程完成投资13亿元。",
    "全市加快推进重点项目、产业项目建设。",
    "化工、医药等24个项目总投资10亿元。",
    "水稻、玉米、大豆等一批深加工项目正在建设。",
    "推进石墨、硅藻土等项目建设。",
    "建设木耳、蓝莓等20个特色农产品基地。",
    "李强、王伟等参与建设的干部到项目现场调研。",
    "甲县佳源公司、康普达公司等入驻投产的企业反映项目用地问题。",
    "食品、医药等新开工的产业项目占六成。",
    "深入实施“千村示范”工程，开展招商引资攻坚行动。",
    "牡丹江市重点项目集中开工。",
    "各级领导包联项目，解决影响项目开工的问题。",
    "支持宁波大学建设科研平台。",
    "“签约一批”项目120个。",
    "实施10个老旧小区改造。",
    "依托三个国家级开发区，发展新能源产业。",
    "坚持一切围着项目转、一切盯着项目干。",
    "省级自由贸易试验区获批。",
    "海岛自贸港目前已集中开工项目168个，总投资680亿元。",
    "全省“四新”项目和省“四新”项目开工。",
    "目前室内配套工程完成九成，站前工程已完成。",
    "北段已通过交工验收。",
    "项目于7月开工建设，包括养殖场、菌肥厂、饲料厂。",
    "先后来到恒丰机械有限公司、干山村、美星牧场，了解经营情况。",
    "实施国省道改扩建项目。",
    "吸引优质项目快速向园区集中。",
    "打好“基金+股权+项目”组合拳。",
    "高质高效完成68个小区的改造。",
    "启动重大项目万亿工程。",
    "尽快获得自治区筹建日喀则技术学院的批复。",
    "线路西接二环西路，东至三环东路，全长9.6公里。",
    "护岸、隔堤等建设初具规模。",
    "推进聚乙烯、聚丙烯两条生产线建设。",
    "整个前山区块占地1200亩。",
    "下月再增添1.45GW生产线。",
    "这是国家电网建设的第四个高海拔电网工程。",
    "市委常委、区委书记陈宏实宣布集中开工。",
    "开展空气污染集中整治，推进资源高效利用。",
    "王宏实、宫秀英等市领导在全省重点项目集中开工仪式分现场出席。",
    "推进农特产品加工项目。",
    "谋划四大都市区综合交通枢纽建设工程。",
    "企业计划入驻高端轴承智能制造基地，预计年内开工建设。",
    "一批固根本、利长远的项目加快推进。",
    "去年松原市重点工程完成投资81亿元。",
    "重点公路建设项目完成投资16亿元。",
    "省本级项目投资额17亿元。",
    "重点项目开发区、重点项目指挥部抓紧落实。",
]


@pytest.mark.parametrize(
    "more",
    [
        "项目的联合工房、动力中心、生产管理用房等工程正在抓紧推进。",
        "项目正在做桩基础，下一步将开工建设写字楼、商业体验店及其他附属配套设施。",
        "项目进展顺利，大豆油生产线、豆粕生产线将投产。",
        "项目传来好消息，高中部教学楼实现封顶。",
        "项目主体封顶，转入机电安装工程施工等阶段。",
        "项目已开工建设污水处理厂、办公楼等各类单体工程75个。",
    ],
)
def test_parts(more: str) -> None:
    """What a project consists of is no project."""
    assert names("海林烟厂" + more) == ["海林烟厂"]


def test_what_a_project_includes() -> None:
    """包括 behind one subject lists its parts, behind a group its members."""
    assert names("堆龙团结主题公园开建。堆龙团结主题公园包括游泳馆、图书馆、陈列馆等。") == ["堆龙团结主题公园"]
    assert names("集中开工2个项目，包括堆龙图书馆、曲水陈列馆。") == ["堆龙图书馆", "曲水陈列馆"]


@pytest.mark.parametrize("text", NAMELESS)
def test_nameless(text: str) -> None:
    """Generic nouns, campaigns, institutions, zones and counted groups are no projects."""
    assert names(text) == []


STAGED = {
    "嵊泗渔光互补项目签约落地。": "signed",
    "嵊泗渔光互补项目获省发改委核准。": "planned",
    "嵊泗渔光互补项目集中开复工。": "started",
    "嵊泗渔光互补项目主体完工。": "construction",
    "到嵊泗渔光互补项目现场、县城等地检查。": "construction",
    "嵊泗渔光互补项目即将并网发电。": "construction",
    "嵊泗渔光互补项目完成投资计划的六成，设备完成安装八成。": "construction",
    "嵊泗渔光互补项目竣工。": "completed",
    "嵊泗渔光互补项目部分投入使用。": "operational",
    "嵊泗渔光互补项目预计明年建成投产。": None,
    "力争嵊泗渔光互补项目年底并网发电。": None,
    "嵊泗渔光互补项目尚未开工。": None,
    "嵊泗渔光互补项目计划9月开工，2026年建成。": "planned",
    "嵊泗渔光互补项目去年开工，目前正在安装调试，预计下月投产。": "construction",
    "嵊泗渔光互补项目举行奠基仪式。": "started",
    "集中开工仪式在嵊泗渔光互补项目现场举行。": None,
    "在嵊泗渔光互补项目现场开展全县重点项目开工仪式。": None,
    "嵊泗渔光互补项目正在建造。": "construction",
    "嵊泗渔光互补项目正紧张收尾，全力赶工。": "construction",
    "嵊泗渔光互补项目正在进行规划设计。": "planned",
    "嵊泗渔光互补项目正在洽谈中。": "planned",
    "嵊泗渔光互补项目由一家安装公司运维。": None,
    "嵊泗渔光互补项目完成立项批复和施工总承包。": "planned",
    "嵊泗渔光互补项目正在积极推进。": "construction",
    "嵊泗县与青杉集团签约，计划投资5亿元建设嵊泗渔光互补项目。": "signed",
    "嵊泗县引进青杉集团，投资5亿元建设嵊泗渔光互补项目。": "signed",
    "青杉集团与嵊泗县政府签署协议，投资5亿元建设嵊泗渔光互补项目。": "signed",
    "竣工项目：嵊泗渔光互补项目。": "completed",
    "新开工项目主要有嵊泗渔光互补项目。": "started",
    "嵊泗渔光互补项目建成，将结束海岛缺电的历史。": None,
    "嵊泗渔光互补项目已建成，将结束海岛缺电的历史。": "completed",
    "嵊泗渔光互补项目取得施工许可证。": "planned",
    "浙江一家商会谋划在嵊泗推进嵊泗渔光互补项目。": "planned",
}


@pytest.mark.parametrize(("text", "stage"), STAGED.items())
def test_stage(text: str, stage: str | None) -> None:
    """The stage is the furthest one reached; plans, hopes, denials and the venue of a ceremony reach nothing."""
    assert only(text).stage == stage


def test_stage_of_a_list() -> None:
    """A stage word behind or in front of a list governs all of it."""
    behind, _ = read("嘉善巧克力小镇、平湖光学产业园等一批项目建成投用，海盐螺丝市场开工建设。")
    assert [p.stage for p in behind.values()] == ["operational", "operational", "started"]
    front, _ = read("去年开工建设了屯昌梦幻水厂、白沙木棉湖酒店等项目。")
    assert [p.stage for p in front.values()] == ["started", "started"]


@pytest.mark.parametrize(
    ("text", "stages"),
    [
        ("签约项目3个：龙泉青瓷文化园、庆元甜橘柚加工项目、缙云烧饼产业园。", ["signed"] * 3),
        ("此次开工的2个重点项目全部为产业项目。乾安肉牛屠宰项目总投资3亿元，计划明年10月完工。", ["started"]),
        ("1.续建项目（2个）：琼海博鳌游艇码头项目、万宁槟榔加工厂。", ["construction"] * 2),
        ("（二）预备重点项目（2个）。\n定安热带花卉产业园、屯昌沉香小镇项目。", ["planned"] * 2),
        ("40个重点项目26日集中开建。\n这40个项目包括芒康葡萄酒庄、左贡牧场改造等工程。", ["started"] * 2),
        ("有8个项目进入建设高峰期，如云和水上乐园、松阳茶叶市场等。", ["construction"] * 2),
        ("一行先后来到嘉荫恐龙公园、伊春桦木小镇2个项目建设现场。", ["construction"] * 2),
        ("讷河马铃薯淀粉、拜泉亚麻加工等12个项目均如期开工。", ["started"] * 2),
        ("龙江肉牛养殖项目已签订投资协议，即将进场施工。", ["signed"]),
        ("投资2亿元建设大安碱地水稻园，投产第一年产值过亿元。", ["operational"]),
        ("甘南县引进1.5亿元建设杂粮加工基地项目。", ["signed"]),
        ("完成年度计划的96%，相继开工通河湿地公园、方正稻米市场等项目。", ["started"] * 2),
        ("全县签约项目50个，开工项目32个。青田石雕城项目总投资9亿元。", [None]),
        ("全市开工项目80个，总投资300亿元。\n青田石雕城项目总投资9亿元。", [None]),
        ("一个好项目的落户能带动一片。\n青田石雕城项目总投资9亿元。", [None]),
        ("开工仪式的主会场设在青田石雕城项目工地。", [None]),
        ("青田石雕城项目工地上机器轰鸣。各部门解决影响项目竣工的问题。", ["construction"]),
        ("泰来光伏电站项目现场，工人正在绑扎钢筋。", ["construction"]),
        ("绥芬河木材加工、东宁石墨提纯项目等8个项目已落地开工。", ["started"] * 2),
        ("景宁县与华电集团签订合作框架协议，拟投资50亿元建设大均抽水蓄能电站。", ["signed"]),
        ("4个新开工项目中，儋州海鲜广场投资2亿元，昌江棋子湾酒店投资3亿元。", ["started"] * 2),
        ("新建改建了集贤东丰路、友谊四榆公路等。", ["completed"] * 2),
        ("海林冷链物流园正加紧安装制冷设备，由黑龙江农投集团建设运营。", ["construction"]),
        ("全县14个项目已完工9个，在建5个。其中，琼结青稞酒厂技改项目投资960万元。", [None]),
        ("其中，桦甸矿业园总投资40亿元、敦化药业园总投资5亿元等重大项目已陆续开工建设。", ["started"] * 2),
        ("桦甸矿业园总投资40亿元。敦化药业园等重大项目开工建设。", [None, "started"]),
        ("其中新开工24个项目，主要包括尼木藏香园、曲水净水厂等项目。", ["started"] * 2),
        ("今年计划新开工的30个公路项目中，洛扎公路、措美公路2个项目开工建设。", ["started"] * 2),
        ("今年计划新开工洛扎公路、措美公路2个项目。", ["planned"] * 2),
        ("今天，全区9个项目集中开工。\n去年洛扎冰厂、措美药厂等8个项目已超额完成年度任务。", [None] * 2),
        ("今天，全区9个项目集中开工。\n本次涵盖洛扎冰厂、措美药厂等项目。", ["started"] * 2),
        ("项目集中签约暨竣工投产仪式举行。\n仪式涵盖洛扎冰厂、措美药厂等项目。", [None] * 2),
        ("全区落实项目51个，已有25个项目开工。洛扎冰厂项目总投资3亿元。", [None]),
        ("投资8亿元的孙吴药厂项目将落户孙吴开发区，6个项目实现签约。", [None]),
        ("主抓洛扎冰厂、措美药厂开工。", ["planned"] * 2),
        ("孙吴沙棘果汁项目落户孙吴工业园。", ["signed"]),
        ("桦甸矿业园总投资40亿元、某某府总投资7亿元、敦化药业园总投资5亿元等重大项目已开工。", ["started"] * 2),
        ("洛扎公路于1月集中开工。\n措美大桥项目总投资3亿元。", ["started", None]),
        ("童装产业园二期今年3月动工，一期已入驻企业86家。", ["operational"]),
        ("甲玛铜矿二期扩能工程获自治区发改委核准批复。", ["planned"]),
        ("绥芬河跨境铁路通道项目完成预可研评审。", ["planned"]),
        ("总投资4亿元的红岗装备产业园近期签约。", ["signed"]),
        ("班戈县风电场日前全容量并网发电。", ["operational"]),
        ("青冈玉米深加工项目锅炉房主体已封顶。", ["construction"]),
        ("洞头渔港升级改造已于6月完工。", ["completed"]),
        ("漠河北极村酒店、呼玛矿泉水等项目主体已完工。", ["construction"] * 2),
        ("位于孙吴的沙棘产业园迎来投产后的第一个旺季。", ["operational"]),
        ("嫩江大豆食品厂设备陆续进场。", ["construction"]),
        ("温岭泵业产业园正在进行桩基施工。", ["construction"]),
        ("海宁皮革城项目全部竣工并实现批量生产。", ["completed"]),
        ("青田石雕城项目提速，松阳古村民宿项目加快建设。", ["construction"] * 2),
    ],
)
def test_stage_of_a_round_up(text: str, stages: list[str | None]) -> None:
    """The members of a counted group have come as far as it has; a region's statistics say nothing of single projects."""
    assert [p.stage for p in read(text)[0].values()] == stages


@pytest.mark.parametrize(
    ("text", "ordered"),
    [
        ("抓好重大项目。加快推进龙泉机场前期，建成遂昌水厂，开工建设云和隧道，力争庆元电站年底发电。", True),
        ("去年抓好重大项目，加快推进龙泉机场前期，建成了遂昌水厂，开工建设云和隧道，力争、确保都做到了。", False),
        ("建成遂昌水厂，开工建设云和隧道。", False),
        ("积极推进签约，建设园区。", False),
    ],
)
def test_mood(text: str, ordered: bool) -> None:
    """A paragraph of orders without a word of what was done tells of no stage that was reached."""
    assert orders(text) is ordered
    found, _ = read(text)
    if "遂昌水厂" in found:
        assert (found["遂昌水厂"].stage, found["云和隧道"].stage) == (
            (None, "planned") if ordered else ("completed", "started")
        )


def test_the_former_and_the_latter() -> None:
    """前者 and 后者 are the two projects named before."""
    found, _ = read("全县先后引进泰来风电制氢项目和杜蒙奶酪加工项目。前者总投资12亿元；后者总投资3亿元，去年投产。")
    assert [(int(p.investment_total or 0), str(p.stage)) for p in found.values()] == [
        (1_200_000_000, "signed"),
        (300_000_000, "operational"),
    ]


def test_sums_in_front() -> None:
    """A sum right in front of a project is its total, in a list as well; the sum of all is none of theirs."""
    found, claims = read(
        "开工项目3个，总投资6亿元，分别是3亿元的抚松参茸市场、投资2亿元的靖宇蓝莓酒庄、1亿元的长白边贸仓储项目。"
    )
    assert [p.investment_total for p in found.values()] == [300_000_000, 200_000_000, 100_000_000]
    assert [match.value.value.value for match in claims.unclaimed] == [600_000_000]


def test_stage_of_a_ceremony() -> None:
    """Projects that a report on a ceremony names have come as far as the ceremony says."""
    found, _ = read("5月18日，同江市举行项目集中签约仪式。\n仪式上，大马哈鱼深加工、赫哲文创园等5个项目的负责人上台。")
    assert [p.stage for p in found.values()] == ["signed", "signed"]


FIGURES: dict[str, dict[str, Any]] = {
    "黄岩模塑产业园项目总投资12.5亿元，占地150亩，总建筑面积约20万平方米。": {
        "investment_total": 1_250_000_000,
        "land_area": 100_000,
        "floor_area": 200_000,
        "qualifiers": {"floor_area": "about"},
    },
    "总投资6亿元、占地90亩的抚远鲟鳇鱼子酱加工项目开工。": {"investment_total": 600_000_000, "land_area": 60_000},
    "恒兴集团投资3亿元建设的儋州雪茄烟叶基地开工。": {"investment_total": 300_000_000, "owners": ("恒兴集团",)},
    "安吉竹钢产业园项目由浙江绿筑集团有限公司投资建设，总投资8亿元。": {
        "investment_total": 800_000_000,
        "owners": ("浙江绿筑集团有限公司",),
    },
    "靖宇矿泉水产业园项目总投资9亿元，占地150亩，分两期建设。其中一期投资4亿元，用地60亩；二期投资5亿元。": {
        "investment_total": 900_000_000,
        "investment_phase": {"1": 400_000_000, "2": 500_000_000},
        "land_area": 100_000,
    },
    "饶河蜂产品加工项目今年计划投资2亿元，截至5月底已完成投资1.2亿元。": {
        "investment_planned_year": 200_000_000,
        "investment_completed": 120_000_000,
        "investment_total": None,
    },
    "台州湾氢能装备基地投产。该基地达产后年产值30亿元，年税收1.5亿元，可提供就业岗位800余个。": {
        "annual_output": 3_000_000_000,
        "annual_tax": 150_000_000,
        "jobs": 800,
        "qualifiers": {"jobs": "over"},
    },
    "日喀则青稞啤酒项目去年5月开工，预计2025年投产。": {"dates": {"started": "2023-05", "completion_expected": "2025"}},
    "总投资4亿元的东方火龙果加工项目，建设冷库、分选车间和年产2万吨果汁生产线。达产后年可实现物流配送额5亿元、利税3000万元。": {
        "investment_total": 400_000_000,
        "annual_tax": 30_000_000,
    },
    "恒远公司与洋浦签约，计划投资2亿元，重点建设东方氢能装备基地。": {"investment_total": 200_000_000},
    "组建五常稻米有限公司，计划投资3亿元，盘活旧厂房，建设五常米糠油项目。": {"investment_total": 300_000_000},
    "敦化人参产业园二期封顶，园区一期去年产值达到6亿元。": {"annual_output": 600_000_000},
    "桦川米业园项目，是该县最大的工业投资，概算总投资6亿元。": {"investment_total": 600_000_000},
    "莲都碧湖水系综合治理工程开工。工程自去年开工以来，累计完成投资7亿元。": {"investment_completed": 700_000_000},
    "这是由宜昌市投资3800万元援建的琼结县人民医院综合楼。": {"investment_total": 38_000_000},
    "鹤立菌包项目二期投产，一二期全部达产后年产值将突破6亿元。": {"annual_output": 600_000_000},
    "定海氢能装备有限公司一期项目封顶。该项目总投资20亿元，一期总投资6亿元。": {
        "investment_total": 2_000_000_000,
        "investment_phase": {"1": 600_000_000},
    },
    "武义温泉养生园一期工程投用，年产蔬菜3000吨、产值1800万元。": {"annual_output": 18_000_000},
    "班戈县风电场并网发电。该风电场安装25台单机容量4兆瓦的风电机组，总投资6亿元。": {"investment_total": 600_000_000},
    "在玉环水暖阀门项目二期现场，吊车林立。二期项目总投资7亿元，主要建设加工车间和仓库，建成后年产值5亿元。": {
        "investment_total": 700_000_000,
        "investment_phase": {},
        "annual_output": 500_000_000,
    },
    "澄迈预制菜产业园项目总投资2亿美元（约合人民币14亿元）。": {"investment_total": 1_400_000_000},
    "澄迈预制菜产业园项目总投资2亿美元。": {"investment_total": None},
    "文昌椰子加工园项目一季度计划完成投资3000万元，全年计划完成投资2亿元。": {"investment_planned_year": 200_000_000},
    "白城新能源有限公司总投资6亿元、年产8万吨氢氨项目签约。": {"investment_total": 600_000_000},
    "白城电力有限公司总投资6亿元、在通榆有厂，通榆氢氨项目签约。": {"investment_total": None},
    "总投资3亿元、占地面积30亩、建筑面积约2万平方米的白城冷链园开工。": {
        "investment_total": 300_000_000,
        "land_area": 20_000,
        "floor_area": 20_000,
    },
    "白城冷链园计划今年完成投资2亿元。": {"investment_planned_year": 200_000_000, "investment_completed": None},
    "安图矿泉水小镇完成投资1564元。": {"investment_completed": None},
    "安图矿泉水小镇开工。全县总投资5亿元至10亿元的项目有9个。": {"investment_total": None},
    "安图矿泉水小镇是全省50个重点项目之一，总投资6亿元。": {"investment_total": 600_000_000},
    "澄迈预制菜产业园项目总投资**.*亿元，占地?00亩，总投资达亿元。": {"investment_total": None, "land_area": None},
}


def test_sum_of_all_phases() -> None:
    """A total behind several phases without sums is that of the whole; behind a phase of several with sums it is the phase's."""
    whole = only("绿云电镀产业园项目分两期建设，一期用地20亩，二期用地50亩，总投资4.5亿元。")
    assert whole.investment_total == 450_000_000
    assert whole.investment_phase == {}
    parts = only("绿云电镀产业园项目分两期建设，一期占地20亩，总投资2亿元；二期占地50亩，总投资3亿元。")
    assert parts.investment_total is None
    assert parts.investment_phase == {"1": Decimal(200_000_000), "2": Decimal(300_000_000)}


def test_sum_of_what_is_not_named() -> None:
    """A sum right before what is built is not the running subject's, even where that is no name."""
    found, _ = read("投资8亿元的蓝莓种植加工项目开工。投资4亿元现代渔业循环标准化生产基地，已完成选址。")
    assert found["蓝莓种植加工"].investment_total == 800_000_000
    alone, _ = read("蓝莓种植加工项目开工。投资4亿元现代渔业循环标准化生产基地，已完成选址。")
    assert alone["蓝莓种植加工"].investment_total is None


def test_built_by_a_subsidiary() -> None:
    """Firms that a project is built by are no subject of the figures behind them, however they are described."""
    project = only(
        "绿云岛产业园项目由中国500强的青杉集团的全资子公司云岭数科有限公司投资兴建，总投资50亿元、占地1500亩。"
    )
    assert project.investment_total == 5_000_000_000
    assert project.land_area == 1_000_000


def test_place_in_front_of_a_common_name() -> None:
    """A name with the county in front, and without, is one project."""
    assert names("龙游总部经济大楼项目总投资11亿元。总部经济大楼项目已开工。") == ["龙游总部经济大楼"]


def test_product_before_works() -> None:
    """What a line makes is its product, whatever is done to the line."""
    made = only("天台碧海布业公司年产100万平方米无纺布生产线技改项目开工。").capacity
    assert [c.product for c in made] == ["无纺布"]


# What the sentence behind a project tells of it, and what of another or of nobody.
TOLD: dict[str, dict[str, Any]] = {
    "投产后，可年产6万吨铜带，年销售额达10亿元以上，带动当地300人就业。": {
        "capacity": (Capacity(product="铜带", value=Decimal(60_000), unit="吨"),),
        "annual_output": 1_000_000_000,
        "jobs": 300,
    },
    "达产后，年可处理秸秆6万吨，年产值达2亿元。": {"annual_output": 200_000_000},
    "投产后，每年可生产铜带6万吨，年产值达2亿元。": {"annual_output": 200_000_000},
    "建成后，将形成年产6万吨铜带的生产能力。": {
        "capacity": (Capacity(product="铜带", value=Decimal(60_000), unit="吨"),)
    },
    "年产量可达6万吨。": {"capacity": (Capacity(product="产能", value=Decimal(60_000), unit="吨"),)},
    "占地面积约8公顷，其中建筑面积6万平方米。": {"land_area": 80_000, "floor_area": 60_000},
    "计划总投资为人民币5亿元。": {"investment_total": 500_000_000},
    "建成后，预计年平均销售收入近3亿元，亩均产值90万元。": {"annual_output": 300_000_000},
    "3家企业入驻，年产值达2亿元。": {"annual_output": None},
    "云杉公司可生产6万吨铜带，年产值达2亿元。": {"annual_output": None, "capacity": ()},
    "该市年产6万吨铜带，产值达2亿元。": {"annual_output": None},
}


@pytest.mark.parametrize(("text", "fields"), TOLD.items())
def test_figures_behind(text: str, fields: dict[str, Any]) -> None:
    """What is made is no subject of the figures behind it; a firm, a town or what moves in is."""
    project = only(f"绥化云杉金属制品项目昨日开工。{text}")
    assert {field: getattr(project, field) for field in fields} == fields


@pytest.mark.parametrize(("text", "fields"), FIGURES.items())
def test_figures(text: str, fields: dict[str, Any]) -> None:
    """Each figure goes to its project with its role, its phase, its hedge; damaged and foreign sums give nothing."""
    project = only(text)
    assert {field: getattr(project, field) for field in fields} == fields


@pytest.mark.parametrize(
    ("text", "field", "figures"),
    [
        ("靖宇水库项目（见图）、抚松电站项目，总投资分别为105亿元、96亿元。", "investment_total", [105e8, 96e8]),
        ("靖宇水库项目（位于城东）和抚松电站项目总投资分别为5亿元和2亿元。", "investment_total", [5e8, 2e8]),
        (
            "靖宇水库项目、抚松电站项目、长白药谷项目占地面积分别为30亩、60亩、90亩。",
            "land_area",
            [20000, 40000, 60000],
        ),
        ("靖宇水库项目（见图）、抚松电站项目分别提供就业岗位300个、500个。", "jobs", [300, 500]),
        ("靖宇水库项目、抚松电站项目、长白药谷项目，总投资分别为5亿元、2亿元。", "investment_total", [None] * 3),
        ("靖宇水库项目已开工，抚松电站项目总投资分别为5亿元、2亿元。", "investment_total", [None] * 2),
    ],
)
def test_by_order(text: str, field: str, figures: list[float | None]) -> None:
    """Figures behind 分别 go by order to as many names, over brackets; where there are not as many nobody has one."""
    assert [getattr(project, field) for project in read(text)[0].values()] == figures


@pytest.mark.parametrize(
    ("text", "totals"),
    [
        (
            "通榆至大安公路工程\n起点位于通榆镇，终点位于大安镇，总投资1.4亿元。\n松原北站通道工程\n全长2公里，公路工程总概算2亿元。",
            {"通榆至大安公路工程": 140_000_000, "松原北站通道工程": 200_000_000},
        ),
        ("省重点工程\n总投资1.4亿元。", {}),
        ("通榆至大安公路工程\n大会在松原举行，总投资1.4亿元。", {}),
        ("安图一中迁建工程开工。新校址位于安图经济开发区，投资1亿元。", {"安图一中迁建工程": 100_000_000}),
    ],
)
def test_lines(text: str, totals: dict[str, int]) -> None:
    """A line that is a project's name is told of by the next, if that begins so; the zone where something stands is none."""
    assert {name: project.investment_total for name, project in read(text)[0].items()} == totals


def made(project: Project) -> list[tuple[str, int, str]]:
    return [(c.product, int(c.value), c.unit) for c in project.capacity]


@pytest.mark.parametrize(
    ("text", "capacity"),
    [
        ("天台汽车滤材项目竣工，年产滤纸3万吨、滤芯500万件。", [("滤纸", 30_000, "吨"), ("滤芯", 5_000_000, "件")]),
        ("天台汽车滤材项目竣工，年产3万吨滤纸、500万件滤芯。", [("滤纸", 30_000, "吨"), ("滤芯", 5_000_000, "件")]),
        ("通榆200兆瓦风电项目并网发电。", [("风电", 200, "兆瓦")]),
        ("昌江核电二期工程全面推进，总装机容量240万千瓦。", [("总装机容量", 2_400_000, "千瓦")]),
        ("龙游年产6亿平方米隔膜生产线投产。", [("隔膜", 600_000_000, "平方米")]),
        ("总投资1亿元的绥滨米糠油项目，建设库房和年产2万吨米糠油生产线。", [("米糠油", 20_000, "吨")]),
        ("东方乙烯项目建设30万吨聚乙烯、10万吨聚丙烯产能。", [("聚乙烯", 300_000, "吨"), ("聚丙烯", 100_000, "吨")]),
        ("6万锭亚麻纺纱项目投产，年可加工亚麻纱5000吨。", [("亚麻纺纱", 60_000, "锭"), ("亚麻纱", 5_000, "吨")]),
        ("东宁木耳菌包项目（年处理3万吨木屑）签约。", [("木屑", 30_000, "吨")]),
        ("温岭新能源电机项目年产能30万台，产值2亿元。", [("产能", 300_000, "台")]),
        ("220千伏乌镇变电站投运。", []),
        ("东海岛30万吨级码头建成投用。", []),
    ],
)
def test_capacity(text: str, capacity: list[tuple[str, int, str]]) -> None:
    """A capacity stands behind the project or inside its name; a voltage or a tonnage of berths is none."""
    assert made(only(text)) == capacity


def test_topic() -> None:
    """该项目, 项目 and a bare head carry the subject on, through the paragraph and past another's speech."""
    text = "走进江山氢燃料电池产业园，塔吊林立。\n“项目总投资16亿元，去年9月动工。”负责人说，园区占地200亩。"
    project = only(text)
    assert project.stage == "started"
    assert project.investment_total == 1_600_000_000
    assert project.land_area == 133_333


def test_short_form() -> None:
    """A short form of the running subject, its bare head and 整个 take it up; a part of it is no project of its own."""
    text = (
        "洞头海霞小微企业创业园项目加快建设。小微园以电气制造为主导产业，建成后预计年产值超10亿元。"
        "整个园区占地90亩。一期建设3幢6层的标准厂房，首条生产线投产。"
    )
    project = only(text)
    assert project.stage == "operational"
    assert project.annual_output == 1_000_000_000
    assert project.land_area == 60_000


def test_rates_are_no_sums() -> None:
    """What is said per mu or per head is no figure of the project."""
    project = only("庆元竹木产业园正式投产，预计亩均税收不低于40万元，人均产值80万元。")
    assert project.annual_tax is None
    assert project.annual_output is None


def test_other_subjects() -> None:
    """Figures of a group, a region, a firm and a threshold are not the running project's."""
    text = (
        "宁海甬南电机产业园项目开工建设。全县36个重点项目完成投资50亿元。该公司年产值90亿元。"
        "全市固定资产投资增长8%。总投资5亿元以上的项目优先保障。"
    )
    project = only(text)
    assert not [f for f in ("investment_total", "investment_completed", "annual_output") if getattr(project, f)]


def test_group() -> None:
    """A figure behind names and their count belongs to the group, which keeps its stage."""
    found, claims = read("洞头灵霓旅游码头、苍南绿能小镇等24个项目集中开工，总投资88亿元。")
    assert [p.investment_total for p in found.values()] == [None, None]
    (match,) = claims.unclaimed
    assert match.role == "investment_total"
    assert match.group is claims.groups[0]
    assert (claims.groups[0].stage, claims.groups[0].count and claims.groups[0].count.value.value) == ("started", 24)


def test_pairs() -> None:
    """Several figures behind as many names belong to them by order."""
    found, _ = read("玉环大麦屿码头、三门健跳港区分别完成投资3亿元、2亿元。玉环大麦屿码头、三门健跳港区加快建设。")
    assert [p.investment_completed for p in found.values()] == [300_000_000, 200_000_000]


def test_variants_are_one() -> None:
    """Wordings of one project in an article make one record, the fullest as its name."""
    found, _ = read("临江硅藻土项目去年开工。临江硅藻土新材料产业园总投资7亿元。")
    (project,) = found.values()
    assert (project.name, project.aliases) == ("临江硅藻土新材料产业园", ("临江硅藻土",))
    assert project.stage == "started"
    assert project.investment_total == 700_000_000


def test_phases_stay_two() -> None:
    """Two phases that are named side by side are two projects."""
    assert names("东港码头一期建成投用，东港码头二期开工建设。") == ["东港码头一期", "东港码头二期"]


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        ("36个重点项目完成投资", ["group"]),
        ("谋划项目318个", ["group"]),
        ("该项目由恒力集团投资建设", ["same", "firm"]),
        ("一期投资5亿元", ["phase"]),
        ("全县水产养殖项目竣工", ["area", "group"]),
    ],
)
def test_mentions(text: str, kinds: list[str]) -> None:
    """A sentence speaks of groups, the running subject, a phase, firms and the region."""
    assert [x.kind for x in spoken(text)[2]] == kinds


PIECES = [text.rstrip("。") for text in (*NAMED, *NAMELESS, *STAGED, *FIGURES)]


@settings(max_examples=60, deadline=None)
@given(st.lists(st.sampled_from(PIECES), min_size=1, max_size=5), st.sampled_from(["。", "；", "，", "。\n", ""]))
def test_evidence_quotes_the_text(pieces: list[str], joint: str) -> None:
    """However sentences are strung together, every field has its evidence, and every quote stands where it says."""
    text = joint.join(pieces)
    found, claims = read(text)
    for project in found.values():
        for shown in project.evidence.values():
            assert all(text[e.start : e.end] == e.quote and e.quote for e in shown)
        fields = {f for f in ("stage", "investment_total", "land_area", "jobs") if getattr(project, f) is not None}
        assert fields | {"name"} <= set(project.evidence)
    assert not claims.claimed & {match.value.start for match in claims.unclaimed}


@pytest.mark.parametrize(
    ("text", "stage"),
    [
        ("在建项目有昊原生化、林海乳业三期、冷泉康养城等6个。", "construction"),
        ("已签约的项目有雪山肉牛屠宰、长山肉鹅加工、北山秸秆饲料等5个。", "signed"),
        ("谋划的项目有中原装备制造基地、花山风电场二期等。", "planned"),
    ],
)
def test_a_list_behind_projects_of_a_stage(text: str, stage: str) -> None:
    """在建项目有A、B names projects, bare firms too, and all are at that stage."""
    found, _ = read(text)
    assert len(found) >= 2
    assert {p.stage for p in found.values()} == {stage}


def test_projects_that_exist_are_no_list() -> None:
    """项目有 goes on with a list of names only: a count or a verb behind it names nothing."""
    assert read("全县在建项目有36个，总投资24亿元。")[0] == {}
    assert read("产业项目有序实施、加快建设。")[0] == {}


def test_a_firm_and_its_project_are_one() -> None:
    """The firm that is visited and the project called by its name a sentence later are one project."""
    found, _ = read(
        "先后来到浙江泰昌新材料科技有限公司项目和浙江兰溪水泵有限公司项目考察。泰昌新材料项目总投资18.6亿元。"
    )
    assert [int(p.investment_total or 0) for p in found.values()].count(1_860_000_000) == 1
    assert len(found) == 2


@pytest.mark.parametrize("joint", ["，其中", "。其中，"])
def test_a_name_read_before_needs_no_project_behind_it(joint: str) -> None:
    """A bare name of a list takes the figures behind it when it is named again, in the same sentence or the next."""
    found, _ = read(f"在建项目有昊原生化、林海乳业三期等6个{joint}昊原生化占地190亩，总投资3.4亿元。")
    assert found["昊原生化"].investment_total == 340_000_000
    assert found["林海乳业三期"].investment_total is None

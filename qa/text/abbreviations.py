"""Short names that news has for things, and their long ones: who asks for the GDP finds `地区生产总值`.

A model that reads hardly knows that they are the same, and BM25 does not. All over text in simplified characters.
"""

import re
from collections.abc import Collection, Mapping
from functools import lru_cache

from qa.analysis import sure_words
from qa.text.translation import Translation

# Of each thing, its names.
_NAMES = """
gdp 国内生产总值 地区生产总值 生产总值
cpi 居民消费价格指数 居民消费价格 消费者物价指数
ppi 工业生产者出厂价格指数 工业生产者出厂价格 生产者物价指数
pmi 采购经理指数 采购经理人指数
ipo 首次公开发行 首次公开募股
ai 人工智能
vr 虚拟现实
fdi 外商直接投资
ceo 首席执行官
cfo 首席财务官
cto 首席技术官
coo 首席运营官
世卫组织 世界卫生组织
wto 世贸组织 世界贸易组织
imf 国际货币基金组织
nato 北约 北大西洋公约组织
opec 欧佩克 石油输出国组织
asean 东盟 东南亚国家联盟
rcep 区域全面经济伙伴关系协定
hiv 艾滋病病毒
esg 环境、社会和治理
lng 液化天然气
cod 化学需氧量
营收 营业收入
社零 社会消费品零售总额
固投 固定资产投资
规上 规模以上
高企 高新技术企业
民企 民营企业
国企 国有企业
央企 中央企业
外企 外资企业
高新区 高新技术产业开发区
经开区 经济技术开发区 经济开发区
自贸区 自贸试验区 自由贸易试验区
自贸港 自由贸易港
自贸协定 自由贸易协定
综保区 综合保税区
公租房 公共租赁住房
经适房 经济适用房 经济适用住房
新能源车 新能源汽车
高铁 高速铁路
动车 动车组
医保 医疗保险 医疗保障
社保 社会保险 社会保障
低保 最低生活保障
新农合 新型农村合作医疗
环评 环境影响评价
三甲 三级甲等
新冠 新型冠状病毒
心梗 心肌梗死 心肌梗塞
脑梗 脑梗死 脑梗塞
长三角 长江三角洲
珠三角 珠江三角洲
央行 中国人民银行 人民银行 中央银行
证监会 证券监督管理委员会 中国证监会
国资委 国有资产监督管理委员会
发改委 发展和改革委员会 发展改革委
卫健委 卫生健康委员会 卫生健康委
工信部 工业和信息化部
工信局 工业和信息化局
工信厅 工业和信息化厅
人社部 人力资源和社会保障部
人社局 人力资源和社会保障局
人社厅 人力资源和社会保障厅
住建部 住房和城乡建设部
住建局 住房和城乡建设局
住建厅 住房和城乡建设厅
市监局 市场监督管理局 市场监管局
文旅部 文化和旅游部
文旅局 文化和旅游局
文旅厅 文化和旅游厅
应急部 应急管理部
应急局 应急管理局
城管局 城市管理局
外管局 外汇管理局
银保监会 银行保险监督管理委员会
监委 监察委员会 监察委
纪委 纪律检查委员会
国办 国务院办公厅
最高法 最高人民法院
最高检 最高人民检察院
高院 高级人民法院
中院 中级人民法院
人代会 人民代表大会
工行 工商银行
农行 农业银行
建行 建设银行
中行 中国银行
交行 交通银行
招行 招商银行
中石油 中国石油天然气
中石化 中国石油化工
中科大 中国科学技术大学
哈工大 哈尔滨工业大学
北大 北京大学
中科院 中国科学院
社科院 社会科学院
政协 政治协商会议
上合组织 上海合作组织
世博会 世界博览会
奥运会 奥林匹克运动会
亚运会 亚洲运动会
进博会 进口博览会
广交会 进出口商品交易会
"""
_APART = -1000
"""Translations have places, by which they may overlap; these do not."""
_REMEMBERED_QUESTIONS = 64
"""Each passage that is read for a question asks for its names."""
_CLASSES = [tuple(line.split()) for line in _NAMES.split("\n") if line]
_OTHERS: Mapping[str, tuple[str, ...]] = {
    name: tuple(sorted((other for other in names if other != name), key=len, reverse=True))
    for names in _CLASSES
    for name in names
}
_NAME = re.compile(
    "|".join(
        rf"(?<![a-z]){name}(?![a-z])" if name.isascii() else name for name in sorted(_OTHERS, key=len, reverse=True)
    ),
    re.IGNORECASE,
)


def as_said(question: str, text: str) -> str:
    """A question with the names that a text has instead of those that it lacks. Capitals may be left in both."""
    lower, said = text.lower(), question
    for match in reversed(_named(question)):
        name = match[0].lower()
        if name not in lower and (other := next((one for one in _OTHERS[name] if one in lower), None)):
            said = said[: match.start()] + other + said[match.end() :]
    return said


def other_names(question: str, terms: Collection[str]) -> list[Translation]:
    """The other names of what a question names, as translations of its terms that stand in the name.

    Args:
        question: folded.
        terms: of the question.
    """
    return [
        Translation(tuple(term for term in terms if term in match[0]), _APART * number, (_OTHERS[match[0]],))
        for number, match in enumerate(_named(question), 1)
    ]


@lru_cache(maxsize=_REMEMBERED_QUESTIONS)
def _named(question: str) -> tuple[re.Match[str], ...]:
    """The names in a question that cut no word of it: `动车` is none in `机动车`."""
    found = list(_NAME.finditer(question))
    words = sure_words(question) if found else []
    return tuple(
        match for match in found if not any(first < place < after for first, after in words for place in match.span())
    )

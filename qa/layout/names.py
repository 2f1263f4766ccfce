"""Chinese names: of persons, told by their family names, and of organs, told by how they end."""

import re
from functools import cache

from qa.analysis import HAN, fold_script, tagged_words

# The family names of the Song dynasty's list, and some newer ones, without those that begin as many other words.
_SURNAMES = frozenset(
    "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许何吕施张孔曹严华金魏陶姜戚谢邹喻柏窦章苏潘葛奚范彭郎鲁韦昌马苗凤方俞"
    "任袁柳酆鲍史唐费廉岑薛雷贺倪汤滕殷罗毕郝邬傅皮卞齐康伍余卜顾孟黄穆萧尹姚邵湛汪祁毛禹狄米贝臧戴谈宋茅庞熊纪舒"
    "屈项祝董梁杜阮蓝闵席季麻贾路娄江童颜郭梅林刁钟徐邱骆高夏蔡田樊胡凌霍虞万柯管卢莫房裘缪解应宗丁宣贲邓郁单杭洪"
    "包诸左石崔吉钮龚程嵇邢裴陆荣翁荀甄曲封芮储靳汲邴段富巫乌焦巴隗侯宓班仰秋仲伊宫宁仇栾甘厉戎祖武符刘景詹束龙叶"
    "司韶郜黎蓟薄宿白怀蒲邰鄂索咸籍赖卓蔺屠蒙池乔胥苍闻莘党翟谭贡劳逄姬申扶冉宰郦雍璩桑桂濮牛寿通边扈燕冀郏浦尚温"
    "庄晏柴瞿阎充慕连茹习宦艾鱼容向古易慎戈廖庾终暨居衡步都耿满弘匡文寇广禄阙欧沃利蔚越夔隆师巩聂晁敖融冷訾辛阚简"
    "饶曾毋沙乜养鞠须丰巢关蒯查荆游竺权逯盖益桓岳帅肖闫覃佟涂仝付代邸苟邝成常安安于时平明计元乐梁麦简晋楚仲谷车"
)
_NAME = re.compile(f"[{HAN}]{{2,4}}")
_SEPARATOR = re.compile(r"[\s、,，/／|｜]+")
_NOT_A_NAME = {"谢谢", "全文完", "连载"}
# What places and offices end with, and names do not.
_OFFICE = tuple("区市县省院社报网局厂校镇部处组站馆司")
_ORGAN = re.compile(
    rf"[{HAN}]{{2,30}}(?:委员会|政府|办公[室厅]|管委会|党委|[厅局部院署]|[总支大]队|协会|商会|联合会|基金会|公司|集团|中心|大学)"
)


def is_organ(line: str) -> bool:
    """Whether a line is nothing but the names of organs and offices: who signs a notice."""
    return all(_ORGAN.fullmatch(fold_script(name)) for name in line.split())


def is_name(line: str) -> bool:
    """Whether a line is nothing but one to three Chinese names, by their family names."""
    names = _SEPARATOR.split(line.strip("（(）) 　"))
    return len(names) <= 3 and all(map(_is_name, names))


def _is_name(word: str) -> bool:
    folded = fold_script(word)
    return (
        _NAME.fullmatch(word) is not None
        and folded[0] in _SURNAMES
        and folded not in _NOT_A_NAME
        and not folded.endswith(_OFFICE)
        and folded not in _words()
    )


@cache
def _words() -> frozenset[str]:
    """Words of the dictionary that look like a name and are none."""
    return frozenset(
        word for word, tag in tagged_words() if word[0] in _SURNAMES and len(word) <= 4 and not tag.startswith("nr")
    )

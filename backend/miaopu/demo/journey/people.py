"""Synthetic people: Han and Mongolian names that could be, and belong to nobody in particular."""

import random
from collections.abc import Iterator

FAMILY = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎"
GIVEN = "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚桂英华建文辉力鑫宇浩然子轩雨泽思涵梓萱嘉怡欣妍俊博睿诗琪若曦晨"
MONGOL = (
    "苏日娜", "巴特尔", "乌云其木格", "阿拉坦仓", "娜仁托娅", "呼和", "萨仁", "特木尔", "其其格", "朝鲁",
    "哈斯", "斯琴高娃", "乌兰图雅", "宝音", "格日勒", "敖敦", "额尔敦", "布和", "塔娜", "吉日木图",
    "阿古拉", "那日苏", "琪琪格", "苏和", "莫日根", "萨如拉", "牧仁", "乌日汗", "达来", "斯日古楞",
)  # fmt: skip
LONG = ("额尔德尼", "孛儿只斤", "阿拉腾", "乌力吉", "巴图孟克", "斯琴毕力格", "那木吉勒", "敖登格日乐")
# No division of GB/T 2260 begins with 99: such a number cannot be anybody's.
DIVISION = "990101"
WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)


def names(seed: int) -> Iterator[str]:
    """Endless names, the same for the same seed: four Han to one Mongolian, some of those long, with “·”."""
    draw = random.Random(seed)
    seen: set[str] = set()
    while True:
        if draw.random() < 0.2:
            name = draw.choice(MONGOL)
            if draw.random() < 0.4:
                name = f"{draw.choice(LONG)}·{name}"
            if draw.random() < 0.06:
                name = f"{draw.choice(LONG)}·{draw.choice(LONG)}·{draw.choice(MONGOL)}"
        else:
            name = draw.choice(FAMILY) + "".join(draw.choice(GIVEN) for _ in range(draw.choice((1, 2, 2, 2))))
        if name in seen and len(seen) < 4000 and draw.random() < 0.9:
            continue
        seen.add(name)
        yield name


def identity_number(draw: random.Random, year: int) -> str:
    """An identity number with a right check digit (GB 11643, ISO 7064) in a division that does not exist."""
    body = f"{DIVISION}{year}{draw.randint(1, 12):02d}{draw.randint(1, 28):02d}{draw.randint(0, 999):03d}"
    check = sum(int(digit) * weight for digit, weight in zip(body, WEIGHTS, strict=True)) % 11
    return body + "10X98765432"[check]

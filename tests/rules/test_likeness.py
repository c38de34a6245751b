"""Alike passages (P24): found whatever the spaces and points, and not where there are none."""

import random

from miaopu.evaluations.likeness import GRAM, LEAST, WINDOW, letters, passages, prints, share

A = "草地样方的误差主要来自两个方面：一是边界植株的取舍，二是不同观察者的习惯。我们用同一块样地重复测量了十二次。"
B = "本文研究湖泊的透明度。 草地样方的误差主要来自 两个方面，一是边界植株的取舍；二是不同观察者的习惯。结论如下。"
OTHER = "太阳能电池板的倾角与发电量之间的关系可以用余弦函数近似，阴天时散射光占的比例更大，最佳倾角会变小。"


def test_p24_a_copied_run_is_found_with_its_place_in_both_whatever_the_points() -> None:
    (found,) = passages(A, B)
    assert A[slice(*found.mine)].startswith("草地样方")
    assert letters(A[slice(*found.mine)])[0] == letters(B[slice(*found.theirs)])[0]
    assert found.length == len(letters("草地样方的误差主要来自两个方面一是边界植株的取舍二是不同观察者的习惯")[0])
    assert share(A, [found]) > 50


def test_p24_two_works_of_their_own_have_nothing_in_common() -> None:
    assert passages(A, OTHER) == []
    assert not set(prints(A)) & set(prints(OTHER))


def test_p24_any_common_run_long_enough_shares_a_print() -> None:
    draw = random.Random(24)
    signs = [chr(0x4E00 + n) for n in range(3000)]
    for _ in range(200):
        run = "".join(draw.choices(signs, k=GRAM + WINDOW - 1))
        one, two = ("".join(draw.choices(signs, k=draw.randint(0, 300))) for _ in range(2))
        left, right = one[:150] + run + one[150:], two[:50] + run + two[50:]
        assert set(prints(left)) & set(prints(right))


def test_p24_what_is_shorter_than_a_sentence_or_of_the_form_is_no_sign() -> None:
    short = "一二三四五六七八九十" * 1
    assert passages(f"{short}甲乙丙丁戊己庚辛", f"{short}子丑寅卯辰巳午未") == []
    form = "题目与研究背景及意义国内外研究现状研究方法与技术路线"
    assert len(letters(form)[0]) >= LEAST
    plain, _ = letters(form)
    common = {plain[i : i + GRAM] for i in range(len(plain) - GRAM + 1)}
    assert passages(form, form) != []
    assert passages(form, form, common) == []

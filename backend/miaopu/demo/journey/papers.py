"""The papers that the journey's people hand in: real files, a page each."""

from functools import cache

import typst

from miaopu.core.documents import font_dir

PAGE = """#set page(paper: "a4", margin: 2.4cm)
#set text(font: "Noto Serif SC", size: 11pt, lang: "zh")
#set par(justify: true, first-line-indent: 2em, leading: 1em)
#align(center, text(size: 18pt, weight: "bold")[#sys.inputs.title])
#v(1em)
#sys.inputs.text
"""
TEXT = (
    "本研究从一个日常现象出发提出问题，查阅文献后设计对照实验，每组重复三次，记录条件与误差。"
    "结果表明两组差异明显，但样本较少，结论还需要更多数据支持。下一步将扩大样本并改进测量方法。"
)


SCAN = "本扫描件与原件一致，供审核使用。（演示材料：人物、证书及编号均为虚构。）"


@cache
def paper(title: str, text: str = TEXT) -> bytes:
    """A short paper as PDF; the same title and text give the same file."""
    compiler = typst.Compiler(font_paths=[str(font_dir())], ignore_system_fonts=True)
    made = compiler.compile(PAGE.encode(), format="pdf", sys_inputs={"title": title, "text": text})
    if not isinstance(made, bytes):
        raise TypeError("a paper is one file")
    return made

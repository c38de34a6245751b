/** The city's panel of judges in the annual evaluation (P24). */
export const panel = {
  title: "盟市评审组",
  sheet: "评审组评分",
  scores: "评审组评分",
  compared: "评审组评分对照",
  assign: "分配评委",
  assignHint:
    "该学科导师已评价的材料每份由 {count} 名评委评分，按抽签种子平均分配；学生本人的导师及其团队、有利害关系的不会分到。以后送来的材料，再分配一次即可。",
  judges: "评委",
  roles: { mentor: "导师", expert: "专家" },
  none: "本年度方案不设盟市评审组，由盟市管理办公室直接评定。",
  nothing: "本学科还没有分配评委，请点击“分配评委”。",
  judgesHint:
    "“偏差”为该评委给分与同一材料其他评委之差的平均；“加法模型”以最小二乘估计宽严（de Gruijter 1984；Braun 1988）。",
  works: "参评材料",
  worksHint: "与其他评委平均分相差超过 {points} 分的标红。评分供盟市推荐时参考。抽签种子：{seed}",
  farOff: "差距较大：{count} 份",
  finalHint: "提交后不能再修改。",
  recuseHint: "回避后不再看到这份材料，由盟市管理办公室另行分配。",
  figures: "平均分 {mean}，最高与最低相差 {spread}",
};

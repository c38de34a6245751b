/** Who must not judge which work, for the office that gives works to judges (P24, P25). */
export const judging = {
  conflicts: "回避关系",
  hint: "下列评委不会分到对应的材料。分配之后才出现的，评委已看不到该材料，也不能再评分，请再分配一次补足评委。",
  none: "该学科没有发现回避关系。",
  judge: "评委",
  why: "回避原因",
  source: "来源",
  sources: { declared: "本人申报", found: "平台比对" },
  teacher: "本学年的导师、合作导师或其团队成员",
  given: "已分到，需补分配",
  kept: "未分到",
};

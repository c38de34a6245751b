/** Who must not judge which work, for the office that gives works to judges (P24, P25). */
export const judging = {
  conflicts: "回避关系",
  hint: "下列评委不会分到对应的材料。",
  cameUp:
    "{count} 份材料分配之后才出现回避关系：评委已看不到材料，也不能再评分。请先收回，再分配一次，由抽签补足评委。",
  none: "该学科没有发现回避关系。",
  waiting: "有材料需要收回并改派",
  judge: "评委",
  why: "回避原因",
  source: "来源",
  sources: { declared: "本人申报", found: "平台比对" },
  teacher: "本学年的导师、合作导师或其团队成员",
  given: "已分到，需收回",
  judged: "已评完",
  kept: "未分到",
  withdraw: "收回",
  withdrawHint: "收回 {judge} 手中 {number} 号材料。已交的评分作废，记录保留；收回后请再分配一次。",
  withdrawn: "已收回。请再分配一次，补足评委。",
};

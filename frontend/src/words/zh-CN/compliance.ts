import type { AuditItem } from "../../api";

/** The office's page on personal data: the yearly audit, how long things are kept, consents to ask again. */
export const compliance = {
  title: "个人信息管理",
  audits: "年度合规审计",
  auditsIntro:
    "按年汇总：保存了哪些个人信息、谁查看过、监护人同意、更正与清除、日志、密钥、备份和规则检查，供每年 1 月底前向网信部门报告。资料中不含完整的身份证号码和手机号码。",
  year: "审计年度",
  make: "生成审计资料",
  making: "正在汇总，可以离开本页，完成后在下面的列表中下载。",
  noAudits: "还没有生成过。",
  fetch: "下载",
  file: "未成年人个人信息合规审计-{year}.zip",
  ofYear: "{year} 年度",
  soFar: "年度未结束",
  madeBy: "{name} 于 {at} 生成",
  digest: "SHA-256 摘要",
  digestHint: "下载后核对文件摘要，可以证明资料生成后未被改动。",
  none: "无",
  figures: {
    minors: "未满 18 周岁（人次）",
    under_14: "其中未满 14 周岁",
    reads: "查看敏感信息（次）",
    consents: "有效的监护人同意",
    corrections: "更正申请",
    erasures: "到期清除（批）",
    overdue: "到期未清除（类）",
    faults: "规则不成立（项）",
    backup_days: "最近备份距今（天）",
  } satisfies Record<keyof AuditItem["figures"], string>,
};

import type { ConsentAgreed } from "../../api";

/** A consent whose text has changed: asked again, and what was agreed to. */
export const again = {
  title: "同意书有更新，请再次确认",
  of: "{student}（{number}）",
  changes: "更新了什么",
  now: "更新后的同意书（{version} 版）",
  before: "您之前同意的是 {version} 版",
  read: "查看原来的内容",
  give: "同意",
  refuse: "不同意",
  later: "以后再说",
  refused: "您已表示不同意，仍可改为同意。",
  free: "不同意更新的内容，不影响您按原来同意的内容继续使用平台；管理办公室会与您联系。",
  agreed: "我同意过的内容",
  agreedIntro: "每次同意的是哪一版、原文是什么，都保存在这里。",
  version: "{version} 版",
  unknown: "原文未保存，只知道版本。",
  none: "还没有。",
  withdrawn: "已于 {at} 撤回",
  digest: "摘要",
  sides: { student: "学生", guardian: "监护人" } satisfies Record<ConsentAgreed["side"], string>,
  decisions: { given: "同意", refused: "不同意" } satisfies Record<ConsentAgreed["decision"], string>,
};

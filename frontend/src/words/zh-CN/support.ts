/** Words of looking as somebody else, for support. */
export const support = {
  look: "以此人身份查看",
  lookTitle: "以 {name} 的身份查看",
  lookHint: "只能查看，不能办理；本人会收到消息，写明查看人、时间和以下理由。每次查看都会留痕。",
  reason: "查看理由",
  reasonHint: "本人会看到这句话",
  start: "开始查看",
  banner: "正在以 {name}（{role} · {unit}）的身份查看，只能查看",
  left: "剩余 {minutes} 分 {seconds} 秒",
  end: "结束查看",
};

export type SupportWords = typeof support;

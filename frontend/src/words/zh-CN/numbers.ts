/** The pictures of the year. */
export const numbers = {
  report: "年度报告（PDF）",
  all: "全部图表",
  by: "统计方式",
  bys: { city: "按盟市", subject: "按学科", school: "按学校", university: "按高校", sex: "按性别" },
  table: "表格",
  picture: "图形",
  files: "下载",
  kinds: { xlsx: "Excel 表格", csv: "CSV", png: "图片（PNG）", svg: "矢量图（SVG）" },
  link: "复制链接",
  copied: "链接已复制，打开即为同一图表",
  asOf: "截至 {at}",
  hidden: "“*”：不足 {least} 人的数字不显示",
  nothing: "尚无数据",
};

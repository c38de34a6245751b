/** A student's file on one page. */
export const file = {
  open: "培养档案",
  pdf: "下载 PDF",
  archive: "下载档案压缩包（含原件）",
  archives: "全部学生档案",
  contents: "目录",
  print: "打印",
  madeAt: "截至 {at}",
  photo: "照片 {name}",
  nothing: "还没有内容",
};

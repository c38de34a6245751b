import { Table, type TableProps } from "antd";
import { useEffect, useRef } from "react";

/**
 * A table as wide as it needs, which scrolls by itself on a narrow screen. The keyboard reaches it where it scrolls,
 * and never the library's hidden copy of the heads.
 */
export function WideTable<T extends object>(props: TableProps<T>) {
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const within = box.current;
    if (!within) return;
    const reach = () => {
      for (const part of within.querySelectorAll<HTMLElement>(".ant-table-content, .ant-table-body")) {
        if (part.scrollWidth > part.clientWidth || part.scrollHeight > part.clientHeight) part.tabIndex = 0;
        else part.removeAttribute("tabindex");
      }
      for (const row of within.querySelectorAll<HTMLElement>(".ant-table-measure-row")) row.inert = true;
    };
    const watch = new ResizeObserver(reach);
    watch.observe(within);
    reach();
    return () => watch.disconnect();
  });
  return (
    <div ref={box}>
      <Table<T> scroll={{ x: "max-content" }} {...props} />
    </div>
  );
}

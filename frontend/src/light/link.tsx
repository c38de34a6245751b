import type { ReactNode } from "react";
import { BASE, go } from "./route";

/** A link within the phone pages: a real address, opened without loading anything. */
export function Link({
  to,
  className,
  current,
  children,
}: {
  to: string;
  className?: string;
  current?: boolean;
  children: ReactNode;
}) {
  return (
    <a
      href={BASE + to}
      className={className}
      aria-current={current ? "page" : undefined}
      onClick={(event) => {
        if (event.ctrlKey || event.metaKey || event.shiftKey) return;
        event.preventDefault();
        go(to);
      }}
    >
      {children}
    </a>
  );
}

import { useNavigate } from "@tanstack/react-router";
import { Button } from "antd";
import type { ImportItem } from "../api";
import { useWords } from "./context";

/** The way from a list to bringing many at once; from a record with the sheet (and its sitting) chosen. */
export function ImportLink({
  label,
  primary,
  ...chosen
}: {
  label?: string;
  primary?: boolean;
  kind?: ImportItem["kind"];
  sitting?: string;
}) {
  const { ui } = useWords();
  const navigate = useNavigate();
  return (
    <Button
      type={primary ? "primary" : "default"}
      onClick={() => void navigate({ to: "/imports" as string, search: chosen as never })}
    >
      {label ?? ui.imports}
    </Button>
  );
}

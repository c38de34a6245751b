import { useNavigate } from "@tanstack/react-router";
import { Button } from "antd";
import { useWords } from "./context";

/** The way from a list to bringing many at once. */
export function ImportLink() {
  const { ui } = useWords();
  const navigate = useNavigate();
  return <Button onClick={() => void navigate({ to: "/imports" as string })}>{ui.imports}</Button>;
}

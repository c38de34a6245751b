import { useNavigate } from "@tanstack/react-router";
import { Tabs, Typography } from "antd";
import { useKnownMe, useWords } from "../shared/context";
import type { AnyThing } from "../shared/thing";
import { listName } from "./names";
import { readable, together } from "./things";

/** The name of the list; where a stage has several, they are tabs. */
export function StageTabs({ thing }: { thing: AnyThing }) {
  const words = useWords();
  const me = useKnownMe();
  const navigate = useNavigate();
  const paths = together(thing).filter((path) => readable(me.permissions, path));
  return (
    <>
      <Typography.Title level={3} style={{ marginTop: 0 }}>
        {thing.stage ? words.enums.stage[thing.stage] : listName(words, thing.path)}
      </Typography.Title>
      {paths.length > 1 && (
        <Tabs
          activeKey={thing.path}
          onChange={(path) => void navigate({ to: path as string })}
          items={paths.map((path) => ({ key: path, label: listName(words, path) }))}
        />
      )}
    </>
  );
}

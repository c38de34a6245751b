import { Link } from "@tanstack/react-router";
import { Typography } from "antd";
import { useKnownMe, useWords } from "../shared/context";
import type { AnyThing } from "../shared/thing";
import { listName } from "./names";
import { readable, together } from "./things";

/** The name of the stage; where it has several lists, links to each of them. */
export function StageTabs({ thing }: { thing: AnyThing }) {
  const words = useWords();
  const me = useKnownMe();
  const paths = together(thing).filter((path) => readable(me.permissions, path));
  const name = thing.stage ? words.enums.stage[thing.stage] : listName(words, thing.path);
  return (
    <>
      <Typography.Title level={3} style={{ marginTop: 0 }}>
        {name}
      </Typography.Title>
      {paths.length > 1 && (
        <nav className="lists" aria-label={name}>
          {paths.map((path) => (
            <Link key={path} to={path as string} aria-current={path === thing.path ? "page" : undefined}>
              {listName(words, path)}
            </Link>
          ))}
        </nav>
      )}
    </>
  );
}

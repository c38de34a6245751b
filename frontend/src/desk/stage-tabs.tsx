import { Link } from "@tanstack/react-router";
import { Typography } from "antd";
import { useEffect, useRef } from "react";
import { useKnownMe, useWords } from "../shared/context";
import type { AnyThing } from "../shared/thing";
import { listName } from "./names";
import { readable, stageNow, together } from "./things";

/** The name of the stage; where it has several lists, links to each of them. */
export function StageTabs({ thing }: { thing: AnyThing }) {
  const words = useWords();
  const me = useKnownMe();
  const paths = together(thing).filter((path) => readable(me.permissions, path));
  const nav = useRef<HTMLElement>(null);
  // On a phone the row is wider than the page: where one is stands in sight.
  useEffect(() => {
    const current = nav.current?.querySelector<HTMLElement>('[aria-current="page"]');
    if (nav.current && current)
      nav.current.scrollLeft = current.offsetLeft - (nav.current.clientWidth - current.offsetWidth) / 2;
  });
  const stage = thing.stage && (stageNow(me.stages, thing.path)?.code ?? thing.stage);
  // The one list that a reader has of several goes by its own name: a teacher's directory of mentors is no registration.
  const alone = paths.length === 1 && together(thing).length > 1;
  const name = stage && !alone ? words.enums.stage[stage] : listName(words, thing.path);
  return (
    <>
      <Typography.Title level={3} style={{ marginTop: 0 }}>
        {name}
      </Typography.Title>
      {paths.length > 1 && (
        <nav ref={nav} className="lists" aria-label={name}>
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

import { BellOutlined, MenuOutlined } from "@ant-design/icons";
import { Link, Navigate, Outlet, useLocation, useNavigate } from "@tanstack/react-router";
import { Badge, Button, Drawer, Flex, Grid, Layout } from "antd";
import { useEffect, useState } from "react";
import { asProblem, onSignedOut } from "../api";
import { AskedAgain } from "../rooms/personal/again";
import { useKnownMe, useMe, useWords } from "../shared/context";
import { Failed, Loading } from "../shared/states";
import { stageHint } from "../shared/values";
import { DemoBar } from "./demo-bar";
import { listName } from "./names";
import { SupportBar } from "./support-bar";
import { BESIDES, readable, STAGES, stageNow, THINGS } from "./things";
import { Who } from "./who";

/** Everything behind the sign-in: the programme is the navigation. */
export function Shell() {
  const { data, error, isPending, refetch } = useMe();
  const navigate = useNavigate();
  const { pathname } = useLocation();
  useEffect(() => onSignedOut(() => void navigate({ to: "/sign-in" as string })), [navigate]);
  if (error && asProblem(error).status === 401) {
    return <Navigate to={"/sign-in" as string} search={{ to: pathname } as never} />;
  }
  if (error) return <Failed error={error} retry={() => void refetch()} />;
  if (isPending || !data) {
    return (
      <div className="page">
        <Loading />
      </div>
    );
  }
  return <Inside />;
}

function Inside() {
  const me = useKnownMe();
  const { ui } = useWords();
  const wide = Grid.useBreakpoint().lg ?? true;
  const [menu, setMenu] = useState(false);
  return (
    <Layout style={{ flex: 1 }}>
      <button
        type="button"
        className="skip"
        onClick={() => document.querySelector<HTMLElement>("main")?.focus()}
      >
        {ui.skip}
      </button>
      {me.demo && <DemoBar />}
      <SupportBar />
      <AskedAgain />
      <Layout.Header className="top">
        <Flex align="center" gap={12} style={{ height: "100%" }}>
          {!wide && (
            <Button
              type="text"
              aria-label={ui.timeline}
              icon={<MenuOutlined />}
              onClick={() => setMenu(true)}
              className="bright"
            />
          )}
          <Link to={"/" as string} className="brand">
            {ui.app}
          </Link>
          {wide && <span className="cycle">{me.cycle?.title}</span>}
          <Flex flex={1} justify="end" align="center" gap={4}>
            <Link to={"/inbox" as string} aria-label={ui.notices}>
              <Badge count={me.unread} size="small" offset={[-4, 4]}>
                <Button type="text" icon={<BellOutlined />} className="bright" tabIndex={-1} />
              </Badge>
            </Link>
            <Who wide={wide} />
          </Flex>
        </Flex>
      </Layout.Header>
      <Layout>
        {wide ? (
          <Layout.Sider width={232} theme="light" style={{ padding: "12px 8px" }}>
            <Stages />
          </Layout.Sider>
        ) : (
          <Drawer
            open={menu}
            onClose={() => setMenu(false)}
            placement="left"
            size={280}
            title={me.cycle?.title ?? ui.app}
          >
            <Stages chosen={() => setMenu(false)} />
          </Drawer>
        )}
        {/* Not antd's content: that would be a second main, and the skip link would lead to it. */}
        <div className="content">
          <main className="page" tabIndex={-1}>
            <Outlet />
          </main>
        </div>
      </Layout>
    </Layout>
  );
}

function Stages({ chosen }: { chosen?: () => void }) {
  const me = useKnownMe();
  const words = useWords();
  const { pathname } = useLocation();
  const now = new Date(me.now);
  const shown = me.stages.filter((stage) =>
    STAGES[stage.code].some((path) => readable(me.permissions, path)),
  );
  const list = THINGS.find((found) => `${pathname}/`.startsWith(`${found.path}/`))?.path;
  const lit = list ? stageNow(shown, list) : undefined;
  return (
    <nav aria-label={words.ui.timeline}>
      <Link to={"/" as string} className={`stage ${pathname === "/" ? "here" : ""}`} onClick={chosen}>
        {words.ui.home}
      </Link>
      {shown.map((stage) => {
        const path = STAGES[stage.code].find((found) => readable(me.permissions, found)) ?? "/";
        const here = lit?.code === stage.code;
        return (
          <Link
            key={stage.code}
            to={path as string}
            className={`stage ${stage.state} ${here ? "here" : ""}`}
            onClick={chosen}
          >
            {words.enums.stage[stage.code]}
            <small className="quiet">{stageHint(words, stage, now)}</small>
          </Link>
        );
      })}
      <hr />
      {BESIDES.filter((path) => readable(me.permissions, path)).map((path) => (
        <Link
          key={path}
          to={path as string}
          className={`stage ${`${pathname}/`.startsWith(`${path}/`) ? "here" : ""}`}
          onClick={chosen}
        >
          {listName(words, path)}
        </Link>
      ))}
    </nav>
  );
}

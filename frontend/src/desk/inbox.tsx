import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { Button, Card, List } from "antd";
import { useState } from "react";
import { api, type NoticeItem, ok } from "../api";
import { actWord } from "../shared/actions-bar";
import { useWords } from "../shared/context";
import { Failed } from "../shared/states";
import { dateTime } from "../words/dates";
import { THINGS } from "./things";

/** What I was told, the newest first. */
export function Inbox() {
  const words = useWords();
  const client = useQueryClient();
  const [page, setPage] = useState(1);
  const { data, error, isPending, refetch } = useQuery({
    queryKey: ["notices", page],
    queryFn: () => ok(api.noticesList({ query: { page, size: 20 } })),
  });
  if (error) return <Failed error={error} retry={() => void refetch()} />;
  const readAll = async () => {
    await ok(api.noticesReadAll());
    await client.invalidateQueries();
  };
  return (
    <Card
      title={words.ui.notices}
      extra={<Button onClick={() => void readAll()}>{words.ui.markAllRead}</Button>}
    >
      <List
        loading={isPending}
        dataSource={data?.items ?? []}
        locale={{ emptyText: words.ui.noNotices }}
        pagination={
          data && data.total > 20 && { current: page, pageSize: 20, total: data.total, onChange: setPage }
        }
        renderItem={(notice) => <Line notice={notice} />}
      />
    </Card>
  );
}

function Line({ notice }: { notice: NoticeItem }) {
  const words = useWords();
  const [thing, action] = notice.kind.split(".");
  const called = (name: string) => THINGS.find((one) => (one.flow ?? one.told) === name);
  // A notice leads to the thing it is about, and is named by what was done: a seat drawn anew, on one's registration.
  const found = called(notice.thing_type);
  const flow = called(thing)?.flow;
  const said = flow ? actWord(words, flow, action) : action;
  const text = [notice.title, (words.trail as Record<string, string>)[notice.kind] ?? said]
    .filter(Boolean)
    .join(" · ");
  return (
    <List.Item style={{ fontWeight: notice.read_at ? 400 : 600 }}>
      <List.Item.Meta
        title={
          notice.thing_type === "after" ? (
            <Link to={"/after" as string}>{text}</Link>
          ) : notice.thing_type === "status" ? (
            <Link to={"/status" as string}>{text}</Link>
          ) : found?.get && notice.thing_id ? (
            <Link to={`${found.path}/${notice.thing_id}` as string}>{text}</Link>
          ) : (
            text
          )
        }
        description={
          <>
            {dateTime(notice.created_at, words.language)}
            {notice.reason && <div>{notice.reason}</div>}
          </>
        }
      />
    </List.Item>
  );
}

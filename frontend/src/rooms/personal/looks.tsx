import { useQuery } from "@tanstack/react-query";
import { Card, List } from "antd";
import { useState } from "react";
import { api, type LookItem, ok } from "../../api";
import { useWords } from "../../shared/context";
import { Failed } from "../../shared/states";
import { word } from "../../shared/values";
import { dateTime } from "../../words/dates";
import { personalWords } from "../../words/personal";

const SIZE = 10;

/** Who looked at one's own sealed details, or a child's. */
export function Looks() {
  const { language } = useWords();
  const said = personalWords(language);
  const [page, setPage] = useState(1);
  const { data, error, isPending, refetch } = useQuery({
    queryKey: ["my-data", "looks", page],
    queryFn: () => ok(api.myDataLooks({ query: { page, size: SIZE } })),
  });
  if (error) return <Failed error={error} retry={() => void refetch()} />;
  return (
    <Card title={said.looks}>
      <p className="quiet">{said.looksIntro}</p>
      <List
        loading={isPending}
        dataSource={data?.items ?? []}
        rowKey="id"
        locale={{ emptyText: said.noLooks }}
        pagination={
          (data?.total ?? 0) > SIZE && {
            current: page,
            pageSize: SIZE,
            total: data?.total,
            onChange: setPage,
            showSizeChanger: false,
          }
        }
        renderItem={(look) => <Look look={look} />}
      />
    </Card>
  );
}

function Look({ look }: { look: LookItem }) {
  const words = useWords();
  const said = personalWords(words.language);
  const role = look.actor_role && word(words, "role", look.actor_role);
  const who = [look.actor_name, role, look.unit_name].filter(Boolean).join(" · ");
  // Which detail it was, and why, is erased with the words of the trail.
  const others: Record<string, string> = {
    "support.begin": said.lookedAs,
    "registration.reveal": said.detailErased,
  };
  const what = look.field ? said.details[look.field] : (others[look.action] ?? said.archived);
  const why = [look.purpose && said.purposes[look.purpose], look.reason].filter(Boolean).join("：");
  return (
    <List.Item>
      <List.Item.Meta
        title={`${look.student} · ${what}`}
        description={
          <>
            <div>{who}</div>
            <div>{why}</div>
            <div>{dateTime(look.at, words.language)}</div>
          </>
        }
      />
    </List.Item>
  );
}

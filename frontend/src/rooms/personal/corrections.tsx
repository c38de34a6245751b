import { useQuery } from "@tanstack/react-query";
import { Card, List, Tag } from "antd";
import { api, type CorrectionItem, ok } from "../../api";
import { AskButton } from "../../shared/ask-button";
import { useKnownMe, useWords } from "../../shared/context";
import { Failed } from "../../shared/states";
import { dateTime } from "../../words/dates";
import { personalWords } from "../../words/personal";

/** What a family wants put right: asked here, and answered here by school or city. */
export function Corrections() {
  const { language } = useWords();
  const said = personalWords(language);
  const asks = useKnownMe().permissions.includes("correction.ask");
  const { data, error, isPending, refetch } = useQuery({
    queryKey: ["corrections"],
    queryFn: () => ok(api.correctionsList({ query: { size: 100 } })),
  });
  if (error) return <Failed error={error} retry={() => void refetch()} />;
  const done = () => void refetch();
  return (
    <Card
      title={asks ? said.corrections : said.correctionsOffice}
      extra={asks && <AskCorrection done={done} />}
    >
      {asks && <p className="quiet">{said.correctionsIntro}</p>}
      <List
        loading={isPending}
        dataSource={data?.items ?? []}
        rowKey="id"
        locale={{ emptyText: said.none }}
        renderItem={(one) => <Line one={one} done={done} />}
      />
    </Card>
  );
}

function AskCorrection({ done }: { done: () => void }) {
  const { language } = useWords();
  const said = personalWords(language);
  const { data } = useQuery({
    queryKey: ["/registrations", "own"],
    queryFn: () => ok(api.registrationsList({})),
  });
  const own = data?.items ?? [];
  if (own.length === 0) return null;
  return (
    <AskButton
      label={said.askCorrection}
      asks={[
        {
          name: "registration_id",
          label: said.corrections,
          kind: "choice",
          required: true,
          initial: own[0]?.id,
          options: own.map((one) => ({ value: one.id, label: `${one.name} · ${one.number}` })),
        },
        {
          name: "field",
          label: said.what,
          kind: "choice",
          required: true,
          options: Object.entries(said.corrected).map(([value, label]) => ({ value, label })),
        },
        { name: "text", label: said.should, kind: "long", required: true },
      ]}
      send={(values, headers) => api.correctionsAsk({ body: values as never, headers })}
      done={done}
    />
  );
}

function Line({ one, done }: { one: CorrectionItem; done: () => void }) {
  const { language } = useWords();
  const said = personalWords(language);
  const state = one.answered_at === null ? said.waiting : one.granted ? said.granted : said.refused;
  return (
    <List.Item>
      <List.Item.Meta
        title={
          <>
            {one.student} · {said.corrected[one.field]} <Tag>{state}</Tag>
          </>
        }
        description={
          <>
            <div>{one.text}</div>
            {one.answer && (
              <div>
                {said.answer}：{one.answer}
              </div>
            )}
            <div>{dateTime(one.answered_at ?? one.asked_at, language)}</div>
          </>
        }
      />
      {one.answerable && (
        <AskButton
          label={said.answer}
          asks={[
            { name: "granted", label: said.granted, kind: "yes", initial: true },
            { name: "answer", label: said.answer, kind: "long", required: true },
          ]}
          send={(values, headers) =>
            api.correctionsAnswer({
              path: { correction_id: one.id },
              body: { ...(values as { granted: boolean; answer: string }), version: one.version },
              headers,
            })
          }
          done={done}
        />
      )}
    </List.Item>
  );
}

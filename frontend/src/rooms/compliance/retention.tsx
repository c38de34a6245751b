import { useQuery } from "@tanstack/react-query";
import { Card, Flex, List, Tag } from "antd";
import { api, ok, type ScheduleItem } from "../../api";
import { ActButton } from "../../shared/act-button";
import { useKnownMe, useWords } from "../../shared/context";
import { Failed } from "../../shared/states";
import { TIGHT } from "../../shared/tight";
import { fill } from "../../words";
import { complianceWords } from "../../words/compliance";
import { dateTime } from "../../words/dates";

/** Milliseconds. */
const LOOK_AGAIN = 2_000;
const COLOURS: Record<ScheduleItem["state"], string> = {
  later: "default",
  open: "orange",
  proposed: "blue",
  confirmed: "processing",
  done: "green",
};

/** What is kept how long, what is due, and the two people who let go of it: one proposes, another confirms. */
export function Retention() {
  const { language } = useWords();
  const said = complianceWords(language);
  const { data, error, isPending, refetch } = useQuery({
    queryKey: ["retention"],
    queryFn: () => ok(api.retentionSchedule()),
    // The job that erases is seen to end.
    refetchInterval: ({ state }) =>
      state.data?.items.some((one) => one.state === "confirmed") ? LOOK_AGAIN : false,
  });
  if (error) return <Failed error={error} retry={() => void refetch()} />;
  return (
    <Card title={said.retention} styles={TIGHT}>
      <p className="quiet" style={{ marginTop: 0 }}>
        {said.retentionIntro}
      </p>
      <List
        loading={isPending}
        dataSource={data?.items ?? []}
        rowKey={(one) => one.cycle_id + one.kind}
        locale={{ emptyText: said.none }}
        renderItem={(one) => <Line one={one} done={() => void refetch()} />}
      />
    </Card>
  );
}

function Line({ one, done }: { one: ScheduleItem; done: () => void }) {
  const { language } = useWords();
  const said = complianceWords(language);
  const erases = useKnownMe().permissions.includes("retention.erase");
  const held = fill(said.held, { rows: one.rows, files: one.files });
  const told = { held, title: one.title, kind: said.kinds[one.kind] };
  return (
    <List.Item style={{ display: "block" }}>
      <Flex justify="space-between" align="start" gap={8} wrap>
        <div style={{ minWidth: 0, flex: "1 1 320px" }}>
          <div>
            <strong>{said.kinds[one.kind]}</strong>{" "}
            <Tag color={COLOURS[one.state]}>{said.states[one.state]}</Tag>
          </div>
          <div className="quiet">{one.title}</div>
          <div>{fill(said.keptUntil, { years: one.years, day: one.due_on })}</div>
          {(one.state === "open" || one.state === "proposed") && <div>{held}</div>}
          {one.proposed_by_name && one.proposed_at && (
            <div>
              {fill(said.proposedBy, { name: one.proposed_by_name, at: dateTime(one.proposed_at, language) })}
            </div>
          )}
          {one.done_at && (
            <div>
              {fill(said.erasedAt, {
                at: dateTime(one.done_at, language),
                rows: one.done_rows ?? 0,
                files: one.done_files ?? 0,
              })}
            </div>
          )}
        </div>
        {erases && one.state === "open" && (
          <ActButton
            label={said.propose}
            hint={fill(said.proposeHint, told)}
            send={(headers) =>
              api.retentionPropose({ body: { cycle_id: one.cycle_id, kind: one.kind }, headers })
            }
            done={done}
          />
        )}
        {erases && one.state === "proposed" && one.own && <span className="quiet">{said.waitsForOther}</span>}
        {erases && one.state === "proposed" && !one.own && (
          <ActButton
            danger
            label={said.confirm}
            hint={fill(said.confirmHint, told)}
            send={(headers) =>
              api.retentionConfirm({
                path: { erasure_id: one.erasure_id ?? "" },
                body: { version: one.version ?? 0 },
                headers,
              })
            }
            done={done}
          />
        )}
      </Flex>
    </List.Item>
  );
}

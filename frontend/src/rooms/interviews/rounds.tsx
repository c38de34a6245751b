import { Button, Card, Descriptions, Flex, Typography } from "antd";
import {
  api,
  type InterviewRoundItem,
  type InterviewRoundRecord,
  type RoundReleaseLine,
  type RoundReleasePreview,
} from "../../api";
import { ActButton } from "../../shared/act-button";
import { AskButton } from "../../shared/ask-button";
import { useKnownMe, useWords } from "../../shared/context";
import { ReleaseButton } from "../../shared/release-dialog";
import type { FormProps, Thing } from "../../shared/thing";
import { useSubject } from "../../shared/values";
import { fill } from "../../words";
import { Compared } from "./comparison";

/** All proposed verdicts of the city at one moment, by somebody else than who proposed them. */
function Release({ done }: { done: () => void }) {
  const { ui, fields, enums } = useWords();
  const me = useKnownMe();
  const subject = useSubject();
  if (!me.permissions.includes("interview.decide")) return null;
  const outcomes = ["selected", "reserve", "not_selected"] as const;
  return (
    <ReleaseButton<RoundReleasePreview, RoundReleaseLine>
      label={ui.round.release}
      send={ui.cutoff.releaseNow}
      nothing={ui.round.nothingReady}
      queryKey={["/rounds", "release"]}
      preview={() => api.interviewsReleasePreview()}
      says={({ lines, told }) => fill(ui.round.tells, { rounds: lines.length, told })}
      mine={(line) => line.proposed_by_me}
      columns={[
        { title: fields.subject, render: (_, line) => subject(line.subject) },
        ...outcomes.map((outcome) => ({
          title: enums.registration[outcome],
          render: (_: unknown, line: RoundReleaseLine) => line[outcome].length,
          className: "fact",
          align: "right" as const,
        })),
        { title: ui.missed, dataIndex: "missed", className: "fact", align: "right" },
      ]}
      more={(line) =>
        outcomes.map((outcome) => (
          <div key={outcome}>
            <div className="quiet">{enums.registration[outcome]}</div>
            <p className="numbers fact">{line[outcome].join("　")}</p>
          </div>
        ))
      }
      release={(body, headers) => api.interviewsRelease({ body, headers })}
      done={done}
    />
  );
}

function Round({ record, done }: FormProps<InterviewRoundRecord>) {
  const { ui, fields } = useWords();
  const me = useKnownMe();
  const arranges = me.permissions.includes("interview.arrange") && record.state === "arranging";
  const calls = me.permissions.includes("interview.decide") && (record.free_places ?? 0) > 0;
  const { subject } = record;
  return (
    <>
      <Flex gap={8} wrap>
        {arranges && !record.seed && (
          <ActButton
            type="primary"
            label={ui.assign}
            send={(headers) => api.interviewsAssign({ body: { subject }, headers })}
            done={done}
          />
        )}
        {arranges && record.seed && (
          <AskButton
            label={ui.round.anew}
            asks={[
              { name: "reason", label: ui.reason, kind: "long", required: true, hint: ui.round.anewHint },
            ]}
            send={(values, headers) =>
              api.interviewsAssign({ body: { ...values, subject, anew: true } as never, headers })
            }
            done={done}
          />
        )}
        {arranges && record.seed && (
          <ActButton
            label={ui.round.invite}
            send={(headers) => api.interviewsInvite({ body: { subject }, headers })}
            done={done}
          />
        )}
        {record.state === "released" && (
          <Typography.Text type="secondary">
            {fill(ui.round.free, { count: record.free_places ?? 0 })}
          </Typography.Text>
        )}
        {calls && (
          <ActButton
            type="primary"
            label={ui.round.callUp}
            hint={ui.round.callUpHint}
            send={(headers) =>
              api.roundsCallUp({ path: { round_id: record.id }, body: { version: record.version }, headers })
            }
            done={done}
          />
        )}
        {record.state === "proposed" && <Release done={done} />}
        {arranges && <Button href={`/panels?subject=${subject}`}>{fields.panel_name}</Button>}
      </Flex>
      {me.permissions.includes("interview.judge") && record.seed && (
        <Compared id={record.id} version={record.version} />
      )}
      <Card size="small" title={ui.hall.seed}>
        <Typography.Paragraph type="secondary">{ui.round.seedHint}</Typography.Paragraph>
        <Descriptions
          size="small"
          column={1}
          items={[
            { key: "digest", label: ui.hall.digest, children: record.seed_digest },
            { key: "seed", label: ui.hall.opened, children: record.seed ?? ui.round.sealed },
            { key: "lots", label: ui.round.lots, children: record.lots ?? ui.none },
          ]}
        />
      </Card>
    </>
  );
}

export const interviewRounds: Thing<InterviewRoundItem, InterviewRoundRecord, "interview_round"> = {
  path: "/interview-rounds",
  stage: "interview",
  flow: "interview_round",
  title: (record, subject) => `${record.city_name} · ${subject(record.subject)}`,
  brief: ["city_name", "candidates", "selected", "reserve"],
  columns: ["subject", "city_name", "places", "candidates", "selected", "reserve", "released_at", "state"],
  filters: [
    { name: "state", from: "interview_round" },
    { name: "subject", from: "subjects" },
  ],
  list: (query) => api.roundsList({ query: query as never }),
  get: (id) => api.roundsGet({ path: { round_id: id } }),
  act: (id, action, move, headers) =>
    api.roundsAct({ path: { round_id: id, action: action as never }, body: move, headers }),
  trail: (id) => api.roundsTrail({ path: { round_id: id } }),
  facts: ["subject", "city_name", "places", "candidates", "selected", "reserve"],
  later: ["released_at"],
  steps: ["arranging", "proposed", "released"],
  Body: Round,
  Tools: Release,
};

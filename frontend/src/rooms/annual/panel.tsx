import { useQuery } from "@tanstack/react-query";
import { Card, Flex, Tag, Typography } from "antd";
import { type AnnualRecord, api, ok } from "../../api";
import { AskButton } from "../../shared/ask-button";
import { useKnownMe, useWords } from "../../shared/context";
import { useNamed, usePlan } from "../../shared/plan";
import { fill } from "../../words";
import { panelWords } from "../../words/panel";
import { Compared, Scored } from "./comparison";

const compared = (subject: string) => ({
  queryKey: ["panel", "comparison", subject],
  queryFn: () => ok(api.panelCompare({ body: { subject } })),
});

/** The city's panel of a subject: dossiers to judges, then their scores side by side. */
export function PanelPage() {
  const { language } = useWords();
  const words = panelWords(language);
  const me = useKnownMe();
  const judges = usePlan()?.evaluations.annual.panel?.judges ?? 0;
  return (
    <Compared
      title={words.compared}
      may={me.permissions.includes("panel.compare")}
      read={compared}
      court={me.permissions.includes("panel.assign") ? "panel" : undefined}
      tools={(subject, done) => <Assign key={subject} subject={subject} done={done} />}
      words={{
        nothing: judges > 0 ? words.nothing : words.none,
        judges: words.judges,
        judgesHint: words.judgesHint,
        works: words.works,
        worksHint: words.worksHint,
        looked: words.farOff,
      }}
    />
  );
}

function Assign({ subject, done }: { subject: string; done: () => void }) {
  const { ui, language } = useWords();
  const words = panelWords(language);
  const plan = usePlan();
  const judges = plan?.evaluations.annual.panel?.judges ?? 0;
  const { data } = useQuery({
    queryKey: ["panel", "judges", subject],
    queryFn: () => ok(api.panelJudges({ query: { subject } })),
    enabled: judges > 0,
  });
  if (judges === 0) return null;
  return (
    <AskButton
      type="primary"
      label={words.assign}
      submit={ui.submit}
      intro={fill(words.assignHint, { count: judges })}
      asks={[
        {
          name: "account_ids",
          label: words.judges,
          kind: "choices",
          required: true,
          options: (data?.items ?? []).map((one) => ({
            value: one.account_id,
            label: `${one.name} · ${words.roles[one.role]} · ${one.unit_name}`,
          })),
        },
      ]}
      send={(values, headers) => api.panelAssign({ body: { ...values, subject } as never, headers })}
      done={done}
    />
  );
}

/** The panel's sheets of one dossier: one's own to a judge, all of them with their figures to the city. */
export function PanelCard({ record }: { record: AnnualRecord }) {
  const { ui, language } = useWords();
  const words = panelWords(language);
  const me = useKnownMe();
  const name = useNamed();
  const criteria = usePlan()?.evaluations.annual.panel?.criteria ?? [];
  const { data } = useQuery({
    ...compared(record.subject),
    enabled: me.permissions.includes("panel.compare"),
  });
  const work = data?.works.find((one) => one.annual_id === record.id);
  return (
    <Card size="small" title={words.scores}>
      <Flex vertical gap={12}>
        {work && work.scores.length > 0 && (
          <Flex gap={12} align="center" wrap>
            <Typography.Text strong>
              {fill(words.figures, { mean: work.means.mean ?? "—", spread: work.spread ?? "—" })}
            </Typography.Text>
            <Scored of={work} />
          </Flex>
        )}
        {record.panel.map((sheet) => (
          <div key={sheet.id}>
            <Flex gap={8} align="center" wrap>
              <Typography.Text
                strong
              >{`${sheet.judge_name} · ${sheet.score ?? ui.final.unscored}`}</Typography.Text>
              {criteria
                .filter((one) => sheet.scores[one.code] !== undefined)
                .map((one) => (
                  <Tag key={one.code}>{`${name(one)} ${sheet.scores[one.code]}`}</Tag>
                ))}
              {sheet.recused_reason && <Tag color="orange">{`${ui.recuse}：${sheet.recused_reason}`}</Tag>}
            </Flex>
            <Typography.Paragraph style={{ marginBottom: 0, whiteSpace: "pre-wrap" }}>
              {sheet.comment}
            </Typography.Paragraph>
          </div>
        ))}
      </Flex>
    </Card>
  );
}

import { useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { Card, Col, Flex, Row, Tag, Typography } from "antd";
import { api, ok, type SummaryRecord } from "../../api";
import { AskForm } from "../../shared/ask-form";
import { useKnownMe, useWords } from "../../shared/context";
import { NowButton } from "../../shared/now-button";
import { Papers } from "../../shared/papers";
import { useNamed, usePlan } from "../../shared/plan";
import type { FormProps } from "../../shared/thing";
import { fill } from "../../words";
import { accountsWords } from "../../words/accounts";
import { NumbersCard, NumbersNow, useNumbers } from "./numbers";

/** One's unit has no summary yet: one press begins it, and opens it. */
export function Begin({ done }: { done: () => void }) {
  const { language } = useWords();
  const me = useKnownMe();
  const navigate = useNavigate();
  const unit = me.membership.unit_id;
  const writes = me.permissions.includes("summary.write");
  const { data } = useQuery({
    queryKey: ["/summaries", "own", unit],
    queryFn: () => ok(api.summariesList({ query: { unit } })),
    enabled: writes,
  });
  if (!writes || data?.total !== 0) return null;
  return (
    <NowButton
      label={accountsWords(language).begin}
      send={(headers) => api.summariesCreate({ body: {}, headers })}
      done={(made) => {
        done();
        void navigate({ to: `/summaries/${(made as { id: string }).id}` as string });
      }}
    />
  );
}

/** The summary: what is written, the numbers beside it, the papers under it. */
export function SummaryBody({ record, done }: FormProps<SummaryRecord>) {
  const words = accountsWords(useWords().language);
  const me = useKnownMe();
  const own = record.unit_id === me.membership.unit_id && me.permissions.includes("summary.write");
  const writes = own && record.state === "draft";
  return (
    <Flex vertical gap={16}>
      <Row gutter={[16, 16]}>
        <Col xs={24} lg={14}>
          <Card size="small" title={words.form}>
            {writes ? <Write record={record} done={done} /> : <Written record={record} />}
          </Card>
        </Col>
        <Col xs={24} lg={10}>
          {writes ? <NumbersNow unit={record.unit_id} /> : <Kept record={record} />}
        </Col>
      </Row>
      <Material record={record} writes={writes} done={done} />
    </Flex>
  );
}

function Kept({ record }: { record: SummaryRecord }) {
  const words = accountsWords(useWords().language);
  const looks = useKnownMe().permissions.includes("appraisal.read");
  const { data } = useNumbers(record.unit_id, looks);
  if (!record.numbers) return null;
  return <NumbersCard title={words.numbersKept} lines={record.numbers} now={data?.items} />;
}

function useSections() {
  const name = useNamed();
  const sections = usePlan()?.summaries?.sections ?? [];
  return sections.map((one) => ({ ...one, name: name(one) }));
}

function Write({ record, done }: FormProps<SummaryRecord>) {
  const { ui } = useWords();
  const sections = useSections();
  if (sections.length === 0) return null;
  return (
    <AskForm
      key={record.version}
      submit={ui.save}
      asks={sections.map((one) => ({
        name: one.code,
        label: one.required === false ? one.name : `${one.name}（${ui.needed}）`,
        kind: "long",
        rows: 6,
        max: 8000,
        initial: record.sections[one.code],
      }))}
      send={(values) =>
        api.summariesUpdate({
          path: { summary_id: record.id },
          body: {
            version: record.version,
            sections: Object.fromEntries(sections.map((one) => [one.code, String(values[one.code] ?? "")])),
          },
        })
      }
      done={done}
    />
  );
}

function Written({ record }: { record: SummaryRecord }) {
  const { ui } = useWords();
  return useSections().map((one) => (
    <div key={one.code} style={{ marginBottom: 12 }}>
      <Typography.Text type="secondary">{one.name}</Typography.Text>
      <Typography.Paragraph style={{ whiteSpace: "pre-wrap", marginBottom: 0 }}>
        {record.sections[one.code] || ui.none}
      </Typography.Paragraph>
    </div>
  ));
}

function Material({ record, writes, done }: FormProps<SummaryRecord> & { writes: boolean }) {
  const words = accountsWords(useWords().language);
  const asked = usePlan()?.summaries;
  const required = asked?.required_materials ?? [];
  const given = required.filter((kind) => record.papers.some((one) => one.kind === kind)).length;
  const at = (kind: string) => ({ summary_id: record.id, kind });
  return (
    <Flex vertical gap={8}>
      {required.length > 0 && (
        <Tag color={given === required.length ? "green" : "orange"} style={{ alignSelf: "start" }}>
          {fill(words.papersDone, { given, required: required.length })}
        </Tag>
      )}
      <Papers
        title={words.papers}
        kinds={asked?.materials ?? []}
        required={required}
        kept={record.papers}
        path={`/summaries/${record.id}/papers`}
        writes={writes}
        handIn={(kind, body) => api.summariesHandIn({ path: at(kind), body })}
        takeBack={(kind) => api.summariesTakeBack({ path: at(kind) })}
        done={done}
      />
    </Flex>
  );
}

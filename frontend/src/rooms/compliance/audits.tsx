import { useQuery } from "@tanstack/react-query";
import { Button, Card, Descriptions, Flex, List, Select, Tag, Typography } from "antd";
import { useState } from "react";
import { type AuditItem, api, ok } from "../../api";
import { useKnownMe, useWords } from "../../shared/context";
import { download } from "../../shared/download";
import { JobButton } from "../../shared/job-button";
import { Failed, Refusal } from "../../shared/states";
import { TIGHT } from "../../shared/tight";
import { fill } from "../../words";
import { complianceWords } from "../../words/compliance";
import { dateTime } from "../../words/dates";

const SIZE = 5;
/** Years that can be chosen: the present one and those before it, which the law may still ask for. */
const YEARS = 4;

/** The yearly audit of minors' data by one button, and the packs that were made. */
export function Audits() {
  const { language } = useWords();
  const said = complianceWords(language);
  const me = useKnownMe();
  const present = new Date(me.now).getFullYear();
  const [year, setYear] = useState(present);
  const [page, setPage] = useState(1);
  const { data, error, isPending, refetch } = useQuery({
    queryKey: ["compliance-audits", page],
    queryFn: () => ok(api.complianceAuditsList({ query: { page, size: SIZE } })),
  });
  if (error) return <Failed error={error} retry={() => void refetch()} />;
  return (
    <Card title={said.audits} styles={TIGHT}>
      <p className="quiet" style={{ marginTop: 0 }}>
        {said.auditsIntro}
      </p>
      {me.permissions.includes("compliance.make") && (
        <Flex gap={8} wrap align="start">
          <Select
            aria-label={said.year}
            value={year}
            onChange={setYear}
            style={{ minWidth: 120 }}
            options={Array.from({ length: YEARS }, (_, n) => ({
              value: present - n,
              label: fill(said.ofYear, { year: present - n }),
            }))}
          />
          <JobButton
            primary
            label={said.make}
            send={(headers) => api.complianceAuditsMake({ body: { year }, headers })}
            finished={() => void refetch()}
          >
            {(job) => job && job.state !== "done" && <small className="quiet">{said.making}</small>}
          </JobButton>
        </Flex>
      )}
      <List
        loading={isPending}
        dataSource={data?.items ?? []}
        rowKey="id"
        locale={{ emptyText: said.noAudits }}
        pagination={
          (data?.total ?? 0) > SIZE && {
            current: page,
            pageSize: SIZE,
            total: data?.total,
            onChange: setPage,
            showSizeChanger: false,
          }
        }
        renderItem={(one) => <Audit one={one} />}
      />
    </Card>
  );
}

function Audit({ one }: { one: AuditItem }) {
  const { language } = useWords();
  const said = complianceWords(language);
  const [error, setError] = useState<unknown>(null);
  const [busy, setBusy] = useState(false);
  const fetch = async () => {
    setBusy(true);
    setError(null);
    try {
      await download(`/compliance-audits/${one.id}/file`, fill(said.file, { year: one.year }), {});
    } catch (wrong) {
      setError(wrong);
    } finally {
      setBusy(false);
    }
  };
  const keys = Object.keys(said.figures) as (keyof AuditItem["figures"])[];
  return (
    <List.Item style={{ display: "block" }}>
      <Flex justify="space-between" align="center" gap={8} wrap>
        <span>
          <strong>{fill(said.ofYear, { year: one.year })}</strong> {!one.complete && <Tag>{said.soFar}</Tag>}
          <small className="quiet">
            {fill(said.madeBy, { name: one.made_by_name, at: dateTime(one.made_at, language) })}
          </small>
        </span>
        <Button loading={busy} onClick={() => void fetch()}>
          {said.fetch}
        </Button>
      </Flex>
      <Refusal error={error} />
      <Descriptions
        size="small"
        column={{ xs: 1, sm: 2, md: 3 }}
        style={{ marginBlock: 8 }}
        items={keys.map((key) => ({
          key,
          label: said.figures[key],
          children: one.figures[key] ?? said.none,
        }))}
      />
      <Typography.Paragraph style={{ margin: 0 }} type="secondary">
        {said.digest}：<code style={{ overflowWrap: "anywhere" }}>{one.sha256}</code>
        <br />
        <small>{said.digestHint}</small>
      </Typography.Paragraph>
    </List.Item>
  );
}

import { PaperClipOutlined } from "@ant-design/icons";
import { useQuery } from "@tanstack/react-query";
import { Button, Card, Descriptions, Flex, List, Tag, Typography } from "antd";
import { api, type ChangeItem, type ChangeRecord, ok } from "../../api";
import { useContactsWords } from "../../shared/contacts-words";
import { useKnownMe, useWords } from "../../shared/context";
import { download } from "../../shared/download";
import { DownloadButton } from "../../shared/download-button";
import type { FormProps, Thing } from "../../shared/thing";
import { word } from "../../shared/values";
import { date, dateTime } from "../../words/dates";
import { Proposals } from "./propose";

function Kind({ row }: { row: ChangeItem }) {
  const { kinds } = useContactsWords();
  return <Tag>{kinds[row.kind]}</Tag>;
}

function useKinds() {
  const { kinds } = useContactsWords();
  return Object.entries(kinds).map(([value, label]) => ({ value, label }));
}

/** Who had the student from when to when. */
function History({ enrolment }: { enrolment: string }) {
  const said = useContactsWords();
  const { language } = useWords();
  const { data } = useQuery({
    queryKey: ["mentorships", enrolment],
    queryFn: () => ok(api.mentorshipsList({ query: { enrolment } })),
  });
  if (!data || data.items.length === 0) return null;
  return (
    <Card size="small" title={said.history}>
      {data.items.map((one) => (
        <div key={one.id}>
          {one.mentor_name} · {one.university_name} · {date(one.started_at, language)} –{" "}
          {one.ended_at ? date(one.ended_at, language) : said.now}
        </div>
      ))}
    </Card>
  );
}

function Body({ record }: FormProps<ChangeRecord>) {
  const said = useContactsWords();
  const words = useWords();
  const me = useKnownMe();
  const lines = [
    ...record.voices.map((voice) => ({ ...voice, waits: false })),
    ...record.awaiting.map((part) => ({ part, name: "", agreed: false, text: "", at: "", waits: true })),
  ];
  return (
    <>
      <Card size="small" title={said.kinds[record.kind]}>
        <Descriptions
          size="small"
          column={{ xs: 1, md: 2 }}
          items={[
            {
              key: "reason",
              label: said.reason,
              children: words.language === "en" ? record.reason_name_en : record.reason_name,
            },
            {
              key: "by",
              label: said.proposedBy,
              children: `${record.proposed_by_name} · ${word(words, "role", record.proposed_role)} · ${dateTime(record.proposed_at, words.language)}`,
            },
            ...(record.new_mentor_name
              ? [
                  {
                    key: "new",
                    label: said.newMentor,
                    children: `${record.new_mentor_name} · ${record.new_university_name}`,
                  },
                ]
              : []),
          ]}
        />
        <Typography.Paragraph style={{ whiteSpace: "pre-wrap", marginBottom: 0 }}>
          {record.text}
        </Typography.Paragraph>
        {record.files.map((file) => (
          <Button
            key={file.id}
            type="link"
            size="small"
            icon={<PaperClipOutlined />}
            onClick={() => void download(`/place-changes/${record.id}/files/${file.id}`, file.name)}
          >
            {file.name}
          </Button>
        ))}
      </Card>
      <Card size="small" title={said.voices}>
        <List
          size="small"
          dataSource={lines}
          rowKey={(line) => line.part}
          renderItem={(line) => (
            <List.Item>
              <Flex vertical gap={2}>
                <span>
                  {said.parts[line.part]}
                  {line.name && ` · ${line.name}`}{" "}
                  <Tag color={line.waits ? "default" : line.agreed ? "green" : "red"}>
                    {line.waits ? said.waits : line.agreed ? said.agreed : said.refused}
                  </Tag>
                </span>
                {!line.waits && <span className="quiet">{dateTime(line.at, words.language)}</span>}
                {line.text && <span>{line.text}</span>}
              </Flex>
            </List.Item>
          )}
        />
        {record.state === "filed" && (
          <DownloadButton
            label={said.filing}
            path={`/place-changes/${record.id}/filing.pdf`}
            name={`${record.filing_number}.pdf`}
          />
        )}
      </Card>
      {me.permissions.includes("pairing.explain") && <History enrolment={record.enrolment_id} />}
    </>
  );
}

export const placeChanges: Thing<ChangeItem, ChangeRecord, "place_change"> = {
  path: "/place-changes",
  stage: "training",
  flow: "place_change",
  title: (record) => record.student_name,
  columns: ["student_name", "kind", "school_name", "mentor_name", "filing_number", "state"],
  cells: { kind: Kind },
  filters: [{ name: "q" }, { name: "kind", useOptions: useKinds }, { name: "state", from: "place_change" }],
  list: (query) => api.placeChangesList({ query: query as never }),
  get: (id) => api.placeChangesGet({ path: { change_id: id } }),
  act: (id, action, body, headers) =>
    api.placeChangesAct({ path: { change_id: id, action: action as never }, body, headers }),
  trail: (id) => api.placeChangesTrail({ path: { change_id: id } }),
  facts: ["student_name", "number", "subject", "school_name", "city_name", "mentor_name"],
  later: ["filing_number", "filed_at"],
  steps: ["proposed", "confirmed", "filed"],
  Body,
  Tools: Proposals,
};

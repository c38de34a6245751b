import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { Card, Flex, List, Tag, Typography } from "antd";
import { useState } from "react";
import { api, type ConsentMissing, ok } from "../../api";
import { AskButton } from "../../shared/ask-button";
import { useKnownMe, useWords } from "../../shared/context";
import { Failed } from "../../shared/states";
import { fill } from "../../words";
import { againWords } from "../../words/again";
import { complianceWords } from "../../words/compliance";
import { dateTime } from "../../words/dates";

const SIZE = 10;

/** The text that is in force, another one for the year under way, and who has not agreed to it yet. */
export function ConsentTexts() {
  const { language } = useWords();
  const said = complianceWords(language);
  const me = useKnownMe();
  const client = useQueryClient();
  const [page, setPage] = useState(1);
  const text = useQuery({ queryKey: ["consents", "text"], queryFn: () => ok(api.consentsText()) });
  const { data, error, isPending, refetch } = useQuery({
    queryKey: ["consents", "missing", page],
    queryFn: () => ok(api.consentsMissing({ query: { page, size: SIZE } })),
  });
  if (error) return <Failed error={error} retry={() => void refetch()} />;
  return (
    <Card title={said.consents}>
      <p className="quiet">{said.consentsIntro}</p>
      {text.data && (
        <Typography.Paragraph>
          <strong>{fill(said.inForce, { version: text.data.version })}</strong>
          {text.data.released_at && (
            <small className="quiet"> {dateTime(text.data.released_at, language)}</small>
          )}
          <br />
          {language === "en" ? text.data.text.en : text.data.text.zh}
        </Typography.Paragraph>
      )}
      {me.permissions.includes("cycle.manage") && (
        <AskButton
          label={said.release}
          intro={said.releaseIntro}
          asks={[
            { name: "version", label: said.version, required: true },
            { name: "zh", label: said.textZh, kind: "long", required: true, initial: text.data?.text.zh },
            { name: "en", label: said.textEn, kind: "long", required: true, initial: text.data?.text.en },
            { name: "changes_zh", label: said.changesZh, kind: "long", required: true },
            { name: "changes_en", label: said.changesEn, kind: "long", required: true },
          ]}
          send={(values, headers) => api.consentsRelease({ body: values as never, headers })}
          done={() => void client.invalidateQueries({ queryKey: ["consents"] })}
        />
      )}
      <List
        header={<strong>{fill(said.missing, { count: data?.total ?? 0 })}</strong>}
        loading={isPending}
        dataSource={data?.items ?? []}
        rowKey={(one) => one.registration_id + one.side}
        locale={{ emptyText: said.nobodyMissing }}
        pagination={
          (data?.total ?? 0) > SIZE && {
            current: page,
            pageSize: SIZE,
            total: data?.total,
            onChange: setPage,
            showSizeChanger: false,
          }
        }
        renderItem={(one) => <Missing one={one} />}
      />
    </Card>
  );
}

function Missing({ one }: { one: ConsentMissing }) {
  const { language } = useWords();
  const said = complianceWords(language);
  const again = againWords(language);
  return (
    <List.Item style={{ display: "block" }}>
      <Flex gap={6} wrap align="center">
        <Link to={`/registrations/${one.registration_id}` as string}>
          {one.student} · {one.number}
        </Link>
        <Tag>{again.sides[one.side]}</Tag>
        {one.said && <Tag color="orange">{again.decisions[one.said]}</Tag>}
        {!one.has_account && <Tag color="red">{said.noAccount}</Tag>}
      </Flex>
      <small className="quiet">
        {one.city_name} · {one.school_name} · {fill(said.agreedTo, { version: one.before_version })}
      </small>
    </List.Item>
  );
}

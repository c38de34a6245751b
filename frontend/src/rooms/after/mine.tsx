import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { Button, Card, Flex, Tag, Typography } from "antd";
import { useState } from "react";
import { api, type FormerMine, type FormerYear, isAsked, keep, ok, type TrackingItem } from "../../api";
import { AskButton } from "../../shared/ask-button";
import { useKnownMe, useWords } from "../../shared/context";
import { Failed, Loading, Nothing, Refusal } from "../../shared/states";
import { StateTag, useSubject } from "../../shared/values";
import { fill } from "../../words";
import { afterWords } from "../../words/after";
import { dateTime } from "../../words/dates";
import { Invitations } from "./answers";
import { useTrackingAsks } from "./asks";

/** A former student's own page, made for the phone: the word, the invitations, the records, the years. */
export function AfterPage() {
  const { language } = useWords();
  const words = afterWords(language);
  const client = useQueryClient();
  const { data, error, refetch } = useQuery({ queryKey: ["after"], queryFn: () => ok(api.alumniMine()) });
  if (error) return <Failed error={error} retry={() => void refetch()} />;
  if (!data) return <Loading />;
  const again = () => void client.invalidateQueries({ queryKey: ["after"] });
  return (
    <Flex vertical gap={12} style={{ maxWidth: 720 }}>
      <Typography.Title level={3} style={{ margin: 0 }}>
        {words.title}
      </Typography.Title>
      {data.years.length === 0 ? (
        <Nothing hint={words.none} />
      ) : (
        <>
          <Invitations lines={data.invitations} done={again} />
          <Word mine={data} done={again} />
          <Entries mine={data} done={again} />
          <Years years={data.years} />
        </>
      )}
    </Flex>
  );
}

function Word({ mine, done }: { mine: FormerMine; done: () => void }) {
  const { language, acts } = useWords();
  const words = afterWords(language);
  const offered = (
    { asked: ["agree", "refuse"], agreed: ["withdraw"], refused: ["agree"], withdrawn: ["agree"] } as const
  )[mine.consent];
  return (
    <Card size="small" title={words.consent} extra={<StateTag table="alumnus" code={mine.consent} />}>
      <Typography.Paragraph>{language === "en" ? mine.text_en : mine.text_zh}</Typography.Paragraph>
      <Typography.Paragraph type="secondary">
        {fill(words.version, { version: mine.text_version })}
        {mine.said_at && ` · ${fill(words.saidAt, { at: dateTime(mine.said_at, language) })}`}
      </Typography.Paragraph>
      <Flex gap={8} wrap>
        {offered.map((decision) => (
          <AskButton
            key={decision}
            size="large"
            type={decision === "agree" ? "primary" : "default"}
            danger={decision === "withdraw"}
            label={acts.alumnus[decision]}
            asks={[]}
            intro={
              decision === "withdraw" ? words.withdrawHint : language === "en" ? mine.text_en : mine.text_zh
            }
            send={(_, headers) =>
              api.alumniSay({
                body: { decision, text_version: mine.text_version, version: mine.version },
                headers,
              })
            }
            done={done}
          />
        ))}
      </Flex>
    </Card>
  );
}

function Entries({ mine, done }: { mine: FormerMine; done: () => void }) {
  const { language, ui, fields } = useWords();
  const me = useKnownMe();
  const { words, facts } = useTrackingAsks();
  const add = mine.consent === "agreed" && (
    <AskButton
      size="small"
      label={words.record}
      submit={ui.save}
      asks={[
        {
          name: "year",
          label: fields.year,
          kind: "number",
          required: true,
          initial: new Date(me.now).getFullYear(),
        },
        ...facts(),
      ]}
      send={(values, headers) =>
        api.trackingCreate({
          body: { ...values, enrolment_id: mine.years[0].enrolment_id } as never,
          headers,
        })
      }
      done={done}
    />
  );
  return (
    <Card size="small" title={afterWords(language).entries} extra={add}>
      {mine.entries.length === 0 && <span className="quiet">{words.noEntries}</span>}
      {mine.entries.map((entry) => (
        <Entry key={entry.id} entry={entry} correct={mine.consent === "agreed"} done={done} />
      ))}
    </Card>
  );
}

function Entry({ entry, correct, done }: { entry: TrackingItem; correct: boolean; done: () => void }) {
  const { enums, ui } = useWords();
  const { words, facts } = useTrackingAsks();
  return (
    <Flex justify="space-between" align="start" gap={8} wrap style={{ padding: "8px 0" }}>
      <div style={{ flex: "1 1 200px" }}>
        <strong className="fact">{entry.year}</strong> <Tag>{enums.trackingKind[entry.kind]}</Tag>
        <div>{[entry.institution, entry.field].filter(Boolean).join(" · ")}</div>
        {entry.research && <div>{entry.research}</div>}
        {entry.note && <div className="quiet">{entry.note}</div>}
        <span className="quiet">{words.by[entry.said_by]}</span>
      </div>
      {correct && (
        <AskButton
          size="small"
          label={words.correct}
          submit={ui.save}
          asks={facts(entry)}
          send={(values, headers) =>
            api.trackingUpdate({
              path: { entry_id: entry.id },
              body: { ...values, version: entry.version } as never,
              headers,
            })
          }
          done={done}
        />
      )}
    </Flex>
  );
}

function Years({ years }: { years: FormerYear[] }) {
  const { enums, language } = useWords();
  const words = afterWords(language);
  const subject = useSubject();
  const me = useKnownMe();
  const client = useQueryClient();
  const navigate = useNavigate();
  const [error, setError] = useState<unknown>(null);
  const open = async (year: FormerYear) => {
    setError(null);
    try {
      if (year.cycle_id !== me.cycle?.id) {
        // A file is of its year: the year is gone back to first.
        const body = { membership_id: me.membership.id, cycle_id: year.cycle_id };
        const answer = await ok(api.authSwitch({ body }));
        // The role stays the same: whoever acts in it has taken its second step.
        if (!isAsked(answer)) keep(answer);
        await client.invalidateQueries();
      }
      void navigate({ to: `/student-files/${year.enrolment_id}` as string });
    } catch (wrong) {
      setError(wrong);
    }
  };
  return (
    <Card size="small" title={words.years}>
      <Refusal error={error} />
      {years.map((year) => (
        <Flex key={year.enrolment_id} justify="space-between" align="center" gap={8} wrap>
          <span>
            <strong className="fact">{year.cycle_year}</strong> {subject(year.subject)} · {year.school_name}
            {year.result_grade && (
              <Tag style={{ marginLeft: 8 }}>
                {enums.grade[year.result_grade as keyof typeof enums.grade] ?? year.result_grade}
              </Tag>
            )}
          </span>
          <Button
            size="small"
            title={year.cycle_id === me.cycle?.id ? undefined : words.otherCycle}
            onClick={() => void open(year)}
          >
            {words.openFile}
          </Button>
        </Flex>
      ))}
    </Card>
  );
}

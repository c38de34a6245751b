import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Alert, Button, Card, Flex, List, Modal, Tag, Typography } from "antd";
import { useState } from "react";
import { api, type ConsentAgain, type ConsentAgreed, ok, type TextShown } from "../../api";
import { useKnownMe, useWords } from "../../shared/context";
import { Failed, Refusal } from "../../shared/states";
import { fill } from "../../words";
import { againWords } from "../../words/again";
import { dateTime } from "../../words/dates";

const KEY = ["consents", "asked"];

/** At the next visit after the text has changed: what is new, and yes, no or later. Nothing while nothing changed. */
export function AskedAgain() {
  const says = useKnownMe().permissions.includes("consent.say");
  return says ? <Asked /> : null;
}

function Asked() {
  const words = useWords();
  const said = againWords(words.language);
  const [later, setLater] = useState(false);
  const { data } = useQuery({ queryKey: KEY, queryFn: () => ok(api.consentsAsked()) });
  const open = data?.items.filter((one) => one.said === null) ?? [];
  const first = open[0];
  if (!first || later) return null;
  return (
    <Modal open title={said.title} footer={null} onCancel={() => setLater(true)} destroyOnHidden>
      <Question key={first.registration_id} one={first} later={() => setLater(true)} />
    </Modal>
  );
}

function useText() {
  const { language } = useWords();
  return (text: TextShown) => (language === "en" ? text.en : text.zh);
}

function Question({ one, later }: { one: ConsentAgain; later?: () => void }) {
  const { language } = useWords();
  const said = againWords(language);
  const read = useText();
  const client = useQueryClient();
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const say = async (decision: ConsentAgreed["decision"]) => {
    setBusy(true);
    setError(null);
    try {
      await ok(
        api.consentsSay({
          path: { registration_id: one.registration_id },
          body: { digest: one.digest, decision },
        }),
      );
    } catch (wrong) {
      setError(wrong);
    } finally {
      setBusy(false);
      // Also after a refusal: the text may be another one by now.
      await client.invalidateQueries({ queryKey: ["consents"] });
    }
  };
  return (
    <Flex vertical gap={10}>
      <strong>{fill(said.of, { student: one.student, number: one.number })}</strong>
      {one.changes && <Alert type="info" title={said.changes} description={read(one.changes)} />}
      <div>
        <div className="quiet">{fill(said.now, { version: one.version })}</div>
        <Typography.Paragraph style={{ margin: 0 }}>{read(one.text)}</Typography.Paragraph>
      </div>
      <div className="quiet">
        {fill(said.before, { version: one.before_version })} · {dateTime(one.before_at, language)}
      </div>
      {one.before && (
        <details>
          <summary>{said.read}</summary>
          {read(one.before)}
        </details>
      )}
      <small className="quiet">{said.free}</small>
      {one.said === "refused" && <Tag color="orange">{said.refused}</Tag>}
      <Refusal error={error} />
      <Flex gap={8} wrap justify="end">
        {later && <Button onClick={later}>{said.later}</Button>}
        {one.said === null && (
          <Button disabled={busy} onClick={() => void say("refused")}>
            {said.refuse}
          </Button>
        )}
        <Button type="primary" loading={busy} onClick={() => void say("given")}>
          {said.give}
        </Button>
      </Flex>
    </Flex>
  );
}

/** On one's own page: what still waits for a word, and everything that was agreed to, word by word. */
export function Agreed() {
  const { language } = useWords();
  const said = againWords(language);
  const read = useText();
  const asked = useQuery({ queryKey: KEY, queryFn: () => ok(api.consentsAsked()) });
  const { data, error, isPending, refetch } = useQuery({
    queryKey: ["consents", "agreed"],
    queryFn: () => ok(api.consentsAgreed()),
  });
  if (error) return <Failed error={error} retry={() => void refetch()} />;
  return (
    <Card title={said.agreed}>
      <p className="quiet">{said.agreedIntro}</p>
      {asked.data?.items.map((one) => (
        <Card key={one.registration_id} size="small" title={said.title} style={{ marginBottom: 12 }}>
          <Question one={one} />
        </Card>
      ))}
      <List
        loading={isPending}
        dataSource={data?.items ?? []}
        rowKey={(one) => one.registration_id + one.side + one.at}
        locale={{ emptyText: said.none }}
        renderItem={(one) => (
          <List.Item style={{ display: "block" }}>
            <Flex gap={6} wrap align="center">
              <strong>{one.student}</strong>
              <span>{fill(said.version, { version: one.version })}</span>
              <Tag color={one.decision === "given" ? "green" : "orange"}>
                {said.sides[one.side]} · {said.decisions[one.decision]}
              </Tag>
              <small className="quiet">{dateTime(one.at, language)}</small>
              {one.withdrawn_at && (
                <Tag>{fill(said.withdrawn, { at: dateTime(one.withdrawn_at, language) })}</Tag>
              )}
            </Flex>
            <div>{one.text ? read(one.text) : said.unknown}</div>
            {one.digest && (
              <small className="quiet" style={{ overflowWrap: "anywhere" }}>
                {said.digest} <code>{one.digest}</code>
              </small>
            )}
          </List.Item>
        )}
      />
    </Card>
  );
}

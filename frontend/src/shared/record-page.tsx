import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { Button, Card, Col, Descriptions, Flex, Grid, Row, Steps, Timeline, Typography } from "antd";
import { useEffect, useState } from "react";
import { ok, type TrailEntry } from "../api";
import type { FieldCode } from "../words";
import { dateTime } from "../words/dates";
import { ActionsBar, actWord } from "./actions-bar";
import { useKnownMe, useWords } from "./context";
import { useNeighbours } from "./queue";
import { useSeen } from "./seen";
import { Failed, Loading } from "./states";
import type { AnyThing, Recorded } from "./thing";
import { StateTag, useShow, useSubject, word } from "./values";

type Shown = Recorded & Record<string, unknown>;

/** A record is one page: who and in which state, what I can do now, the facts, the material, the trail at the side. */
export function RecordPage({ thing, id }: { thing: AnyThing; id: string }) {
  const words = useWords();
  const client = useQueryClient();
  const subject = useSubject();
  const { permissions } = useKnownMe();
  const near = useNeighbours(thing, id);
  const [bare, setBare] = useState(false);
  const { data, error, isPending, refetch } = useQuery({
    queryKey: [thing.path, "record", id],
    queryFn: () => ok(thing.get?.(id) ?? Promise.resolve({})),
  });
  if (error) return <Failed error={error} retry={() => void refetch()} />;
  if (isPending || !data) return <Loading />;
  const record = data as Shown;
  const done = () => void client.invalidateQueries();
  return (
    <Flex vertical gap={16}>
      <Flex wrap gap={12} justify="space-between" align="center">
        <Flex vertical gap={2}>
          <Flex gap={12} align="center" wrap>
            <Link to={thing.path as string} search={(near?.search ?? {}) as never}>
              ← {words.ui.back}
            </Link>
            {near && (
              <Flex gap={6} align="center" className="quiet">
                <Button
                  size="small"
                  disabled={!near.previous}
                  onClick={() => near.previous && near.open(near.previous)}
                  title="K"
                >
                  {words.ui.previous}
                </Button>
                <span className="fact">
                  {near.place} / {near.total}
                </span>
                <Button
                  size="small"
                  disabled={near.place >= near.total}
                  onClick={() => void near.forward()}
                  title="J"
                >
                  {words.ui.next}
                </Button>
              </Flex>
            )}
          </Flex>
          <Flex gap={12} align="center" wrap>
            <Typography.Title level={3} style={{ margin: 0 }}>
              {thing.title(record, subject, words)}
            </Typography.Title>
            {thing.flow && record.state && <StateTag table={thing.flow} code={record.state} />}
          </Flex>
        </Flex>
        <ActionsBar thing={thing} record={record} done={done} />
      </Flex>
      <StepLine thing={thing} state={record.state} />
      <Row gutter={[16, 16]}>
        <Col xs={24} xl={thing.trail && !bare ? 16 : 24}>
          <Flex vertical gap={16}>
            {!thing.fillsIn?.(record, permissions) && <Facts thing={thing} record={record} />}
            {thing.Body && <thing.Body record={record} done={done} />}
          </Flex>
        </Col>
        {thing.trail && (
          <Col xs={24} xl={bare ? 0 : 8}>
            <Trail thing={thing} id={id} version={record.version} setBare={setBare} />
          </Col>
        )}
      </Row>
    </Flex>
  );
}

function StepLine({ thing, state }: { thing: AnyThing; state?: string }) {
  const words = useWords();
  const wide = Grid.useBreakpoint().lg ?? true;
  const { flow, steps } = thing;
  if (!flow || !steps || !state || !steps.includes(state) || !wide) return null;
  return (
    <Steps
      size="small"
      titlePlacement="vertical"
      current={steps.indexOf(state)}
      items={steps.map((step) => ({ title: word(words, flow, step) }))}
    />
  );
}

function Facts({ thing, record }: { thing: AnyThing; record: Shown }) {
  const words = useWords();
  const show = useShow();
  const seen = useSeen(thing);
  const later: FieldCode[] = (thing.later ?? []).filter((field) => (record[field] ?? "") !== "");
  const facts = seen([...(thing.facts ?? []), ...later]);
  const texts: FieldCode[] = (thing.texts ?? []).filter((field) => record[field]);
  if (facts.length + texts.length === 0) return null;
  return (
    <Card size="small" title={words.ui.facts}>
      <Descriptions
        size="small"
        column={{ xs: 1, sm: 2, lg: 3 }}
        items={facts.map((field) => ({
          key: field,
          label: thing.called?.(words)[field] ?? words.fields[field],
          children: <span className="fact">{show(field, record[field])}</span>,
        }))}
      />
      {texts.map((field) => (
        <div key={field} style={{ marginTop: 12 }}>
          <Typography.Text type="secondary">{words.fields[field]}</Typography.Text>
          <Typography.Paragraph style={{ whiteSpace: "pre-wrap", marginBottom: 0 }}>
            {String(record[field])}
          </Typography.Paragraph>
        </div>
      ))}
    </Card>
  );
}

function Trail({
  thing,
  id,
  version,
  setBare,
}: {
  thing: AnyThing;
  id: string;
  version: number;
  /** Whoever may see none of it has the whole width for the record. */
  setBare: (bare: boolean) => void;
}) {
  const words = useWords();
  const { data, error, isPending } = useQuery({
    queryKey: [thing.path, "trail", id, version],
    queryFn: () => ok(thing.trail?.(id) ?? Promise.resolve({})),
  });
  const bare = !isPending && !error && !(data as { items?: TrailEntry[] } | undefined)?.items?.length;
  useEffect(() => setBare(bare), [bare, setBare]);
  if (bare) return null;
  const entries = together((data as { items?: TrailEntry[] } | undefined)?.items ?? []);
  return (
    <Card size="small" title={words.ui.trail} loading={isPending}>
      {error ? (
        <Failed error={error} />
      ) : (
        <Timeline
          items={entries.map(({ entry, times }, i) => ({
            key: i,
            content: <Entry thing={thing} entry={entry} times={times} />,
          }))}
        />
      )}
    </Card>
  );
}

/** The newest first; what one person did in one go (fifty pairs, one line drawn) is one line. */
function together(items: TrailEntry[]): { entry: TrailEntry; times: number }[] {
  const found: { entry: TrailEntry; times: number }[] = [];
  for (const entry of items.slice().reverse()) {
    const last = found.at(-1);
    const same =
      last &&
      last.entry.action === entry.action &&
      last.entry.actor_name === entry.actor_name &&
      last.entry.reason === entry.reason &&
      Math.abs(Date.parse(last.entry.at) - Date.parse(entry.at)) < 2_000;
    if (last && same) last.times += 1;
    else found.push({ entry, times: 1 });
  }
  return found;
}

function Entry({ thing, entry, times }: { thing: AnyThing; entry: TrailEntry; times: number }) {
  const words = useWords();
  const [, action] = entry.action.split(".");
  const named = actWord(words, thing.flow, action);
  const shown =
    named !== action ? named : ((words.trail as Record<string, string>)[entry.action] ?? words.trail.changed);
  const who = [entry.actor_name, entry.actor_role && word(words, "role", entry.actor_role)]
    .filter(Boolean)
    .join(" · ");
  return (
    <div>
      <strong>{shown}</strong>
      {times > 1 && !entry.to_state && <span className="fact"> ×{times}</span>}
      {entry.to_state && thing.flow && <> → {word(words, thing.flow, entry.to_state)}</>}
      <div className="quiet">
        {dateTime(entry.at, words.language)}
        {who && ` · ${who}`}
      </div>
      {entry.reason && <div>{entry.reason}</div>}
      {typeof entry.changes?.erased === "string" && <div className="quiet">{words.ui.erasedWords}</div>}
    </div>
  );
}

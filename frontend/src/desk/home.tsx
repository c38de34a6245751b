import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { Card, Col, Flex, List, Row, Tag, Typography } from "antd";
import { api, type Coming, type FunnelCount, ok, type StageItem, type Standing, type Waiting } from "../api";
import { actWord } from "../shared/actions-bar";
import { useKnownMe, useWords } from "../shared/context";
import { Failed, Loading } from "../shared/states";
import type { AnyThing } from "../shared/thing";
import { StateTag, stageHint } from "../shared/values";
import { fill } from "../words";
import { date, dateTime, daysUntil } from "../words/dates";
import { HOMES } from "./homes";
import { THINGS } from "./things";

function flowOf(thing: Waiting["thing"]): AnyThing["flow"] {
  return THINGS.find((found) => found.path === HOMES[thing])?.flow;
}

/** What waits for me, first; then where things stand; then the numbers of my part. */
export function Home() {
  const words = useWords();
  const me = useKnownMe();
  const { data, error, isPending, refetch } = useQuery({
    queryKey: ["home"],
    queryFn: () => ok(api.homeGet()),
  });
  if (error) return <Failed error={error} retry={() => void refetch()} />;
  if (isPending) return <Loading />;
  // A student who may register now and has not begun: nothing waits yet, and yet there is something to do.
  const begun = data.mine.some((line) => line.thing === "registration");
  const open = me.stages.find((stage) => stage.code === "registration" && stage.state === "open");
  const begins = !begun && me.permissions.includes("registration.write") ? open : undefined;
  return (
    <Row gutter={[16, 16]}>
      <Col xs={24} xl={14}>
        <Card title={words.ui.waiting}>
          {begins && <Begin stage={begins} />}
          {(!begins || data.waiting.length > 0) && (
            <List
              dataSource={data.waiting}
              locale={{ emptyText: words.ui.nothingWaiting }}
              renderItem={(line) => <WaitingLine line={line} />}
            />
          )}
        </Card>
      </Col>
      <Col xs={24} xl={10}>
        <Flex vertical gap={16}>
          {data.coming.length > 0 && <Appointments lines={data.coming} />}
          {data.numbers && <FunnelCard numbers={data.numbers} />}
          <Card title={words.ui.mine} size="small">
            <Standings lines={data.mine} />
          </Card>
        </Flex>
      </Col>
    </Row>
  );
}

const APPOINTMENTS = {
  written_test: "/seats",
  interview: "/slots",
  panel: "/panels",
  meeting: "/meetings",
} as const;

/** Where I have to be next, each a step away from its ticket, pass or calendar file. */
function Appointments({ lines }: { lines: Coming[] }) {
  const words = useWords();
  return (
    <Card title={words.ui.coming} size="small">
      <List
        size="small"
        dataSource={lines}
        rowKey="id"
        renderItem={(line) => (
          <List.Item>
            <div>
              <div>
                <Link to={`${APPOINTMENTS[line.thing]}/${line.id}` as string}>
                  {words.ui.appointments[line.thing]}
                </Link>
              </div>
              <div className="fact">{dateTime(line.starts_at, words.language)}</div>
              <div className="quiet">{line.place}</div>
            </div>
          </List.Item>
        )}
      />
    </Card>
  );
}

function Begin({ stage }: { stage: StageItem }) {
  const words = useWords();
  const me = useKnownMe();
  return (
    <Flex justify="space-between" align="center" gap={12} wrap>
      <Link to={"/registrations" as string}>{words.ui.beginRegistration}</Link>
      <span className="quiet">{stageHint(words, stage, new Date(me.now))}</span>
    </Flex>
  );
}

/** Acts that are done for all students at once stand on the page of their stage, not on the student's. */
const PLACES: Record<string, string> = {
  seat: "/sittings",
  interview: "/interview-rounds",
  pair: "/pairings",
  meet: "/meetings",
};

function WaitingLine({ line }: { line: Waiting }) {
  const words = useWords();
  const me = useKnownMe();
  const now = new Date(me.now);
  const flow = flowOf(line.thing);
  const shut = line.closes_at !== null && new Date(line.closes_at) <= now;
  const early = line.opens_at !== null && new Date(line.opens_at) > now;
  const left = line.closes_at ? daysUntil(line.closes_at, now) - 1 : null;
  const place = PLACES[line.action];
  const search = flow && line.state !== "open" && !place ? { state: line.state } : {};
  return (
    <List.Item>
      <Flex
        justify="space-between"
        gap={12}
        style={{ width: "100%" }}
        className={shut || early ? "idle" : undefined}
        wrap
      >
        <Link to={(place ?? HOMES[line.thing]) as string} search={search as never}>
          <strong className="fact" style={{ fontSize: 20, marginRight: 10 }}>
            {line.count}
          </strong>
          {words.enums.thing[line.thing]}
          {flow && line.action !== "score" && line.action !== "read" && (
            <Tag style={{ marginLeft: 10 }}>{actWord(words, flow, line.action)}</Tag>
          )}
        </Link>
        <span className="quiet">
          {early && line.opens_at && fill(words.ui.opensOn, { at: date(line.opens_at, words.language) })}
          {shut && words.ui.closed}
          {!early && !shut && left !== null && left <= 0 && <Tag color="red">{words.ui.closesToday}</Tag>}
          {!early && !shut && left !== null && left > 0 && fill(words.ui.closesIn, { days: left })}
        </span>
      </Flex>
    </List.Item>
  );
}

function Standings({ lines }: { lines: Standing[] }) {
  const words = useWords();
  const things = [...new Set(lines.map((line) => line.thing))];
  if (things.length === 0) return <span className="quiet">{words.ui.empty}</span>;
  return (
    <Flex vertical gap={10}>
      {things.map((thing) => {
        const flow = flowOf(thing);
        return (
          <div key={thing}>
            <Link to={HOMES[thing] as string}>{words.enums.thing[thing]}</Link>
            <Flex wrap gap={6} style={{ marginTop: 4 }}>
              {lines
                .filter((line) => line.thing === thing)
                .map((line) => (
                  <Link key={line.state} to={HOMES[thing] as string} search={{ state: line.state } as never}>
                    {flow && <StateTag table={flow} code={line.state} />}
                    <span className="fact">{line.count}</span>
                  </Link>
                ))}
            </Flex>
          </div>
        );
      })}
    </Flex>
  );
}

function FunnelCard({ numbers }: { numbers: FunnelCount }) {
  const { ui } = useWords();
  const steps = Object.keys(ui.funnel) as (keyof FunnelCount)[];
  const most = Math.max(1, numbers.registered);
  return (
    <Card title={ui.numbers} size="small">
      <div className="funnel">
        {steps.map((step) => (
          <FunnelLine key={step} label={ui.funnel[step]} count={numbers[step]} share={numbers[step] / most} />
        ))}
      </div>
      <Typography.Text type="secondary" />
    </Card>
  );
}

function FunnelLine({ label, count, share }: { label: string; count: number; share: number }) {
  return (
    <>
      <span>{label}</span>
      <div className="bar" style={{ width: `${share * 100}%` }} />
      <strong className="fact">{count}</strong>
    </>
  );
}

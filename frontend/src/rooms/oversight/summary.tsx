import { useQuery } from "@tanstack/react-query";
import { Link, useSearch } from "@tanstack/react-router";
import { Button, Card, Flex, Tag } from "antd";
import { useRef, useState } from "react";
import { api, type OversightSummary, ok, type UnusualCount } from "../../api";
import { useKnownMe, useWords } from "../../shared/context";
import { Failed, Loading, Refusal } from "../../shared/states";
import { fill } from "../../words";
import { dateTime } from "../../words/dates";
import { headsOf } from "../../words/heads";
import { CASES } from "./cases";
import { useOversight } from "./words";

type Search = { case?: keyof typeof CASES; unusual?: string };

/** What is unusual, in numbers; a number opens its cases. */
export function Above() {
  const { ui } = useWords();
  const oversight = useOversight();
  const search = useSearch({ strict: false }) as Search;
  const shown = useRef<HTMLDivElement>(null);
  const { data, error, isPending, refetch } = useQuery({
    queryKey: ["/oversight", "summary"],
    queryFn: () => ok(api.oversightSummary()),
  });
  if (error) return <Failed error={error} retry={() => void refetch()} />;
  if (isPending) return <Loading />;
  const Case = search.case && CASES[search.case];
  const count = data.items.find((one) => one.kind === search.case)?.count ?? 0;
  // The list may lie below the fold, on a phone it always does.
  const lead = () => setTimeout(() => shown.current?.scrollIntoView({ behavior: "smooth", block: "start" }));
  return (
    <>
      <span className="quiet">{fill(oversight.ui.intro, { total: data.decisions })}</span>
      <div className="counts">
        {data.items.map((one) => (
          <Count
            key={one.kind}
            one={one}
            limits={data.thresholds}
            here={one.kind === (search.case ?? search.unusual)}
            lead={lead}
          />
        ))}
        <Chain />
      </div>
      <div ref={shown} />
      {Case && search.case && (
        <Card
          size="small"
          title={fill(oversight.ui.cases, { kind: oversight.codes.unusual[search.case], count })}
          extra={<Link to={"/oversight" as string}>{ui.clear}</Link>}
        >
          <Case />
        </Card>
      )}
    </>
  );
}

function Count({
  one,
  limits,
  here,
  lead,
}: {
  one: UnusualCount;
  limits: OversightSummary["thresholds"];
  here: boolean;
  lead: () => void;
}) {
  const { ui, codes } = useOversight();
  const { kind, count, unexplained } = one;
  const given = {
    points: kind === "far_off" ? limits.outlier_points : limits.lean_points,
    sheets: limits.lean_from_sheets,
    count: limits.passes_all_from,
    from: limits.night_from,
    until: limits.night_until,
  };
  return (
    <Link
      to={"/oversight" as string}
      search={(kind in CASES ? { case: kind } : { unusual: kind }) as never}
      className={`count ${count > 0 ? "some" : ""} ${here ? "here" : ""}`}
      onClick={lead}
    >
      <Flex justify="space-between" align="center">
        <strong className="fact">{count}</strong>
        {unexplained > 0 && (
          <Tag color="red" style={{ margin: 0 }}>
            {fill(ui.unexplained, { count: unexplained })}
          </Tag>
        )}
      </Flex>
      <span>{codes.unusual[kind]}</span>
      <small className="quiet">{fill(ui.hints[kind], given)}</small>
    </Link>
  );
}

/** Whether the trail is whole: asked for by hand, because every entry is computed again. */
function Chain() {
  const { language } = useWords();
  const { chain } = useOversight().ui;
  const said = headsOf(language);
  const me = useKnownMe();
  const [asked, setAsked] = useState(0);
  const { data, error, isFetching } = useQuery({
    queryKey: ["/oversight", "chain", me.membership.id, asked],
    queryFn: () => ok(api.oversightChain()),
    enabled: asked > 0,
    staleTime: Number.POSITIVE_INFINITY,
    retry: false,
  });
  return (
    <div className="count">
      <strong>{chain.title}</strong>
      {data ? (
        <>
          <Tag color={data.whole ? "green" : "red"} style={{ whiteSpace: "normal", margin: 0 }}>
            {fill(data.whole ? chain.whole : chain.broken, {
              entries: data.entries,
              count: data.broken.length + data.faults.length,
            })}
          </Tag>
          {data.broken.slice(0, 5).map(({ lane, position }) => (
            <small key={`${lane} ${position}`}>{fill(chain.link, { lane, position })}</small>
          ))}
          <small className="quiet">
            {fill(said.chainHeads, {
              heads: data.heads,
              sealed: data.sealed,
              signatures: data.countersignatures,
            })}
          </small>
          {data.faults.slice(0, 5).map((one) => (
            <small key={`${one.kind} ${one.size} ${one.whose}`}>
              {fill(said.faults[one.kind], { size: one.size, whose: one.whose })}
            </small>
          ))}
          <small className="quiet">{fill(chain.at, { at: dateTime(data.checked_at, language) })}</small>
        </>
      ) : (
        <small className="quiet">{chain.hint}</small>
      )}
      <Refusal error={error} />
      <Button size="small" loading={isFetching} onClick={() => setAsked(asked + 1)}>
        {chain.check}
      </Button>
    </div>
  );
}

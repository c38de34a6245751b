import { useQuery } from "@tanstack/react-query";
import { Card } from "antd";
import { api, ok, type ReleaseLine, type ReleasePreview } from "../../api";
import { useKnownMe, useWords } from "../../shared/context";
import { ReleaseButton } from "../../shared/release-dialog";
import { useSubject } from "../../shared/values";
import { fill } from "../../words";
import { dateTime } from "../../words/dates";

/** All confirmed lines at one moment. */
export function Release({ done }: { done: () => void }) {
  const { ui, fields } = useWords();
  const me = useKnownMe();
  const subject = useSubject();
  if (!me.permissions.includes("cutoff.confirm")) return null;
  const people = (line: ReleaseLine) => line.shortlisted.length + line.left_out.length;
  return (
    <ReleaseButton<ReleasePreview, ReleaseLine>
      label={ui.cutoff.release}
      send={ui.cutoff.releaseNow}
      nothing={ui.cutoff.nothingReady}
      queryKey={["/cutoffs", "release"]}
      preview={() => api.cutoffsReleasePreview()}
      says={({ lines, told }) =>
        fill(ui.cutoff.tells, {
          lines: lines.length,
          people: lines.reduce((sum, line) => sum + people(line), 0),
          told,
        })
      }
      mine={(line) => line.confirmed_by_me}
      columns={[
        { title: fields.city_name, dataIndex: "city_name" },
        { title: fields.subject, render: (_, line) => subject(line.subject) },
        { title: fields.line, dataIndex: "line", className: "fact", align: "right" },
        {
          title: ui.cutoff.listIn,
          render: (_, line) => line.shortlisted.length,
          className: "fact",
          align: "right",
        },
        {
          title: ui.cutoff.listOut,
          render: (_, line) => line.left_out.length,
          className: "fact",
          align: "right",
        },
      ]}
      more={(line) => (
        <>
          <div className="quiet">{ui.cutoff.listIn}</div>
          <p className="numbers fact">{line.shortlisted.join("　")}</p>
          <div className="quiet">{ui.cutoff.listOut}</div>
          <p className="numbers fact">{line.left_out.join("　")}</p>
        </>
      )}
      release={(body, headers) => api.cutoffsRelease({ body, headers })}
      done={done}
    />
  );
}

/** A student's own lots in lotteries: only here can one learn which of the public pool is one's own. */
export function Lots() {
  const words = useWords();
  const { ui } = words;
  const me = useKnownMe();
  const subject = useSubject();
  const { data } = useQuery({
    queryKey: ["/cutoffs", "lots"],
    queryFn: () => ok(api.cutoffsLots()),
    enabled: ["student", "guardian"].includes(me.membership.role),
  });
  if (!data || data.total === 0) return null;
  return (
    <Card size="small" title={ui.cutoff.lots}>
      {data.items.map((lot) => (
        <div key={lot.lot}>
          {subject(lot.subject)}：<strong className="fact">{lot.lot}</strong>
          <div className="quiet">
            {lot.source} · {dateTime(lot.draws_at, words.language)}
          </div>
        </div>
      ))}
    </Card>
  );
}

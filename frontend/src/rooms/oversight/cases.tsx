import { Link } from "@tanstack/react-router";
import { Tag } from "antd";
import { api, type FarOff, type LateMark, type Leaning, type PassesAll, type SameHands } from "../../api";
import { useWords } from "../../shared/context";
import { word } from "../../shared/values";
import { fill } from "../../words";
import { dateTime } from "../../words/dates";
import { signed, Where } from "./cells";
import { Evidence } from "./evidence";
import { useOversight } from "./words";

function LateMarks() {
  const { ui, fields, language } = useWords();
  const { ui: oversight } = useOversight();
  const at = (name: string | null, moment: string | null) => (
    <>
      {name ?? ui.none}
      {moment && <div className="quiet">{dateTime(moment, language)}</div>}
    </>
  );
  return (
    <Evidence<LateMark>
      name="late_mark"
      load={() => api.oversightLateMarks()}
      columns={[
        { title: fields.about, show: (one) => <Where {...one} label={one.registration_number} /> },
        {
          title: oversight.change,
          figure: true,
          show: (one) => (one.difference === null ? ui.none : signed(one.difference)),
        },
        { title: oversight.proposedBy, show: (one) => at(one.proposed_by, one.proposed_at) },
        { title: oversight.confirmedBy, show: (one) => at(one.confirmed_by, one.confirmed_at) },
        {
          title: oversight.hands,
          show: (one) => (
            <>
              {oversight.ways[one.way]}
              {one.way === "recheck" && (
                <div className="quiet">{one.by_student ? oversight.byStudent : oversight.byOffice}</div>
              )}
            </>
          ),
        },
        { title: ui.reason, long: true, show: (one) => one.reason ?? ui.none },
      ]}
    />
  );
}

function FarOffs() {
  const { ui, fields, language } = useWords();
  const { ui: oversight } = useOversight();
  return (
    <Evidence<FarOff>
      name="far_off"
      load={() => api.oversightFarOff()}
      columns={[
        { title: oversight.panellist, show: (one) => one.panellist },
        { title: fields.panel_name, show: (one) => one.panel_name },
        {
          title: fields.about,
          show: (one) => {
            const { slot_id, registration_number: label, subject, city_name } = one;
            const said = <Where label={label} subject={subject} city_name={city_name} />;
            return slot_id ? <Link to={`/slots/${slot_id}` as string}>{said}</Link> : said;
          },
        },
        { title: oversight.gap, figure: true, show: (one) => signed(Math.round(one.gap * 100) / 100) },
        { title: fields.at, show: (one) => dateTime(one.at, language) },
        {
          title: ui.reason,
          long: true,
          show: (one) => one.reason ?? <Tag color="red">{oversight.noReason}</Tag>,
        },
      ]}
    />
  );
}

function Leanings() {
  const { ui, fields } = useWords();
  const { ui: oversight } = useOversight();
  const rounded = (points: number) => signed(Math.round(points * 100) / 100);
  return (
    <Evidence<Leaning>
      name="leaning"
      load={() => api.oversightLeanings()}
      columns={[
        { title: oversight.panellist, show: (one) => one.panellist },
        { title: fields.panel_name, show: (one) => one.panel_name },
        {
          title: fields.about,
          show: ({ round_id, subject, city_name }) => (
            <Where thing="interview_round" thing_id={round_id} subject={subject} city_name={city_name} />
          ),
        },
        { title: fields.sheets, figure: true, show: (one) => one.sheets },
        { title: oversight.lean, figure: true, show: (one) => rounded(one.lean) },
        {
          title: oversight.severity,
          figure: true,
          show: (one) => (one.severity === null ? ui.none : rounded(one.severity)),
        },
      ]}
    />
  );
}

function PassesAlls() {
  const words = useWords();
  const { fields } = words;
  const { ui: oversight, codes } = useOversight();
  return (
    <Evidence<PassesAll>
      name="passes_all"
      load={() => api.oversightReviewers()}
      columns={[
        {
          title: fields.actor,
          show: (one) => (
            <>
              {one.name}
              <div className="quiet">
                {[one.role && word(words, "role", one.role), one.unit_name].filter(Boolean).join(" · ")}
              </div>
            </>
          ),
        },
        { title: oversight.review, show: (one) => codes.review[one.review] },
        { title: oversight.reviews, figure: true, show: (one) => one.reviews },
        { title: oversight.share, figure: true, show: (one) => `${one.share}%` },
        { title: oversight.othersStopped, figure: true, show: (one) => `${one.others_stopped}%` },
        { title: oversight.acts, figure: true, show: (one) => one.acts },
        {
          title: oversight.pace,
          figure: true,
          show: (one) =>
            one.median_seconds === null
              ? oversight.once
              : fill(oversight.seconds, { count: one.median_seconds }),
        },
        { title: oversight.atOnce, figure: true, show: (one) => one.most_at_once },
        {
          title: fields.decision,
          show: (one) => (
            <Link to={"/oversight" as string} search={{ actor: one.actor_id } as never}>
              {oversight.decisions}
            </Link>
          ),
        },
      ]}
    />
  );
}

function SameHandsList() {
  const { ui, fields, language } = useWords();
  const { ui: oversight, codes } = useOversight();
  return (
    <Evidence<SameHands>
      name="same_hands"
      load={() => api.oversightSameHands()}
      columns={[
        { title: fields.actor, show: (one) => one.actor_name },
        { title: oversight.hands, show: (one) => codes.hands[one.way] },
        { title: fields.about, show: (one) => <Where {...one} /> },
        { title: fields.at, show: (one) => (one.at ? dateTime(one.at, language) : ui.none) },
      ]}
    />
  );
}

/** The kinds that are found over several decisions; every other kind is a filter of the list. */
export const CASES = {
  late_mark: LateMarks,
  far_off: FarOffs,
  leaning: Leanings,
  passes_all: PassesAlls,
  same_hands: SameHandsList,
};

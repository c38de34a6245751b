import { Alert } from "antd";
import { useState } from "react";
import { api, type PairChanged, type RoundRecord } from "../../api";
import { AskForm } from "../../shared/ask-form";
import { useWords } from "../../shared/context";
import { fill } from "../../words";

/** Whom a move is about: somebody paired, or somebody left over. */
export interface Moving {
  registration_id: string;
  student_name: string;
  subject: string;
  pair?: { id: string; version: number };
}

/** Another mentor for a student, or one for who has none: a broken cap is refused, a blocking pair is named. */
export function MoveForm({
  round,
  moving,
  mentor,
  done,
  close,
}: {
  round: RoundRecord;
  moving: Moving;
  mentor?: string;
  done: () => void;
  close: () => void;
}) {
  const { fields, ui } = useWords();
  const [blocking, setBlocking] = useState("");
  const mentors = round.mentors
    .filter((one) => one.subject === moving.subject)
    .map((one) => ({ value: one.mentor_id, label: `${one.mentor_name}（${one.paired}/${one.capacity}）` }));
  if (blocking) return <Alert type="warning" showIcon title={fill(ui.blocking, { names: blocking })} />;
  return (
    <AskForm
      submit={ui.save}
      asks={[
        {
          name: "mentor_id",
          label: fields.mentor_name,
          kind: "choice",
          options: mentors,
          initial: mentor,
          required: true,
        },
        { name: "reason", label: ui.reason, kind: "long", required: true },
      ]}
      send={(values, headers) =>
        moving.pair
          ? api.pairingsChangePair({
              path: { round_id: round.id, pair_id: moving.pair.id },
              body: { ...values, version: moving.pair.version } as never,
              headers,
            })
          : api.pairingsAddPair({
              path: { round_id: round.id },
              body: { ...values, registration_id: moving.registration_id } as never,
              headers,
            })
      }
      done={(answer) => {
        const named = (answer as PairChanged).blocking.map((found) => {
          const student = round.pair_list.find((p) => p.registration_id === found.registration_id);
          const with_ = round.mentors.find((m) => m.mentor_id === found.mentor_id);
          return `${student?.student_name ?? "…"} – ${with_?.mentor_name ?? "…"}`;
        });
        done();
        if (named.length > 0) setBlocking(named.join("；"));
        else close();
      }}
    />
  );
}

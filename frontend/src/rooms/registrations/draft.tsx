import { Card, Typography } from "antd";
import { useRef, useState } from "react";
import { api, asProblem, ok, type RegistrationRecord } from "../../api";
import { type Ask, AskForm } from "../../shared/ask-form";
import { AutoForm } from "../../shared/auto-form";
import { useWords } from "../../shared/context";
import { DialogButton } from "../../shared/dialog";
import { type PlanParts, usePlan, useSubjectOptions } from "../../shared/plan";
import type { FormProps } from "../../shared/thing";
import { fill, type Words } from "../../words";
import { Choices } from "./choices";

/** The percentage beside the field as one types, with the plan's limit; whether it meets P13 the API says. */
function rankHint(words: Words, rank: unknown, size: unknown, limit: string | undefined): string {
  if (typeof rank !== "number" || typeof size !== "number" || !limit || size < 1) return "";
  return fill(words.ui.rankRule, { rank, size, percent: ((rank / size) * 100).toFixed(1), limit });
}

function useAsks(record: RegistrationRecord, plan: PlanParts | undefined): Ask[] {
  const words = useWords();
  const subjects = useSubjectOptions();
  const { fields, ui } = words;
  const exam = !plan?.eligibility.subjects_without_exam.includes(record.subject ?? "");
  const proved = record.ranks_proved ? ui.ranksProved : undefined;
  const rank = (name: "subject_rank" | "overall_rank"): Ask => ({
    name,
    label: fields[name],
    kind: "number",
    min: 1,
    initial: record[name],
    disabled: record.ranks_proved,
    hint: (values) => rankHint(words, values[name], values.year_size, plan?.eligibility[`${name}_percent`]),
  });
  return [
    { name: "subject", label: fields.subject, kind: "choice", options: subjects, initial: record.subject },
    {
      name: "grade",
      label: fields.grade,
      kind: "choice",
      options: (plan?.eligibility.grades ?? []).map((g) => ({ value: g, label: String(g) })),
      initial: record.grade,
    },
    { name: "entry_year", label: fields.entry_year, kind: "number", initial: record.entry_year },
    {
      name: "identity_number",
      label: fields.identity_number,
      max: 18,
      hint: record.has_identity ? ui.identityKept : ui.identityHint,
    },
    {
      name: "year_size",
      label: fields.year_size,
      kind: "number",
      min: 1,
      initial: record.year_size,
      disabled: record.ranks_proved,
      hint: proved,
    },
    ...(exam ? [rank("subject_rank")] : []),
    rank("overall_rank"),
    {
      name: "rank_basis",
      label: fields.rank_basis,
      initial: record.rank_basis,
      disabled: record.ranks_proved,
    },
    {
      name: "accepts_adjustment",
      label: fields.accepts_adjustment,
      kind: "yes",
      initial: record.accepts_adjustment,
    },
    { name: "interests", label: fields.interests, kind: "long", initial: record.interests },
    { name: "motivation", label: fields.motivation, kind: "long", initial: record.motivation },
  ];
}

/** Saves one after the other, each with the version the last one left; another device's newer one is built upon. */
function useSave(record: RegistrationRecord, done: () => void) {
  const version = useRef(record.version);
  const last = useRef<Promise<unknown>>(Promise.resolve());
  version.current = Math.max(version.current, record.version);
  return (values: Record<string, unknown>): Promise<unknown> => {
    const send = async () => {
      const answer = await ok(
        api.registrationsUpdate({
          path: { registration_id: record.id },
          body: { ...values, version: version.current } as never,
        }),
      );
      version.current = answer.version;
      done();
    };
    const next = last.current.then(async () => {
      try {
        await send();
      } catch (wrong) {
        const problem = asProblem(wrong);
        if (problem.code !== "stale" || typeof problem.extras.version !== "number") throw wrong;
        version.current = problem.extras.version;
        await send();
      }
    });
    last.current = next.catch(() => undefined);
    return next;
  };
}

export function Draft({ record, done }: FormProps<RegistrationRecord>) {
  const { ui } = useWords();
  const plan = usePlan();
  const asks = useAsks(record, plan);
  const save = useSave(record, done);
  if (!plan) return null;
  return (
    <>
      <Card size="small" title={ui.registrationFacts}>
        {/* One form for as long as the page is open: what somebody is typing is never taken away by an answer. */}
        <AutoForm key={record.id} asks={asks} save={save} />
      </Card>
      <Choices key={record.subject} record={record} plan={plan} save={save} />
    </>
  );
}

export function Consent({ record, done }: FormProps<RegistrationRecord>) {
  const { ui } = useWords();
  const [link, setLink] = useState("");
  return (
    <DialogButton label={ui.askConsent} onClick={() => setLink("")}>
      {() =>
        link ? (
          <Typography.Paragraph copyable={{ text: link }}>
            {ui.consentLink}
            <br />
            <a href={link}>{link}</a>
          </Typography.Paragraph>
        ) : (
          <AskForm
            asks={[
              { name: "guardian_name", label: ui.guardianName, required: true },
              {
                name: "relation",
                label: ui.relation,
                kind: "choice",
                required: true,
                options: (["father", "mother", "other"] as const).map((value) => ({
                  value,
                  label: ui[value],
                })),
              },
              { name: "phone", label: ui.phone, required: true, max: 20 },
            ]}
            send={(values, headers) =>
              api.registrationsAskConsent({
                path: { registration_id: record.id },
                body: values as never,
                headers,
              })
            }
            done={(answer) => {
              setLink((answer as { link?: string }).link ?? "");
              done();
            }}
          />
        )
      }
    </DialogButton>
  );
}

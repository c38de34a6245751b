import { useQuery } from "@tanstack/react-query";
import { Card, Typography } from "antd";
import { useState } from "react";
import { api, ok, type RegistrationRecord } from "../../api";
import { type Ask, AskForm } from "../../shared/ask-form";
import { useWords } from "../../shared/context";
import { DialogButton } from "../../shared/dialog";
import { type PlanParts, usePlan, useSubjectOptions } from "../../shared/plan";
import type { FormProps } from "../../shared/thing";
import { fill, type Words } from "../../words";

/** `rank 12 of 340: 3.5 %, limit 10 %`, beside the field as one types. */
export function rankHint(words: Words, rank: unknown, size: unknown, limit: string | undefined): string {
  if (typeof rank !== "number" || typeof size !== "number" || !limit || size < 1) return "";
  const percent = ((rank / size) * 100).toFixed(1);
  const verdict = rank * 100 <= Number(limit) * size ? words.ui.met : words.ui.notMet;
  return `${fill(words.ui.rankRule, { rank, size, percent, limit })} · ${verdict}`;
}

export function useAsks(record: RegistrationRecord, plan: PlanParts | undefined): Ask[] {
  const words = useWords();
  const subjects = useSubjectOptions();
  const { fields, ui } = words;
  const { data } = useQuery({
    queryKey: ["mentors", record.subject],
    queryFn: () =>
      ok(api.mentorsList({ query: { size: 100, ...(record.subject ? { subject: record.subject } : {}) } })),
  });

  const mentors = (data?.items ?? []).map((m) => ({
    value: m.id,
    label: `${m.name} · ${m.university_name}`,
  }));
  const exam = !plan?.eligibility.subjects_without_exam.includes(record.subject ?? "");
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
      hint: record.has_identity ? "✓" : undefined,
    },
    { name: "year_size", label: fields.year_size, kind: "number", min: 1, initial: record.year_size },
    ...(exam
      ? [
          {
            name: "subject_rank",
            label: fields.subject_rank,
            kind: "number",
            min: 1,
            initial: record.subject_rank,
            hint: (values: Record<string, unknown>) =>
              rankHint(words, values.subject_rank, values.year_size, plan?.eligibility.subject_rank_percent),
          } as Ask,
        ]
      : []),
    {
      name: "overall_rank",
      label: fields.overall_rank,
      kind: "number",
      min: 1,
      initial: record.overall_rank,
      hint: (values) =>
        rankHint(words, values.overall_rank, values.year_size, plan?.eligibility.overall_rank_percent),
    },
    { name: "rank_basis", label: fields.rank_basis, initial: record.rank_basis },
    {
      name: "choices",
      label: ui.choices,
      kind: "choices",
      options: mentors,
      initial: record.choices.map((choice) => choice.mentor_id),
      hint: fill(ui.choicesHint, { max: plan?.choices.maximum ?? "" }),
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

export function Draft({ record, done }: FormProps<RegistrationRecord>) {
  const words = useWords();
  const plan = usePlan();
  const asks = useAsks(record, plan);
  return (
    <Card size="small" title={words.ui.edit}>
      {/* One form for as long as the page is open: what somebody is typing is never taken away by an answer. */}
      <AskForm
        key={record.id}
        asks={asks}
        submit={words.ui.save}
        send={(values, headers) =>
          api.registrationsUpdate({
            path: { registration_id: record.id },
            body: { ...values, version: record.version } as never,
            headers,
          })
        }
        done={done}
      ></AskForm>
    </Card>
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

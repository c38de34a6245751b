import { useQuery } from "@tanstack/react-query";
import { useSearch } from "@tanstack/react-router";
import { api, ok } from "../../api";
import { AskButton } from "../../shared/ask-button";
import { useContactsWords } from "../../shared/contacts-words";
import { useKnownMe } from "../../shared/context";
import { useOptions, usePlan } from "../../shared/plan";

type Kind = "departure" | "mentor_change";

function useStudents(enabled: boolean) {
  const { data } = useQuery({
    queryKey: ["enrolments", "changes"],
    queryFn: () => ok(api.enrolmentsList({ query: { size: 100 } })),
    enabled,
  });
  return data?.items.filter((one) => one.state === "enrolled" || one.state === "active");
}

/** Two proposals: that a student leaves, or gets another mentor. */
function Propose({ kind, done }: { kind: Kind; done: () => void }) {
  const said = useContactsWords();
  const plan = usePlan();
  const { enrolment } = useSearch({ strict: false }) as { enrolment?: string };
  const reasons = useOptions(kind === "departure" ? plan?.leaving?.reasons : plan?.mentor_change?.reasons);
  const items = useStudents(true);
  const { data: mentors } = useQuery({
    queryKey: ["mentors"],
    queryFn: () => ok(api.mentorsList({ query: { size: 100 } })),
    enabled: kind === "mentor_change",
  });
  if (!items || items.length === 0) return null;
  const students = items.map((one) => ({ value: one.id, label: `${one.name} · ${one.number}` }));
  const suiting = (id: unknown) => {
    const of = items.find((one) => one.id === id);
    return (mentors?.items ?? [])
      .filter((mentor) => of && mentor.subject === of.subject && mentor.id !== of.mentor_id)
      .map((mentor) => ({ value: mentor.id, label: `${mentor.name} · ${mentor.university_name}` }));
  };
  const chosen = enrolment ?? (students.length === 1 ? students[0]?.value : undefined);
  return (
    <AskButton
      label={said.kinds[kind]}
      submit={said.propose}
      intro={said.proposeHint}
      asks={[
        {
          name: "enrolment_id",
          label: said.student,
          kind: "choice",
          options: students,
          required: true,
          initial: chosen,
        },
        ...(kind === "mentor_change"
          ? [
              {
                name: "new_mentor_id",
                label: said.newMentor,
                kind: "choice" as const,
                options: (values: Record<string, unknown>) => suiting(values.enrolment_id),
                required: true,
                hint: said.newMentorHint,
              },
            ]
          : []),
        { name: "reason_kind", label: said.reason, kind: "choice", options: reasons, required: true },
        { name: "text", label: said.text, kind: "long", required: true, max: 2000 },
        { name: "file", label: said.file, kind: "file" },
      ]}
      send={({ file, ...values }, headers) =>
        api.placeChangesCreate({ body: { ...values, kind, files: file ? [file] : [] } as never, headers })
      }
      done={done}
    />
  );
}

export function Proposals({ done }: { done: () => void }) {
  const { permissions, membership } = useKnownMe();
  if (!permissions.includes("place_change.propose")) return null;
  return (
    <>
      {membership?.role !== "university" && <Propose kind="departure" done={done} />}
      {membership?.role !== "school" && <Propose kind="mentor_change" done={done} />}
    </>
  );
}

import { useQuery } from "@tanstack/react-query";
import { useSearch } from "@tanstack/react-router";
import { api, ok } from "../../api";
import { AskButton } from "../../shared/ask-button";
import { useContactsWords } from "../../shared/contacts-words";
import { useKnownMe } from "../../shared/context";

/** A new thread about a student: of the list, or of the student whose record one comes from. */
export function OpenThread({ done }: { done: () => void }) {
  const said = useContactsWords();
  const me = useKnownMe();
  const { enrolment } = useSearch({ strict: false }) as { enrolment?: string };
  const writes = me.permissions.includes("contact.write");
  const { data } = useQuery({
    queryKey: ["enrolments", "threads"],
    queryFn: () => ok(api.enrolmentsList({ query: { size: 100 } })),
    enabled: writes,
  });
  if (!writes || !data) return null;
  const students = data.items.map((one) => ({ value: one.id, label: `${one.name} · ${one.number}` }));
  const chosen = enrolment ?? (students.length === 1 ? students[0]?.value : undefined);
  const withStudent = me.membership?.role === "student";
  return (
    <AskButton
      type="primary"
      label={said.open}
      submit={said.say}
      intro={said.cityAlways}
      asks={[
        {
          name: "enrolment_id",
          label: said.student,
          kind: "choice",
          options: students,
          required: true,
          initial: chosen,
        },
        { name: "title", label: said.titleField, required: true, max: 100 },
        { name: "text", label: said.first, kind: "long", required: true },
        { name: "with_team", label: said.team, kind: "yes", initial: true },
        { name: "with_guide", label: said.guide, kind: "yes", initial: true },
        { name: "with_guardian", label: said.guardian, kind: "yes", initial: withStudent },
        { name: "with_student", label: said.student, kind: "yes", initial: withStudent },
        { name: "file", label: said.file, kind: "file" },
      ]}
      send={({ file, ...values }, headers) =>
        api.contactsCreate({ body: { ...values, files: file ? [file] : [] } as never, headers })
      }
      done={done}
    />
  );
}

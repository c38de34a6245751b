import { api, type RegistrationRecord } from "../../api";
import { useWords } from "../../shared/context";
import { Papers } from "../../shared/papers";
import { usePlan } from "../../shared/plan";
import type { FormProps } from "../../shared/thing";

/** The papers of a registration: handed in by the student while it is a draft. */
export function Materials({ record, writes, done }: FormProps<RegistrationRecord> & { writes: boolean }) {
  const { ui } = useWords();
  const asked = usePlan()?.application;
  const at = (kind: string) => ({ registration_id: record.id, kind });
  return (
    <Papers
      title={ui.papers}
      kinds={asked?.materials ?? []}
      required={asked?.required_materials ?? []}
      kept={record.materials}
      path={`/registrations/${record.id}/materials`}
      writes={writes}
      handIn={(kind, body) => api.registrationsHandIn({ path: at(kind), body })}
      takeBack={(kind) => api.registrationsTakeBack({ path: at(kind) })}
      done={done}
    />
  );
}

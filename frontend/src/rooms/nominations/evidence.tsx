import { api, type NominationRecord } from "../../api";
import { useWords } from "../../shared/context";
import { Papers } from "../../shared/papers";
import { usePlan } from "../../shared/plan";
import type { FormProps } from "../../shared/thing";

/** Proofs of standing, degree and title (P6, P7): brought by the university with its draft, by the mentor afterwards. */
export function Evidence({ record, writes, done }: FormProps<NominationRecord> & { writes: boolean }) {
  const { ui } = useWords();
  const asked = usePlan()?.mentors;
  const at = (kind: string) => ({ nomination_id: record.id, kind });
  return (
    <Papers
      title={ui.evidence}
      kinds={asked?.evidence ?? []}
      required={asked?.required_evidence ?? []}
      kept={record.evidence}
      path={`/nominations/${record.id}/evidence`}
      writes={writes}
      handIn={(kind, body) => api.nominationsHandIn({ path: at(kind), body })}
      takeBack={(kind) => api.nominationsTakeBack({ path: at(kind) })}
      done={done}
    />
  );
}

import { useQuery } from "@tanstack/react-query";
import { api, type Explained, ok, type RoundRecord } from "../../api";
import { useWords } from "../../shared/context";
import { fill } from "../../words";

/** Why each student has this mentor; asked again whenever the round has changed. */
export function useExplained(round: RoundRecord): Explained | undefined {
  const changed = round.pair_list.map((pair) => `${pair.id}${pair.version}`).join();
  const { data } = useQuery({
    queryKey: ["/pairings", "explained", round.id, round.version, changed],
    queryFn: () => ok(api.pairingsExplain({ path: { round_id: round.id } })),
    retry: false,
  });
  return data;
}

/** The reasons of one student as sentences, one for each choice that was not given. */
export function useReasons(round: RoundRecord, explained?: Explained): (registration: string) => string[] {
  const { ui } = useWords();
  const names = new Map(round.mentors.map((mentor) => [mentor.mentor_id, mentor.mentor_name]));
  const limits = new Map((explained?.limits ?? []).map((limit) => [limit.key, limit]));
  const students = new Map((explained?.students ?? []).map((student) => [student.registration_id, student]));
  return (registration) =>
    (students.get(registration)?.reasons ?? []).map((reason) =>
      fill(ui.pairing.causes[reason.cause], {
        choice: reason.choice,
        mentor: names.get(reason.mentor_id) ?? "…",
        count: reason.taken,
        total: limits.get(reason.key)?.total ?? "—",
      }),
    );
}

/** The blocking pairs of a student: mentors who would rather have this student, and the other way round. */
export function blockingOf(
  round: RoundRecord,
  explained: Explained | undefined,
  registration: string,
): string[] {
  return (explained?.blocking ?? [])
    .filter((pair) => pair.registration_id === registration)
    .map((pair) => round.mentors.find((mentor) => mentor.mentor_id === pair.mentor_id)?.mentor_name ?? "…");
}

import { api, type MentorItem } from "../../api";
import type { Recorded, Thing } from "../../shared/thing";

/** The directory: mentors who can be chosen, by name, university or research words. */
export const mentors: Thing<MentorItem, MentorItem & Recorded> = {
  path: "/mentors",
  stage: "registration",
  title: (record) => record.name,
  columns: ["name", "subject", "university_name", "title", "department", "research", "capacity"],
  filters: [{ name: "q" }, { name: "subject", from: "subjects" }],
  list: (query) => api.mentorsList({ query: query as never }),
  get: async (id) => {
    const answer = await api.mentorsGet({ path: { mentor_id: id } });
    return { ...answer, data: answer.data && { ...answer.data, version: 1 } };
  },
  facts: ["subject", "university_name", "city_name", "title", "department", "capacity"],
  texts: ["research", "introduction"],
};

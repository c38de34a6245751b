import { api, type OfferItem, type OfferRecord } from "../../api";
import type { Thing } from "../../shared/thing";

/** A place that fell free, offered to the next of the reserve. */
export const placeOffers: Thing<OfferItem, OfferRecord, "place_offer"> = {
  path: "/place-offers",
  stage: "interview",
  flow: "place_offer",
  title: (record, subject) => `${record.registration_number} ${record.name} · ${subject(record.subject)}`,
  columns: [
    "registration_number",
    "name",
    "city_name",
    "subject",
    "rank",
    "offered_at",
    "answer_until",
    "state",
  ],
  brief: ["name", "subject", "rank", "answer_until"],
  filters: [
    { name: "state", from: "place_offer" },
    { name: "subject", from: "subjects" },
  ],
  list: (query) => api.offersList({ query: query as never }),
  get: (id) => api.offersGet({ path: { offer_id: id } }),
  act: (id, action, move, headers) =>
    api.offersAct({ path: { offer_id: id, action: action as never }, body: move, headers }),
  trail: (id) => api.offersTrail({ path: { offer_id: id } }),
  facts: ["registration_number", "name", "subject", "city_name", "rank", "offered_at", "answer_until"],
};

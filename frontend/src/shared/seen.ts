import type { FieldCode } from "../words";
import { useKnownMe } from "./context";
import type { AnyThing } from "./thing";

/** Of some columns or facts of a thing, those that say something to this reader. */
export function useSeen(thing: AnyThing): (fields: FieldCode[]) => FieldCode[] {
  const { permissions } = useKnownMe();
  return (fields) =>
    fields.filter((field) => {
      const needed = thing.columnNeeds?.[field];
      return !needed || permissions.includes(needed);
    });
}

import { useWords } from "../../shared/context";
import { type OversightWords, oversightWords } from "../../words/oversight";

export function useOversight(): OversightWords {
  return oversightWords(useWords().language);
}

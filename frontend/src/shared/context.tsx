import { useQuery } from "@tanstack/react-query";
import { createContext, type ReactNode, useContext } from "react";
import { api, type Me, ok } from "../api";
import { type Language, type Words, wordsOf } from "../words";
import { keepZone } from "../words/dates";

interface Speech {
  words: Words;
  speakIn: (language: Language) => void;
}

const SpeechContext = createContext<Speech>({ words: wordsOf("zh-CN"), speakIn: () => undefined });

export function SpeechProvider({ value, children }: { value: Speech; children: ReactNode }) {
  return <SpeechContext.Provider value={value}>{children}</SpeechContext.Provider>;
}

export function useSpeech(): Speech {
  return useContext(SpeechContext);
}

export function useWords(): Words {
  return useContext(SpeechContext).words;
}

async function ask(): Promise<Me> {
  const me = await ok(api.me());
  if (me.cycle) keepZone(me.cycle.timezone);
  return me;
}

/** Who one is, what one may, and the cycle's stages: one call for the whole page. */
export function useMe() {
  return useQuery({ queryKey: ["me"], queryFn: ask, staleTime: 60_000 });
}

export function useKnownMe(): Me {
  const { data } = useMe();
  if (!data) throw new Error("asked for oneself before signing in");
  return data;
}

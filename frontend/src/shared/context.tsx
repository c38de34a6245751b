import { useQuery } from "@tanstack/react-query";
import { createContext, type ReactNode, useContext } from "react";
import { api, type Me, ok } from "../api";
import { type Language, type Words, wordsOf } from "../words";

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

/** Who one is, what one may, and the cycle's stages: one call for the whole page. */
export function useMe() {
  return useQuery({ queryKey: ["me"], queryFn: () => ok(api.me()), staleTime: 60_000 });
}

export function useKnownMe(): Me {
  const { data } = useMe();
  if (!data) throw new Error("asked for oneself before signing in");
  return data;
}

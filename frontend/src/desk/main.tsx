import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { RouterProvider } from "@tanstack/react-router";
import { App, ConfigProvider } from "antd";
import enUS from "antd/locale/en_US";
import zhCN from "antd/locale/zh_CN";
import { useMemo, useState, useSyncExternalStore } from "react";
import { createRoot } from "react-dom/client";
import { asProblem, speak, start, stayWhileUsed } from "../api";
import { SpeechProvider } from "../shared/context";
import { keepLanguage, keptLanguage, type Language, wordsOf } from "../words";
import { router } from "./router";
import { themeOf } from "./theme";
import "./desk.css";

const DARK = globalThis.matchMedia("(prefers-color-scheme: dark)");
const STILL = globalThis.matchMedia("(prefers-reduced-motion: reduce)");

/** What the person's system asks of every page, now and when it changes. */
function useWish(wish: MediaQueryList): boolean {
  return useSyncExternalStore(
    (changed) => {
      wish.addEventListener("change", changed);
      return () => wish.removeEventListener("change", changed);
    },
    () => wish.matches,
  );
}

const client = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 5_000,
      // Without a network a page says so, instead of waiting for ever; it asks again once there is one.
      networkMode: "always",
      refetchOnReconnect: true,
      // A refusal will not change by asking again; a network that is away may.
      retry: (count, error) => count < 2 && (asProblem(error).status === 0 || asProblem(error).status >= 502),
    },
  },
});

function Desk() {
  const [language, setLanguage] = useState<Language>(keptLanguage);
  const isDark = useWish(DARK);
  const isStill = useWish(STILL);
  const speech = useMemo(
    () => ({
      words: wordsOf(language),
      speakIn: (next: Language) => {
        keepLanguage(next);
        speak(next);
        document.documentElement.lang = next;
        setLanguage(next);
        void client.invalidateQueries();
      },
    }),
    [language],
  );
  return (
    <ConfigProvider
      locale={language === "en" ? enUS : zhCN}
      // A space between two characters of a verb would be read aloud and searched in vain.
      button={{ autoInsertSpace: false }}
      theme={themeOf(isDark, isStill)}
    >
      <App>
        <SpeechProvider value={speech}>
          <RouterProvider router={router} />
        </SpeechProvider>
      </App>
    </ConfigProvider>
  );
}

speak(keptLanguage());
stayWhileUsed();
document.documentElement.lang = keptLanguage();
void start().then(() => {
  const root = document.getElementById("root");
  if (root) {
    createRoot(root).render(
      <QueryClientProvider client={client}>
        <Desk />
      </QueryClientProvider>,
    );
  }
});

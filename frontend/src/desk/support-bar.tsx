import { useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { Button, Flex } from "antd";
import { useEffect, useState, useSyncExternalStore } from "react";
import { api, currentLook, type Look, ok, onLook, refresh } from "../api";
import { useWords } from "../shared/context";
import { useSupport } from "../shared/support-words";
import { word } from "../shared/values";
import { fill } from "../words";

/** Whose eyes one looks through, how long still, and the way out. Nothing while one is oneself. */
export function SupportBar() {
  const look = useSyncExternalStore(onLook, currentLook);
  const client = useQueryClient();
  // What was read as one person is never shown as another.
  useEffect(() => onLook(() => client.clear()), [client]);
  return look && <Looking look={look} />;
}

function Looking({ look }: { look: Look }) {
  const words = useWords();
  const said = useSupport();
  const navigate = useNavigate();
  const [now, setNow] = useState(Date.now());
  const [ending, setEnding] = useState(false);
  const left = Math.max(0, Math.ceil((look.until - now) / 1000));
  const over = left === 0;
  useEffect(() => {
    const clock = setInterval(() => setNow(Date.now()), 1000);
    return () => clearInterval(clock);
  }, []);
  useEffect(() => {
    if (over) void refresh().then(() => navigate({ to: "/" as string }));
  }, [over, navigate]);
  const end = async () => {
    setEnding(true);
    try {
      await ok(api.supportEnd());
    } finally {
      // Oneself again by the cookie, whether or not the answer came.
      await refresh();
      await navigate({ to: "/" as string });
    }
  };
  const { name, unit } = look;
  const minutes = Math.floor(left / 60);
  return (
    <Flex className="demo looking" wrap gap={10} align="center" role="status">
      <strong>{fill(said.banner, { name, role: word(words, "role", look.role), unit })}</strong>
      <span className="fact" aria-live="off">
        {fill(said.left, { minutes, seconds: String(left % 60).padStart(2, "0") })}
      </span>
      <Button size="small" loading={ending} onClick={() => void end()}>
        {said.end}
      </Button>
    </Flex>
  );
}

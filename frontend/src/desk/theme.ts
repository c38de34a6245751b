import { type ThemeConfig, theme } from "antd";

// The library derives grey tints from a deep green: these are the ones of a leaf.
const LIGHT = {
  colorPrimaryBg: "#e9f5ee",
  colorPrimaryBgHover: "#d5ecdf",
  colorInfoBg: "#e9f5ee",
  colorInfoBorder: "#9fd3b6",
  colorError: "#cf1322",
  colorWarningText: "#ad4e00",
  // Darker under the pointer, not lighter: its white words stay legible.
  colorPrimaryHover: "#166b3f",
};

/** One accent, and every word legible: what the library sets in light grey is read here at 4.5 : 1 or more. */
export function themeOf(isDark: boolean, isStill: boolean): ThemeConfig {
  const quiet = isDark ? "rgba(255, 255, 255, 0.66)" : "rgba(0, 0, 0, 0.62)";
  return {
    algorithm: isDark ? theme.darkAlgorithm : theme.defaultAlgorithm,
    token: {
      colorPrimary: "#1a7f4b",
      colorInfo: "#1a7f4b",
      colorLink: isDark ? "#5cc98f" : "#17663e",
      colorTextTertiary: quiet,
      colorTextDescription: quiet,
      colorTextPlaceholder: quiet,
      ...(isDark ? { colorError: "#ff7875" } : LIGHT),
      // Whoever asks their system for less motion gets none (WCAG 2.2, 2.3.3).
      motion: !isStill,
      borderRadius: 6,
      fontSize: 15,
    },
  };
}

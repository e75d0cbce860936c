import { languages } from "./catalog.js";

/** The code of a language by its code or its English name, as both are in use; null if M2M100 doesn't know it. */
export const languageCode = (language) =>
  languages.m2m100.find((names) => names.includes(language.toLowerCase()))?.[0] ?? null;

// The one client of all pages. It has no token: the Worker behind /ai has the binding.

import { WorkersAI } from "workers-ai-wasm";

export const ai = new WorkersAI({ baseURL: "/ai" });

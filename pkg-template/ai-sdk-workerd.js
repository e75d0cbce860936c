/** The provider for the AI SDK, on the entry for Workers. */
import "./workerd.js";

export * from "./ai-sdk.js";

/** The provider for the AI SDK, over the entry of Workers. */
import "./workerd.js";

export * from "./ai-sdk.js";

export * from "workers-ai-local";

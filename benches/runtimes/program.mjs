/** The driver's main file in Node, Deno and Bun. Settings are JSON in the first argument. */
import process from "node:process";
import { drive } from "./driver.mjs";

await drive(JSON.parse(process.argv[2]), (line) => console.log(line));

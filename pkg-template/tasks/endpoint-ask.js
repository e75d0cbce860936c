// The way to what the wasm knows of endpoints: a question by number, as in ask.js. See src/js/endpoints.rs.

import { endpoints } from "../workers_ai_tasks.js";
import { askOf, opened } from "./ask.js";

const ask = (question, ...given) => askOf(endpoints, question, ...given);
const told = (...question) => opened(ask(...question));

/** What is known before anything is sent: `{ verb, idempotent, path, member?, byFetch?, missing? }`. */
export const prepareEndpoint = (client, name, given) => told(0, client, name, given);
/** The request over HTTP: `{ url, headers, redirect, method }`. */
export const requestTo = (client, options, name, given, token, body) =>
  told(1, client, options, name, given, token, body);
/** The fields of the error for what a function of the binding threw, as JSON text. */
export const errorOfMember = (hidden, member, name, message) => ask(2, hidden, member, name, message);
/** Throws the error for a function that the binding lacks. */
export const withoutMember = (member) => told(3, member);
/** What an answer means. */
export const answerOf = (hidden, head, enveloped, name, json) => told(4, hidden, head, enveloped, name, json);
/** A gateway's address, `{ url? }`; none where the binding knows it. */
export const gatewayUrl = (client, given) => told(5, client, given);
export const checkModel = (id) => told(6, id);
/** The query for a page of the catalogue: `{ query, perPage, only? }`. */
export const modelsQuery = (filter, page) => told(7, page, filter);
/** Throws the error for a model that the catalogue has not. */
export const noSuchModel = (id) => told(8, id);
/** The body of a new finetune. */
export const finetuneOf = (input) => told(9, input);
export const checkFinetuneFile = (name, bytes) => told(10, bytes, name);
export const checkFinetuneConfig = (text) => told(11, text);
/** The body of a change of a log entry. */
export const patchOf = (input) => told(12, input);
/** The type of a file by its name, or undefined. */
export const typeOfFile = (name) => told(13, name).type;
export const checkConversion = (options) => told(14, options);
/** What is known of a model before the inputs of a batch are looked at: `{ short?, warning? }`. */
export const aboutBatch = (model) => told(15, model);
/** The pattern of a batch: `{ form, body }`. */
export const planBatch = (way, model, inputs) => told(16, way, model, inputs);
export const checkBatchSize = (bytes) => told(17, bytes);
export const checkBatchId = (id) => told(18, id);
/** How long to wait after so many looks, in milliseconds. */
export const delayOf = (looks, interval) => told(19, looks, Math.floor(Math.random() * 1e6), interval).ms;
/** What the queue says to a submission: `{ requestId, status }`. */
export const ticketOf = (hidden, head, enveloped, json) => told(20, hidden, head, enveloped, "", json);
/** What the queue says to a look: `{ status, take, items, usage? }`. */
export const lookOf = (hidden, head, enveloped, model, json) =>
  told(20, hidden, head, enveloped, model, json);
/** The models that are asked one after the other: `{ models }`. */
export const fallbackModels = (model, fallback) => told(21, model, fallback);
/** May another model do better? */
export const otherModelHelps = (code) => told(22, code ?? "").helps === true;

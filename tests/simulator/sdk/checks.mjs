// What the two scripts share: named checks, one after another, and the simulator's address.
import { readFileSync } from 'node:fs';

const checks = [];

export const base = process.env.SIMULATOR_URL;
export const picture = readFileSync(process.env.PICTURE);
export const pictureSaid = /Picture 1: PNG, 60×40 pixels, \d+ bytes\. Mean colour #ff0000 \(red\)/;

export function check(name, run) {
  checks.push({ name, run });
}

export async function runAll() {
  for (const { name, run } of checks) {
    try {
      await run();
      console.log(`ok ${name}`);
    } catch (error) {
      console.log(`FAILED ${name}: ${error.stack}`);
      process.exitCode = 1;
    }
  }
}

// The error that a promise is rejected with.
export async function rejection(promise) {
  try {
    await promise;
  } catch (error) {
    return error;
  }
  throw new Error('it was not refused');
}

export const look = {
  type: 'object',
  properties: {
    x: { type: 'integer' },
    y: { type: 'integer' },
    width: { type: 'integer' },
    height: { type: 'integer' },
  },
  required: ['x', 'y', 'width', 'height'],
};

export const chart = {
  type: 'object',
  properties: {
    title: { type: 'string' },
    kind: { enum: ['bar', 'line'] },
    points: {
      type: 'array',
      minItems: 2,
      items: {
        type: 'object',
        properties: { label: { type: 'string', maxLength: 8 }, value: { type: ['number', 'null'] } },
        required: ['label', 'value'],
        additionalProperties: false,
      },
    },
  },
  required: ['title', 'kind', 'points'],
  additionalProperties: false,
};

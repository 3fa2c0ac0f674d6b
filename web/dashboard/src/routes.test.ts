import assert from 'node:assert/strict';
import { test } from 'node:test';
import table from '../routes.json';
import { publicScreens, screens } from './routes.ts';

test('the paths that the server answers with the dashboard are those that the dashboard knows', () => {
  const known = [...Object.keys(publicScreens), ...Object.keys(screens)].map((path) => path.replace(/:(\w+)/g, '{$1}'));
  assert.deepEqual([...table].sort(), known.sort());
});

// Reads a distribution plane with tuf-js: METADATA-URL TARGETS-URL FOLDER TARGET…
// FOLDER holds trusted/ with the trusted metadata (root.json to begin with) and gets targets/. Prints one JSON line a target; ends with 1 and the
// error's name when anything is refused.
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Updater } from 'tuf-js';

const [metadataBaseUrl, targetBaseUrl, folder, ...targets] = process.argv.slice(2);
const targetDir = join(folder, 'targets');
mkdirSync(targetDir, { recursive: true });
try {
  const updater = new Updater({ metadataDir: join(folder, 'trusted'), metadataBaseUrl, targetDir, targetBaseUrl, config: { fetchRetry: false } });
  await updater.refresh();
  for (const path of targets) {
    const info = await updater.getTargetInfo(path);
    if (!info) {
      console.log(JSON.stringify({ path, found: false }));
      continue;
    }
    const content = readFileSync(await updater.downloadTarget(info));
    const sha256 = createHash('sha256').update(content).digest('hex');
    console.log(JSON.stringify({ path, found: true, length: content.length, sha256, version: info.custom?.version }));
  }
} catch (error) {
  console.error(`${error.name ?? error.constructor.name}: ${error.message}`);
  process.exitCode = 1;
}

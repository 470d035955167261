/** Uses the service through the client that is generated from its contract. Arguments: the service's URL and an image. */
import { readFile } from 'node:fs/promises';
import {
  ClassificationApi,
  type ClassifyRequest,
  type ClassifyResponse,
  Configuration,
  LabelSetsApi,
  type Problem,
  ProblemFromJSON,
  ResponseError,
} from './clipserve-client/index.js';

const [service, file] = process.argv.slice(2);
const image = { base64: await readFile(file, 'base64') };
const labels = ['sunflower', 'motorcycle', 'whale'];
const configuration = new Configuration({ basePath: service });

function ask(what: Omit<ClassifyRequest, 'images'>): Promise<ClassifyResponse> {
  return new ClassificationApi(configuration).classify({ classifyRequest: { images: [image], ...what } });
}

function print(step: string, answer: ClassifyResponse): void {
  for (const prediction of answer.results[0].predictions ?? []) {
    console.log(`${step} ${prediction.label} ${prediction.probability}`);
  }
}

async function classify(): Promise<void> {
  print('classify', await ask({ labels }));
}

/** The same labels under a name: the service encodes them now, and never again. */
async function labelSet(): Promise<void> {
  await new LabelSetsApi(configuration).putLabelSet({ name: 'example', labelSet: { labels } });
  print('label-set', await ask({ labelSet: 'example' }));
}

/** What went wrong is an object, too: labels may be there once only. */
async function problem(): Promise<void> {
  try {
    await ask({ labels: ['cat', 'dog', 'cat'] });
  } catch (error) {
    if (!(error instanceof ResponseError)) throw error;
    const problem: Problem = ProblemFromJSON(await error.response.json());
    console.log(`problem ${problem.status} ${problem.type} ${problem.detail}`);
    return;
  }
  throw new Error('a label that is there twice was taken');
}

await classify();
await labelSet();
await problem();

/** Uses the service through the client that is generated from its contract. Arguments: the service's URL and an image. */
import { readFile } from 'node:fs/promises';
import {
  ClassificationApi,
  type ClassifyResponse,
  Configuration,
  LabelSetsApi,
  type Problem,
  ProblemFromJSON,
  ResponseError,
} from './clipserve-client/index.js';

const [service, file] = process.argv.slice(2);
const image = { base64: await readFile(file, 'base64') };
const configuration = new Configuration({ basePath: service });
const classification = new ClassificationApi(configuration);

function ask(labels: string[]): Promise<ClassifyResponse> {
  return classification.classify({ classifyRequest: { images: [image], labels } });
}

function print(step: string, answer: ClassifyResponse): void {
  for (const prediction of answer.results[0].predictions ?? []) {
    console.log(`${step} ${prediction.label} ${prediction.probability}`);
  }
}

async function classify(): Promise<void> {
  print('classify', await ask(['sunflower', 'motorcycle', 'whale']));
}

/** The same labels by name; the template's own words describe one of them. */
async function labelSet(): Promise<void> {
  const labels = ['sunflower', 'motorcycle', { label: 'whale', prompts: ['a photo of a whale.'] }];
  await new LabelSetsApi(configuration).putLabelSet({ name: 'example-typescript', labelSet: { labels } });
  const request = { images: [image], labelSet: 'example-typescript' };
  print('label_set', await classification.classify({ classifyRequest: request }));
}

/** What went wrong is an object, too: labels may be there once only. */
async function problem(): Promise<void> {
  try {
    await ask(['cat', 'dog', 'cat']);
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

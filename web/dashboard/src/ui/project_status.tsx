import type { DocumentStatus, ProjectStatus } from '../../../shared/api.ts';
import { Status, type Tone } from './basic.tsx';
import type { IconName } from './icon.tsx';

const projects: Record<ProjectStatus, [Tone, string, IconName?]> = {
  draft: ['neutral', 'Draft'],
  indexing: ['warn', 'Indexing'],
  live: ['good', 'Live'],
  archived: ['neutral', 'Archived', 'folder'],
};
export function ProjectStatusWord({ status }: { status: ProjectStatus }) {
  const [tone, word, icon] = projects[status];
  return <Status tone={tone} {...(icon ? { icon } : {})}>{word}</Status>;
}

export const documentWords: Record<DocumentStatus, [Tone, string, IconName?]> = {
  pending_upload: ['neutral', 'Not uploaded', 'upload'],
  uploaded: ['neutral', 'Waiting for sync', 'file'],
  indexing: ['warn', 'Indexing'],
  indexed: ['good', 'Indexed'],
  failed: ['bad', 'Failed'],
  deleting: ['neutral', 'Deleting', 'trash'],
};
export function DocumentStatusWord({ status }: { status: DocumentStatus }) {
  const [tone, word, icon] = documentWords[status];
  return <Status tone={tone} {...(icon ? { icon } : {})}>{word}</Status>;
}

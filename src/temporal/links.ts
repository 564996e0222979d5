/** Answers the page of a workflow in the Temporal UI, whose address has no slash at its end. */
export function workflowUrl(temporalUi: string, namespace: string, workflowId: string): string {
  return `${temporalUi}/namespaces/${namespace}/workflows/${encodeURIComponent(workflowId)}`;
}

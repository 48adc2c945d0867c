/**
 * What a screen loops: presentations one by one, and a whole broadcast only where nothing of it is there by itself,
 * so that nothing is shown twice a round. Keeps the order. Pure.
 */
export function chooseReplays<Row extends { broadcastId: string; presentationId: string | null }>(
  rows: readonly Row[],
): Row[] {
  const inParts = new Set(rows.filter((row) => row.presentationId !== null).map((row) => row.broadcastId));
  return rows.filter((row) => row.presentationId !== null || !inParts.has(row.broadcastId));
}

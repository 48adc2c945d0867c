export async function prepareDevice(): Promise<void> {}

/** How changesets become lines of the changelog: as they were written, without the commits that brought them. */
export default {
  getReleaseLine: async ({ summary }) => `- ${summary.trim().replaceAll('\n', '\n  ')}`,
  // bearward is one package: nothing of it depends on another.
  getDependencyReleaseLine: async () => '',
}

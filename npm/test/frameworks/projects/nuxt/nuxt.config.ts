export default defineNuxtConfig({
  telemetry: false,
  compatibilityDate: '2026-01-01',
  vue: { compilerOptions: { isCustomElement: (name) => name === 'cloudconvert-upload' } },
  // Its server copies another file than the one that it imports then, so the package is bundled.
  nitro: { externals: { inline: ['cloudconvert-kit'] } },
});

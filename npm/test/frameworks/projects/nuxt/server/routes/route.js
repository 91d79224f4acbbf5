// A route of Nuxt's server.
export default defineEventHandler(() => convert());

export { type DevicePromptOptions, devicePrompt, type PromptingClient, type PromptOutput } from './device-prompt.js'

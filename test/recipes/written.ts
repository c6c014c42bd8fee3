import { folder, linkPackages, writeRecipes } from './recipe-files.ts'

/** Before any test: they import what is written here. */
export const setup = (): void => {
  writeRecipes(folder)
  linkPackages(folder)
}

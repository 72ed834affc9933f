// What an editor shows: the TypeScript language service over files that exist only here.
import * as path from 'node:path';
import * as ts from 'typescript';
import { root } from '../tools';

/** The compiler's options of the type tests, and JavaScript beside TypeScript. */
const { options } = ts.parseJsonConfigFileContent(
  ts.readConfigFile(path.join(__dirname, 'tsconfig.json'), ts.sys.readFile).config,
  ts.sys,
  __dirname,
);

/** A language service; `files`: names in this directory and their texts. */
export function languageService(files: Readonly<Record<string, string>>): ts.LanguageService {
  const texts = new Map(
    Object.entries(files).map(([name, text]) => [path.join(__dirname, name), text]),
  );
  const read = (name: string) => texts.get(name) ?? ts.sys.readFile(name);
  return ts.createLanguageService({
    getCompilationSettings: () => ({ ...options, allowJs: true, noEmit: true }),
    getScriptFileNames: () => [...texts.keys()],
    getScriptVersion: () => '1',
    getScriptSnapshot(name) {
      const text = read(name);
      return text === undefined ? undefined : ts.ScriptSnapshot.fromString(text);
    },
    getCurrentDirectory: () => root,
    getDefaultLibFileName: ts.getDefaultLibFilePath,
    fileExists: (name) => texts.has(name) || ts.sys.fileExists(name),
    readFile: read,
    readDirectory: ts.sys.readDirectory,
    directoryExists: ts.sys.directoryExists,
    getDirectories: ts.sys.getDirectories,
  });
}

/** What the editor shows over the first `word` after `from` in a file: the signature, the text. */
export function hover(
  service: ts.LanguageService,
  file: string,
  position: number,
): { signature: string; text: string } {
  const info = service.getQuickInfoAtPosition(path.join(__dirname, file), position);
  return {
    signature: ts.displayPartsToString(info?.displayParts),
    text: ts.displayPartsToString(info?.documentation),
  };
}

import ts from 'typescript';

const CODE = /^[A-Z][A-Z0-9]*(_[A-Z0-9]+)+$/;

/** Which argument is the code, by the class that is constructed. */
const CODE_ARGUMENT: Readonly<Record<string, number>> = { VigilError: 0, OptionChecks: 1, super: 0 };

/**
 * The codes of the errors that a file makes: `new VigilError('CODE')`, `super('CODE')`, `new OptionChecks(place, 'CODE')`, and
 * `code: 'CODE'` in a record. Texts in pieces (`${code}_NOT_JSON`) are put together from their types.
 */
export function errorCodes(file: ts.SourceFile, checker: ts.TypeChecker): string[] {
  const found: string[] = [];
  const visit = (node: ts.Node): void => {
    const code = codeOf(node);
    if (code) found.push(...textsOf(code, checker).filter((text) => CODE.test(text)));
    ts.forEachChild(node, visit);
  };
  visit(file);
  return found;
}

function codeOf(node: ts.Node): ts.Expression | undefined {
  if (ts.isPropertyAssignment(node)) return node.name.getText() === 'code' ? node.initializer : undefined;
  if (!ts.isNewExpression(node) && !ts.isCallExpression(node)) return undefined;
  const index = CODE_ARGUMENT[node.expression.getText()];
  return index === undefined ? undefined : node.arguments?.[index];
}

function textsOf(expression: ts.Expression, checker: ts.TypeChecker): string[] {
  if (ts.isTemplateExpression(expression)) {
    return expression.templateSpans.reduce(
      (texts, { expression: piece, literal }) =>
        texts.flatMap((text) => textsOf(piece, checker).map((one) => `${text}${one}${literal.text}`)),
      [expression.head.text],
    );
  }
  const type = checker.getTypeAtLocation(expression);
  return (type.isUnion() ? type.types : [type]).flatMap((one) => (one.isStringLiteral() ? [one.value] : []));
}

/** The codes that have a row in a table of a Markdown text: in its first column, as code. */
export function documentedCodes(text: string): string[] {
  return [...text.matchAll(/^\| `([A-Z0-9_]+)`/gm)].map(([, code]) => code);
}

/*
 * The schema language (.pg). Keywords are soft: wherever a name may stand, a keyword may stand too.
 * The grammar holds no recursive rule, so no input can nest deeply.
 */
grammar SchemaGrammar;

file: declaration* EOF;

/** One declaration alone; used to find every syntax error of a broken file. */
singleDeclaration: declaration EOF;

declaration: interfaceDeclaration | nodeDeclaration | edgeDeclaration;

interfaceDeclaration: 'interface' typeName '{' property* '}';

nodeDeclaration:
    'node' typeName annotation* ('implements' typeName (',' typeName)*)? '{' member* '}';

edgeDeclaration:
    'edge' typeName ':' typeName '->' typeName cardinality? annotation* ('{' member* '}')?;

cardinality: '@' 'card' '(' INT '..' INT? ')';

member: property | constraint;

property: ident ':' typeRef annotation*;

typeRef: (listType | enumType | vectorType | baseType) '?'?;

listType: '[' baseType ']';

enumType: 'enum' '(' enumValue (',' enumValue)* ')';

/** The pieces of one value touch each other; the compiler checks that. */
enumValue: (ident | typeName | INT | '-')+;

vectorType: 'Vector' '(' INT ')';

baseType:
    'String' | 'Blob' | 'Bool' | 'I32' | 'I64' | 'U32' | 'U64' | 'F32' | 'F64' | 'DateTime' | 'Date';

/** With parentheses these five always are constraints of the type. The compiler refuses none. */
constraint: '@' constraintName '(' (constraintArgument (',' constraintArgument)*)? ')';

constraintName: 'key' | 'unique' | 'index' | 'range' | 'check';

constraintArgument: bounds | literal | ident;

bounds: number '..' number? | '..' number;

number: '-'? (INT | FLOAT);

annotation:
    '@' annotationName ('(' annotationValue (',' annotationArgument)* ')')?
    | '@' constraintName;

annotationValue: literal | ident;

annotationArgument: ident '=' literal;

literal: STRING | FLOAT | INT | 'true' | 'false';

ident: annotationName | constraintName;

annotationName:
    IDENT | 'interface' | 'node' | 'edge' | 'implements' | 'enum' | 'card' | 'true' | 'false';

typeName: TYPE_NAME | 'Vector' | baseType;

INTERFACE: 'interface';
NODE: 'node';
EDGE: 'edge';
IMPLEMENTS: 'implements';
ENUM: 'enum';
CARD: 'card';
KEY: 'key';
UNIQUE: 'unique';
INDEX: 'index';
RANGE: 'range';
CHECK: 'check';
TRUE: 'true';
FALSE: 'false';

VECTOR: 'Vector';
STRING_TYPE: 'String';
BLOB_TYPE: 'Blob';
BOOL_TYPE: 'Bool';
I32_TYPE: 'I32';
I64_TYPE: 'I64';
U32_TYPE: 'U32';
U64_TYPE: 'U64';
F32_TYPE: 'F32';
F64_TYPE: 'F64';
DATETIME_TYPE: 'DateTime';
DATE_TYPE: 'Date';

LEFT_BRACE: '{';
RIGHT_BRACE: '}';
LEFT_PAREN: '(';
RIGHT_PAREN: ')';
LEFT_BRACKET: '[';
RIGHT_BRACKET: ']';
COLON: ':';
COMMA: ',';
AT: '@';
QUESTION: '?';
EQUALS: '=';
ARROW: '->';
DOT_DOT: '..';
MINUS: '-';

/** A dot is part of a number only between digits, so 1..5 is a range. */
FLOAT: [0-9]+ '.' [0-9]+;
INT: [0-9]+;
STRING: '"' (~["\\] | '\\' .)* '"';
IDENT: [a-z_] [A-Za-z0-9_]*;
TYPE_NAME: [A-Z] [A-Za-z0-9_]*;

LINE_COMMENT: '//' ~[\r\n]* -> channel(HIDDEN);
BLOCK_COMMENT: '/*' .*? '*/' -> channel(HIDDEN);
WHITESPACE: [ \t\r\n]+ -> skip;

UNTERMINATED_STRING: '"' (~["\\] | '\\' .)* '\\'?;
UNTERMINATED_COMMENT: '/*' (~'*' | '*'+ ~[*/])* '*'*;
UNEXPECTED_CHARACTER: .;

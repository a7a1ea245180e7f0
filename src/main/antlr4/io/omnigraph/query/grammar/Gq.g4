/*
 * The query language (.gq).
 *
 * Every keyword is soft: it may stand wherever a name may stand. Type names start with an upper-case
 * letter, all other names with a lower-case letter or an underscore. Checks that need more than the
 * shape of the text (types, duplicate annotations, escape sequences, number ranges) happen later.
 */
grammar Gq;

file
  : query* EOF
  ;

query
  : QUERY ident LPAREN (parameter (COMMA parameter)*)? RPAREN annotation* LBRACE body RBRACE
  ;

// Parse exactly one part of a file; used to go on after an error elsewhere in it.
singleQuery     : query EOF ;
singleReturn    : returnBlock EOF ;
singleOrder     : orderBlock EOF ;
singleLimit     : limitBlock EOF ;
singleStatement : statement EOF ;

parameter
  : VAR COLON typeRef QUESTION?
  ;

typeRef
  : LBRACKET TYPE_NAME RBRACKET
  | TYPE_NAME (LPAREN INT RPAREN)?
  ;

annotation
  : AT ident LPAREN STRING RPAREN
  ;

body
  : read
  | statement+
  ;

// ---------------------------------------------------------------- reads

read
  : matchBlock returnBlock orderBlock? limitBlock?
  ;

matchBlock
  : MATCH LBRACE clause+ RBRACE
  ;

returnBlock
  : RETURN LBRACE projection+ RBRACE
  ;

orderBlock
  : ORDER LBRACE ordering (COMMA ordering)* RBRACE
  ;

limitBlock
  : LIMIT rowCount (OFFSET rowCount)?
  ;

rowCount
  : INT
  | VAR
  ;

clause
  : NOT LBRACE clause+ RBRACE                                                        # negation
  | VAR COLON TYPE_NAME (LBRACE propertyMatch (COMMA propertyMatch)* COMMA? RBRACE)? # binding
  | VAR (VAR COLON)? (LT edgeWord GT | edgeWord) hopBounds? VAR                      # traversal
  | textCall comparison?                                                             # textFilter
  | operand comparison                                                               # filter
  ;

propertyMatch
  : ident COLON value
  ;

hopBounds
  : LBRACE INT COMMA INT? RBRACE
  ;

comparison
  : operator expression
  | IS NOT? NULL
  ;

operator
  : STARTS_WITH
  | CONTAINS
  | comparator
  ;

comparator
  : GE
  | LE
  | NE
  | GT
  | LT
  | EQ
  ;

projection
  : expression (AS ident)? COMMA?
  ;

ordering
  : nearestCall
  | sortable (ASC | DESC)?
  ;

// ---------------------------------------------------------------- expressions

expression
  : nearestCall
  | textCall
  | simple
  ;

/** What an order key may be besides nearest. */
sortable
  : textCall
  | simple
  ;

/** What may stand left of a comparison besides a text call. */
operand
  : nearestCall
  | simple
  ;

simple
  : NOW LPAREN RPAREN                     # nowCall
  | bm25Call                              # bm25
  | RRF LPAREN rankingArm COMMA rankingArm (COMMA expression)? RPAREN # rrf
  | COUNT LPAREN DISTINCT? expression RPAREN # count
  | (SUM | AVG | MIN | MAX) LPAREN expression RPAREN # aggregate
  | VAR DOT ident                         # propertyAccess
  | VAR                                   # variable
  | literal                               # literalValue
  | ident                                 # aliasReference
  ;

rankingArm
  : nearestCall
  | bm25Call
  ;

nearestCall
  : NEAREST LPAREN VAR DOT ident COMMA expression RPAREN
  ;

bm25Call
  : BM25 LPAREN expression COMMA expression RPAREN
  ;

textCall
  : (SEARCH | MATCH_TEXT) LPAREN expression COMMA expression RPAREN
  | FUZZY LPAREN expression COMMA expression (COMMA expression)? RPAREN
  ;

literal
  : LBRACKET (literal (COMMA literal)*)? RBRACKET # listLiteral
  | DATETIME LPAREN STRING RPAREN         # dateTimeLiteral
  | DATE LPAREN STRING RPAREN             # dateLiteral
  | STRING                                # stringLiteral
  | FLOAT                                 # floatLiteral
  | INT                                   # intLiteral
  | (TRUE | FALSE)                        # boolLiteral
  ;

// ---------------------------------------------------------------- mutations

statement
  : INSERT TYPE_NAME LBRACE assignment* RBRACE                         # insert
  | UPDATE TYPE_NAME SET LBRACE assignment* RBRACE WHERE predicate     # update
  | DELETE TYPE_NAME WHERE predicate                                   # delete
  ;

assignment
  : ident COLON value COMMA?
  ;

predicate
  : ident comparator value
  ;

value
  : literal
  | VAR
  | NOW LPAREN RPAREN
  ;

// ---------------------------------------------------------------- names

ident
  : edgeWord
  | NOT
  ;

/** The word of a traversal: any name but `not`. */
edgeWord
  : IDENT
  | QUERY | MATCH | RETURN | ORDER | LIMIT | OFFSET | AS | ASC | DESC | IS | NULL
  | CONTAINS | STARTS_WITH | DISTINCT
  | NOW | NEAREST | SEARCH | FUZZY | MATCH_TEXT | BM25 | RRF
  | COUNT | SUM | AVG | MIN | MAX
  | DATE | DATETIME | TRUE | FALSE
  | INSERT | UPDATE | DELETE | SET | WHERE
  ;

QUERY       : 'query' ;
MATCH       : 'match' ;
RETURN      : 'return' ;
ORDER       : 'order' ;
LIMIT       : 'limit' ;
OFFSET      : 'offset' ;
AS          : 'as' ;
ASC         : 'asc' ;
DESC        : 'desc' ;
NOT         : 'not' ;
IS          : 'is' ;
NULL        : 'null' ;
CONTAINS    : 'contains' ;
STARTS_WITH : 'starts_with' ;
DISTINCT    : 'distinct' ;
NOW         : 'now' ;
NEAREST     : 'nearest' ;
SEARCH      : 'search' ;
FUZZY       : 'fuzzy' ;
MATCH_TEXT  : 'match_text' ;
BM25        : 'bm25' ;
RRF         : 'rrf' ;
COUNT       : 'count' ;
SUM         : 'sum' ;
AVG         : 'avg' ;
MIN         : 'min' ;
MAX         : 'max' ;
DATE        : 'date' ;
DATETIME    : 'datetime' ;
TRUE        : 'true' ;
FALSE       : 'false' ;
INSERT      : 'insert' ;
UPDATE      : 'update' ;
DELETE      : 'delete' ;
SET         : 'set' ;
WHERE       : 'where' ;

VAR       : '$' [a-z_] [A-Za-z0-9_]* ;
IDENT     : [a-z_] [A-Za-z0-9_]* ;
TYPE_NAME : [A-Z] [A-Za-z0-9_]* ;
FLOAT     : [0-9]+ '.' [0-9]+ ;
INT       : [0-9]+ ;
STRING    : '"' (~["\\] | '\\' .)* '"' ;

LBRACE   : '{' ;
RBRACE   : '}' ;
LPAREN   : '(' ;
RPAREN   : ')' ;
LBRACKET : '[' ;
RBRACKET : ']' ;
COMMA    : ',' ;
COLON    : ':' ;
DOT      : '.' ;
AT       : '@' ;
QUESTION : '?' ;
GE       : '>=' ;
LE       : '<=' ;
NE       : '!=' ;
GT       : '>' ;
LT       : '<' ;
EQ       : '=' ;

LINE_COMMENT  : '//' ~[\r\n]* -> channel(HIDDEN) ;
BLOCK_COMMENT : '/*' .*? '*/' -> channel(HIDDEN) ;
WHITESPACE    : [ \t\r\n]+ -> skip ;

// Never part of a valid query; they only make the diagnostics precise.
UNTERMINATED_STRING  : '"' (~["\\] | '\\' .)* '\\'? ;
UNTERMINATED_COMMENT : '/*' (~'*' | '*'+ ~[*/])* '*'* ;
UNKNOWN              : . ;

package io.omnigraph.schema;

import io.omnigraph.model.DidYouMean;
import io.omnigraph.schema.grammar.SchemaGrammarLexer;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.antlr.v4.runtime.Token;
import org.antlr.v4.runtime.Vocabulary;
import org.antlr.v4.runtime.misc.IntervalSet;
import org.jspecify.annotations.Nullable;

/** What to do about a syntax error, where a frequent mistake or a similar word tells. */
final class SyntaxHints {

  /** How other languages call our types, folded to lower case. */
  private static final Map<String, String> FOREIGN_TYPES =
      Map.ofEntries(
          Map.entry("int", "integers are `I32` and `I64`"),
          Map.entry("integer", "integers are `I32` and `I64`"),
          Map.entry("long", "integers are `I32` and `I64`"),
          Map.entry("number", "numbers are `I32`, `I64`, `F32` and `F64`"),
          Map.entry("float", "floating-point numbers are `F32` and `F64`"),
          Map.entry("float32", "floating-point numbers are `F32` and `F64`"),
          Map.entry("float64", "floating-point numbers are `F32` and `F64`"),
          Map.entry("double", "floating-point numbers are `F32` and `F64`"),
          Map.entry("boolean", "truth values are `Bool`"),
          Map.entry("str", "text is `String`"),
          Map.entry("text", "text is `String`"),
          Map.entry("varchar", "text is `String`"),
          Map.entry("timestamp", "instants are `DateTime`"),
          Map.entry("bytes", "bytes are `Blob`"),
          Map.entry("binary", "bytes are `Blob`"),
          Map.entry("list", "lists are written `[T]`"),
          Map.entry("array", "lists are written `[T]`"));

  /** How other languages call our keywords. */
  private static final Map<String, String> FOREIGN_KEYWORDS =
      Map.of(
          "type", "node",
          "class", "node",
          "vertex", "node",
          "table", "node",
          "relation", "edge",
          "trait", "interface",
          "extends", "implements");

  private SyntaxHints() {}

  /**
   * @param expected what could have stood here
   * @param found what stands here
   */
  static @Nullable String hint(IntervalSet expected, Vocabulary vocabulary, Token found) {
    if (found.getType() == Token.EOF) {
      return expected.contains(SchemaGrammarLexer.RIGHT_BRACE) ? "a `}` is missing" : null;
    }
    if (SyntaxErrors.isSoftName(found.getType()) || SyntaxErrors.isSoftTypeName(found.getType())) {
      String hint = wordHint(expected, vocabulary, found.getText());
      if (hint != null) {
        return hint;
      }
    }
    if (expected.size() == 1 && expected.contains(SchemaGrammarLexer.LEFT_PAREN)) {
      return "constraints take parentheses; annotations stand directly after their property";
    }
    return tokenHint(expected, found);
  }

  /** A word that resembles or means one of those expected. */
  private static @Nullable String wordHint(
      IntervalSet expected, Vocabulary vocabulary, String word) {
    List<String> keywords = keywords(expected, vocabulary);
    if (keywords.contains("String") && !expected.contains(SchemaGrammarLexer.TYPE_NAME)) {
      String foreign = FOREIGN_TYPES.get(word.toLowerCase(Locale.ROOT));
      if (foreign != null) {
        return foreign;
      }
    }
    String meant = FOREIGN_KEYWORDS.get(word);
    return meant != null && keywords.contains(meant)
        ? "did you mean `" + meant + "`?"
        : DidYouMean.hint(word, keywords);
  }

  private static @Nullable String tokenHint(IntervalSet expected, Token found) {
    boolean inBody = expected.contains(SchemaGrammarLexer.RIGHT_BRACE);
    return switch (found.getType()) {
      case SchemaGrammarLexer.COMMA ->
          inBody ? "properties stand one after the other, without commas" : null;
      case SchemaGrammarLexer.EQUALS -> inBody ? "properties have no default values" : null;
      case SchemaGrammarLexer.INTERFACE, SchemaGrammarLexer.NODE, SchemaGrammarLexer.EDGE ->
          inBody ? "a `}` is missing before this declaration" : null;
      case SchemaGrammarLexer.AT -> annotationHint(expected, inBody);
      case SchemaGrammarLexer.LEFT_PAREN ->
          expected.contains(SchemaGrammarLexer.IMPLEMENTS) ? "constraints stand in the body" : null;
      case SchemaGrammarLexer.IMPLEMENTS ->
          expected.contains(SchemaGrammarLexer.COMMA)
              ? "several interfaces are separated by commas"
              : null;
      case SchemaGrammarLexer.DOT_DOT -> rangeHint(expected);
      case SchemaGrammarLexer.MINUS -> "negative numbers may stand in `@range` only";
      case SchemaGrammarLexer.IDENT ->
          expected.contains(SchemaGrammarLexer.TYPE_NAME)
              ? "type names begin with an upper-case letter"
              : null;
      default -> typeHint(expected, found);
    };
  }

  private static @Nullable String annotationHint(IntervalSet expected, boolean inBody) {
    if (expected.contains(SchemaGrammarLexer.COMMA)
        && expected.contains(SchemaGrammarLexer.LEFT_BRACE)) {
      return "annotations stand before `implements`";
    }
    if (expected.contains(SchemaGrammarLexer.NODE) && !inBody) {
      return "annotations stand after the name of the type";
    }
    return inBody ? "interfaces have no constraints of their own" : null;
  }

  private static @Nullable String rangeHint(IntervalSet expected) {
    if (expected.contains(SchemaGrammarLexer.RIGHT_PAREN)) {
      return "`@card(min..max)` stands before the annotations of an edge";
    }
    return expected.contains(SchemaGrammarLexer.AT)
        ? "`@card` needs a minimum: `@card(0..max)`"
        : null;
  }

  private static @Nullable String typeHint(IntervalSet expected, Token found) {
    if (!SyntaxErrors.isSoftTypeName(found.getType())
        && found.getType() != SchemaGrammarLexer.ENUM) {
      return null;
    }
    if (expected.contains(SchemaGrammarLexer.STRING_TYPE)) {
      return found.getType() == SchemaGrammarLexer.TYPE_NAME ? null : "lists hold base types only";
    }
    if (expected.contains(SchemaGrammarLexer.STRING)) {
      return "put it in double quotes";
    }
    if (expected.contains(SchemaGrammarLexer.IDENT)) {
      return "property names begin with a lower-case letter or `_`";
    }
    boolean colonMissing = expected.size() == 1 && expected.contains(SchemaGrammarLexer.COLON);
    return colonMissing ? "a `:` is missing" : null;
  }

  private static List<String> keywords(IntervalSet expected, Vocabulary vocabulary) {
    List<String> words = new ArrayList<>();
    for (int type : expected.toList()) {
      String literal = vocabulary.getLiteralName(type);
      if (literal != null && Character.isLetter(literal.charAt(1))) {
        words.add(literal.substring(1, literal.length() - 1));
      }
    }
    return words;
  }
}

package io.omnigraph.query;

import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Supplier;

/** Writes random sources: well-formed by the grammar (not by the types), or mutilated. */
final class QuerySourceGenerator {

  private static final List<String> WORDS =
      List.of(
          "handle",
          "years",
          "not",
          "match",
          "return",
          "order",
          "as",
          "asc",
          "is",
          "null",
          "count",
          "nearest",
          "true",
          "limit",
          "x",
          "_y",
          "contains",
          "now",
          "date",
          "rrf");
  private static final List<String> TYPES = List.of("Member", "Guild", "Ghost", "String", "A_1");
  private static final List<String> OPERATORS =
      List.of("=", "!=", "<", "<=", ">", ">=", "contains", "starts_with");
  private static final List<String> BLANKS =
      List.of(" ", " ", " ", "\n", "\n\n", "\t", " // c\n", " /* d */ ", "\n// own\n", "/* \n */");
  private static final List<String> JUNK =
      List.of(
          "{",
          "}",
          "(",
          ")",
          "[",
          "]",
          "\"",
          "\\",
          "$",
          "@",
          "#",
          "'",
          "-",
          "/*",
          "//",
          ".",
          ":",
          "\u0000",
          "\ud800",
          "\udc00",
          "\ud83d\ude00",
          "\u202e",
          "\ufeff",
          "é",
          "query",
          "match {",
          "return {",
          "not {",
          "1e9",
          "99999999999999999999",
          "\"\\q\"",
          "<",
          ">",
          "=",
          ",",
          "..");

  private final SplittableRandom random;

  QuerySourceGenerator(long seed) {
    this.random = new SplittableRandom(seed);
  }

  /** A source that the grammar accepts. */
  String source() {
    return repeat(1, 3, this::query, "\n") + (random.nextInt(4) == 0 ? "// end" : "");
  }

  /** A source with a few random edits. */
  String mutilated() {
    var text = new StringBuilder(source());
    for (int i = random.nextInt(1, 6); i > 0 && !text.isEmpty(); i--) {
      int at = random.nextInt(text.length());
      switch (random.nextInt(4)) {
        case 0 -> text.insert(at, pick(JUNK));
        case 1 -> text.delete(at, Math.min(text.length(), at + random.nextInt(1, 12)));
        case 2 -> text.insert(at, text.substring(at, Math.min(text.length(), at + 20)));
        default -> text.setCharAt(at, (char) random.nextInt(0x10000));
      }
    }
    return text.toString();
  }

  /** Random tokens without any order. */
  String noise() {
    return repeat(1, 60, () -> random.nextBoolean() ? pick(JUNK) : pick(WORDS), " ");
  }

  private String query() {
    String head =
        "query" + gap() + name() + blank() + "(" + repeat(0, 3, this::parameter, ",") + ")";
    if (random.nextInt(4) == 0) {
      head += " @description(" + string() + ")" + blank();
    }
    String body = random.nextInt(4) == 0 ? repeat(1, 3, this::statement, gap()) : read();
    return head + "{" + blank() + body + blank() + "}";
  }

  private String parameter() {
    String type =
        switch (random.nextInt(4)) {
          case 0 -> "[" + pick(TYPES) + "]";
          case 1 -> "Vector(" + random.nextInt(5) + ")";
          default -> pick(List.of("String", "I32", "Date", "Bool"));
        };
    return variable() + blank() + ":" + type + (random.nextBoolean() ? "?" : "");
  }

  private String read() {
    String text =
        "match" + blank() + "{" + blank() + repeat(1, 5, () -> clause(3), gap()) + blank() + "}";
    text += blank() + "return {" + repeat(1, 4, this::projection, gap()) + "}";
    if (random.nextBoolean()) {
      text += "order {" + repeat(1, 3, this::ordering, ",") + "}";
    }
    if (random.nextBoolean()) {
      text += gap() + "limit " + (random.nextBoolean() ? "3" : variable());
    }
    return text;
  }

  private String clause(int depth) {
    return switch (random.nextInt(depth > 0 ? 7 : 6)) {
      case 0 -> variable() + ":" + gap() + pick(TYPES);
      case 1 ->
          variable() + " : " + pick(TYPES) + "{" + repeat(1, 3, this::match, ",") + "}" + blank();
      case 2 -> variable() + gap() + edgeWord() + bounds() + gap() + variable();
      case 3 -> variable() + " $e:<" + edgeWord() + ">" + variable();
      case 4 -> expression(2) + gap() + pick(OPERATORS) + gap() + expression(2);
      case 5 -> "$a." + name() + " is" + (random.nextBoolean() ? " not" : "") + gap() + "null";
      default -> "not" + blank() + "{" + repeat(1, 3, () -> clause(depth - 1), gap()) + "}";
    };
  }

  private String bounds() {
    return random.nextInt(3) == 0 ? "{" + random.nextInt(3) + "," + random.nextInt(4) + "}" : "";
  }

  private String match() {
    return name() + ":" + blank() + value();
  }

  private String projection() {
    return expression(2) + (random.nextBoolean() ? " as " + name() : "") + "," + blank();
  }

  private String ordering() {
    return "$a." + name() + (random.nextBoolean() ? gap() + "desc" : "");
  }

  private String statement() {
    return switch (random.nextInt(3)) {
      case 0 -> "insert " + pick(TYPES) + "{" + repeat(0, 3, this::match, gap()) + "}";
      case 1 ->
          "update "
              + pick(TYPES)
              + " set {"
              + repeat(1, 3, this::match, " , ")
              + "} where "
              + name()
              + " = "
              + value();
      default -> "delete " + pick(TYPES) + gap() + "where " + name() + " >= " + value();
    };
  }

  private String expression(int depth) {
    return switch (random.nextInt(depth > 0 ? 9 : 5)) {
      case 0, 1 -> variable() + "." + name();
      case 2 -> variable();
      case 3 -> literal(2);
      case 4 -> "now()";
      case 5 -> "count(" + expression(depth - 1) + ")";
      case 6 -> "search(" + expression(depth - 1) + "," + expression(depth - 1) + ")";
      case 7 -> "bm25($a." + name() + ", " + literal(1) + ")";
      default -> "nearest($a." + name() + ", " + expression(depth - 1) + ")";
    };
  }

  private String value() {
    return random.nextBoolean() ? literal(2) : variable();
  }

  private String literal(int depth) {
    return switch (random.nextInt(depth > 0 ? 7 : 6)) {
      case 0 -> string();
      case 1 -> "1.5";
      case 2 -> String.valueOf(random.nextLong(1L << 40));
      case 3 -> "true";
      case 4 -> "date(\"2024-01-01\")";
      case 5 -> "datetime(\"x\")";
      default -> "[" + repeat(0, 3, () -> literal(depth - 1), ",") + "]";
    };
  }

  private String string() {
    return pick(
        List.of(
            "\"\"", "\"x // y\"", "\"a\\n\\\"b\\\"\"", "\"two\n  lines \"", "\"\ud83d\ude00\""));
  }

  private String variable() {
    return pick(List.of("$a", "$b", "$p", "$_", "$limit"));
  }

  private String name() {
    return pick(WORDS);
  }

  private String edgeWord() {
    String word = pick(WORDS);
    return word.equals("not") ? "knows" : word;
  }

  private String gap() {
    return pick(BLANKS);
  }

  private String blank() {
    return random.nextBoolean() ? "" : pick(BLANKS);
  }

  private String pick(List<String> items) {
    return items.get(random.nextInt(items.size()));
  }

  private String repeat(int least, int most, Supplier<String> item, String separator) {
    var text = new StringBuilder();
    int count = random.nextInt(least, most + 1);
    for (int i = 0; i < count; i++) {
      text.append(i == 0 ? "" : separator).append(item.get());
    }
    return text.toString();
  }
}

package io.omnigraph.schema;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Random schema text, repeatable from the seed of the random source. */
final class RandomSchemas {

  private static final String[] TOKENS = {
    "interface",
    "node",
    "edge",
    "implements",
    "enum",
    "Vector",
    "String",
    "Blob",
    "Bool",
    "I32",
    "F64",
    "DateTime",
    "A",
    "B",
    "Knows",
    "x",
    "y",
    "_z",
    "key",
    "@key",
    "@unique",
    "@index",
    "@range",
    "@check",
    "@card",
    "@embed",
    "@description",
    "@rename_from",
    "@foo",
    "{",
    "}",
    "(",
    ")",
    "[",
    "]",
    ":",
    ",",
    "@",
    "?",
    "=",
    "->",
    "..",
    "-",
    "0",
    "1",
    "3.5",
    "99999999999999999999",
    "\"s\"",
    "\"\\q\"",
    "\"",
    "//",
    "/*",
    "*/",
    "\n",
    "é",
    "#",
    "true",
    "src",
    "id"
  };

  private static final String[] SCALARS = {
    "String", "Bool", "I32", "I64", "U32", "U64", "F32", "F64", "Date", "DateTime"
  };

  private static final String[] TEXTS = {
    "\"d\"", "\"a \\\"b\\\"\"", "\"\\n\\t\\\\\"", "\"𝄞 é\"", "\"// no /* comment\"", "\"a\nb\""
  };

  private static final String[] COMMENTS = {
    "", "", "", " ", "\n", "\n\n\n", " // c\n", "/* c */", "/* two\n  lines */\n", "\t", "\r\n"
  };

  private RandomSchemas() {}

  static String tokenSoup(Random random, int tokens) {
    var out = new StringBuilder();
    for (int i = 0; i < tokens; i++) {
      out.append(pick(random, TOKENS)).append(random.nextInt(4) == 0 ? "" : " ");
    }
    return out.toString();
  }

  static String characters(Random random, int count) {
    var out = new StringBuilder();
    for (int i = 0; i < count; i++) {
      switch (random.nextInt(4)) {
        case 0 -> out.append((char) random.nextInt(0x10000));
        case 1 -> out.appendCodePoint(random.nextInt(0x110000));
        default -> out.append((char) random.nextInt(128));
      }
    }
    return out.toString();
  }

  /** Deletes, doubles, swaps or replaces a few pieces of a text. */
  static String damage(Random random, String text) {
    var out = new StringBuilder(text);
    for (int i = 1 + random.nextInt(4); i > 0 && !out.isEmpty(); i--) {
      int at = random.nextInt(out.length());
      int end = Math.min(out.length(), at + 1 + random.nextInt(8));
      switch (random.nextInt(4)) {
        case 0 -> out.delete(at, end);
        case 1 -> out.insert(at, out.substring(at, end));
        case 2 -> out.insert(at, pick(random, TOKENS));
        default ->
            out.setCharAt(at, (char) (random.nextInt(10) == 0 ? 0xD800 : random.nextInt(128)));
      }
    }
    return out.toString();
  }

  /** A schema without faults, with comments and blanks in odd places. */
  static String valid(Random random) {
    var out = new StringBuilder();
    int interfaces = random.nextInt(3);
    int nodes = 1 + random.nextInt(4);
    List<String> declarations = new ArrayList<>();
    for (int i = 0; i < interfaces; i++) {
      declarations.add(
          "interface"
              + blank(random)
              + "I"
              + i
              + gap(random)
              + "{"
              + gap(random)
              + "i"
              + i
              + ":"
              + gap(random)
              + type(random)
              + gap(random)
              + "}");
    }
    for (int i = 0; i < nodes; i++) {
      declarations.add(node(random, i, interfaces));
    }
    for (int i = random.nextInt(4); i > 0; i--) {
      declarations.add(edge(random, i, nodes));
    }
    java.util.Collections.shuffle(declarations, random);
    for (String declaration : declarations) {
      out.append(gap(random)).append(declaration).append(gap(random)).append('\n');
    }
    return out.append(gap(random)).toString();
  }

  private static String node(Random random, int number, int interfaces) {
    var out = new StringBuilder("node").append(blank(random)).append("N").append(number);
    out.append(annotations(random));
    if (interfaces > 0 && random.nextBoolean()) {
      out.append(blank(random)).append("implements").append(blank(random)).append("I0");
      if (interfaces > 1 && random.nextBoolean()) {
        out.append(gap(random)).append(",").append(gap(random)).append("I1");
      }
    }
    out.append(gap(random)).append("{").append(gap(random));
    int properties = random.nextInt(6);
    for (int i = 0; i < properties; i++) {
      out.append("p").append(i).append(gap(random)).append(":").append(gap(random));
      out.append(type(random)).append(annotations(random)).append(blank(random));
    }
    if (random.nextBoolean()) {
      out.append("k: String @key v: Vector(3)?@embed(k,model=\"m\") n: F64? l: [I32]? b: Blob? ");
      out.append("@range(n,").append(gap(random)).append(pick(random, "-1..2", "..3.5", "0.25 .."));
      out.append(")")
          .append(blank(random))
          .append("@check(k, \"^[a-z]+$\")@index(n,k)@unique( n )");
    }
    return out.append(gap(random)).append("}").toString();
  }

  private static String edge(Random random, int number, int nodes) {
    var out = new StringBuilder("edge").append(blank(random)).append("E").append(number);
    out.append(":").append(gap(random)).append("N").append(random.nextInt(nodes));
    out.append(gap(random))
        .append("->")
        .append(gap(random))
        .append("N")
        .append(random.nextInt(nodes));
    out.append(pick(random, "", " @card(0..1)", "@card( 1 .. )"));
    out.append(annotations(random));
    if (random.nextBoolean()) {
      out.append(gap(random)).append("{").append(gap(random)).append("w:").append(type(random));
      out.append(random.nextBoolean() ? " @unique(src, dst)" : "").append(gap(random)).append("}");
    }
    return out.toString();
  }

  private static String type(Random random) {
    String type =
        switch (random.nextInt(6)) {
          case 0 -> "[" + pick(random, SCALARS) + "]";
          case 1 -> "enum(" + gap(random) + "a-1" + gap(random) + ", 2y," + gap(random) + "Z_ )";
          default -> pick(random, SCALARS);
        };
    boolean indexable = !type.startsWith("[");
    return type + pick(random, "", "?", " ?") + (indexable ? pick(random, "", "", " @index") : "");
  }

  private static String annotations(Random random) {
    return switch (random.nextInt(5)) {
      case 0 -> " @description(" + gap(random) + pick(random, TEXTS) + gap(random) + ")";
      case 1 -> "@foo @bar(baz)" + gap(random) + "@foo(1.5," + gap(random) + "k=\"v\" , l = true)";
      default -> "";
    };
  }

  private static String gap(Random random) {
    return pick(random, COMMENTS);
  }

  /** As {@link #gap}, and at least one blank. */
  private static String blank(Random random) {
    return " " + gap(random);
  }

  private static String pick(Random random, String... values) {
    return values[random.nextInt(values.length)];
  }
}

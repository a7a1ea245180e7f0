package io.omnigraph.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.omnigraph.api.Json;
import io.omnigraph.api.ReadOutput;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;

/** Prints the rows of a read query. */
final class RowPrinter {

  private final PrintStream out;
  private final CommandContext context;

  RowPrinter(CommandContext context) {
    this.context = context;
    this.out = context.terminal().out();
  }

  void print(ReadOutput output, OutputFormat format) {
    switch (format) {
      case TABLE -> table(output);
      case KV -> blocks(output);
      case CSV -> csv(output);
      case JSONL -> jsonLines(output);
      case JSON -> context.printJson(output);
    }
  }

  private static List<String> columns(ReadOutput output) {
    if (!output.columns().isEmpty()) {
      return output.columns();
    }
    var names = new TreeSet<String>();
    output.rows().forEach(row -> row.fieldNames().forEachRemaining(names::add));
    return List.copyOf(names);
  }

  private static String header(ReadOutput output) {
    ReadOutput.Target target = output.target();
    String from =
        target.branch() != null ? "branch " + target.branch() : "snapshot " + target.snapshot();
    return output.rowCount() + " rows from " + from + " via " + output.queryName();
  }

  private void table(ReadOutput output) {
    out.println(header(output));
    List<String> columns = columns(output);
    if (columns.isEmpty()) {
      out.println("(no rows)");
      return;
    }
    int maxWidth = context.config().maxColumnWidth();
    boolean wrap = context.config().wrapCells();
    var cells = new ArrayList<List<List<String>>>();
    var widths = new int[columns.size()];
    for (int c = 0; c < columns.size(); c++) {
      widths[c] = Math.min(maxWidth, width(columns.get(c)));
    }
    for (ObjectNode row : output.rows()) {
      var line = new ArrayList<List<String>>();
      for (int c = 0; c < columns.size(); c++) {
        String text = text(row.path(columns.get(c))).replace("\n", "\\n").replace("\r", "\\r");
        List<String> pieces = wrap ? wrap(text, maxWidth) : List.of(truncate(text, maxWidth));
        for (String piece : pieces) {
          widths[c] = Math.max(widths[c], width(piece));
        }
        line.add(pieces);
      }
      cells.add(line);
    }
    var head = new ArrayList<List<String>>();
    columns.forEach(column -> head.add(List.of(truncate(column, maxWidth))));
    line(head, widths);
    var rule = new ArrayList<String>();
    for (int width : widths) {
      rule.add("-".repeat(width));
    }
    out.println(String.join("-+-", rule));
    cells.forEach(cell -> line(cell, widths));
  }

  private void line(List<List<String>> cells, int[] widths) {
    int height = cells.stream().mapToInt(List::size).max().orElse(1);
    for (int i = 0; i < height; i++) {
      var parts = new ArrayList<String>();
      for (int c = 0; c < cells.size(); c++) {
        List<String> pieces = cells.get(c);
        String piece = i < pieces.size() ? pieces.get(i) : "";
        parts.add(piece + " ".repeat(Math.max(0, widths[c] - width(piece))));
      }
      out.println(String.join(" | ", parts).stripTrailing());
    }
  }

  private static int width(String text) {
    return text.codePointCount(0, text.length());
  }

  private static String truncate(String text, int max) {
    if (width(text) <= max) {
      return text;
    }
    return text.substring(0, text.offsetByCodePoints(0, max - 1)) + "…";
  }

  private static List<String> wrap(String text, int max) {
    var pieces = new ArrayList<String>();
    String rest = text;
    while (width(rest) > max) {
      int cut = rest.offsetByCodePoints(0, max);
      pieces.add(rest.substring(0, cut));
      rest = rest.substring(cut);
    }
    pieces.add(rest);
    return pieces;
  }

  private void blocks(ReadOutput output) {
    out.println(header(output));
    int number = 1;
    for (ObjectNode row : output.rows()) {
      out.println("row " + number++);
      for (String column : columns(output)) {
        out.println(column + ": " + text(row.path(column)));
      }
    }
  }

  private void csv(ReadOutput output) {
    List<String> columns = columns(output);
    out.println(String.join(",", columns.stream().map(RowPrinter::quoted).toList()));
    for (ObjectNode row : output.rows()) {
      out.println(
          String.join(",", columns.stream().map(column -> csvCell(row.path(column))).toList()));
    }
  }

  /** Null is an empty cell; an empty string is a quoted one. */
  private static String csvCell(JsonNode value) {
    if (value.isNull() || value.isMissingNode()) {
      return "";
    }
    String text = text(value);
    return text.isEmpty() ? "\"\"" : quoted(text);
  }

  private static String quoted(String text) {
    boolean plain =
        text.indexOf(',') < 0
            && text.indexOf('"') < 0
            && text.indexOf('\n') < 0
            && text.indexOf('\r') < 0;
    return plain ? text : '"' + text.replace("\"", "\"\"") + '"';
  }

  private void jsonLines(ReadOutput output) {
    ObjectNode metadata = Json.MAPPER.createObjectNode();
    metadata.put("kind", "metadata");
    metadata.put("query_name", output.queryName());
    metadata.set("target", Json.MAPPER.valueToTree(output.target()));
    metadata.put("row_count", output.rowCount());
    out.println(metadata);
    for (ObjectNode row : output.rows()) {
      out.println(new String(Json.bytes(row), StandardCharsets.UTF_8));
    }
  }

  /** Strings as they are, everything else as JSON. */
  private static String text(JsonNode value) {
    if (value.isTextual()) {
      return value.textValue();
    }
    return value.isNull() || value.isMissingNode() ? "null" : value.toString();
  }
}

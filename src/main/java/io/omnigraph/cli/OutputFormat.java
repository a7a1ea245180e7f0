package io.omnigraph.cli;

import java.util.Locale;

/** How rows are printed. */
enum OutputFormat {
  TABLE,
  KV,
  CSV,
  JSONL,
  JSON;

  static OutputFormat parse(String word) {
    for (OutputFormat format : values()) {
      if (format.name().toLowerCase(Locale.ROOT).equals(word)) {
        return format;
      }
    }
    throw new CliException(
        "unknown output format '" + word + "'; expected table, kv, csv, jsonl or json");
  }
}

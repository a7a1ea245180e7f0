package io.omnigraph.cases;

import io.omnigraph.cases.Case.Section;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Reads {@code .gqt} files. */
public final class CaseFiles {

  private static final Path ROOT = Path.of("src/test/resources/cases");

  private static final Set<String> KEYWORDS =
      Set.of(
          "schema",
          "data",
          "query",
          "params",
          "lint",
          "migrate",
          "apply",
          "format",
          "stored",
          "load",
          "embedder",
          "at",
          "statistics",
          "ok",
          "error",
          "fails",
          "rows",
          "columns",
          "affected",
          "loaded",
          "exported",
          "version",
          "applied",
          "plan",
          "bound",
          "findings",
          "steps",
          "unsupported",
          "formatted",
          "canonical",
          "same",
          "catalog",
          "warnings",
          "operation",
          "unnamed");

  private CaseFiles() {}

  /** Every case of every file, in the order of file names. */
  public static List<Case> all() {
    try (Stream<Path> files = Files.walk(ROOT)) {
      return files
          .filter(f -> f.toString().endsWith(".gqt"))
          .sorted()
          .flatMap(f -> read(f).stream())
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static List<Case> read(Path file) {
    try {
      String name = ROOT.relativize(file).toString().replace('\\', '/');
      return parse(name, Files.readString(file));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static List<Case> parse(String file, String text) {
    return new Reader(file).read(text.lines().toList());
  }

  private static final class Reader {
    private final String file;
    private final List<Case> cases = new ArrayList<>();
    private List<Section> head = new ArrayList<>();
    private boolean headOpen = true;
    private String name = "";
    private int caseLine;
    private List<String> covers = new ArrayList<>();
    private List<Section> sections = new ArrayList<>();

    Reader(String file) {
      this.file = file;
    }

    List<Case> read(List<String> lines) {
      int i = 0;
      while (i < lines.size()) {
        String line = lines.get(i);
        if (line.startsWith("=== case ")) {
          finish();
          name = line.substring("=== case ".length()).strip();
          caseLine = i + 1;
          headOpen = true;
          i++;
        } else if (line.startsWith("=== ")) {
          finish();
          if (headOpen && !cases.isEmpty() && sectionKeyword(line).equals("schema")) {
            head = new ArrayList<>();
          }
          i = section(lines, i, head);
        } else if (line.startsWith("--- ")) {
          if (name.isEmpty()) {
            throw problem(i, "a section outside of a case");
          }
          i = section(lines, i, sections);
        } else if (line.startsWith("covers:") && !name.isEmpty()) {
          for (String item : line.substring("covers:".length()).split(",")) {
            covers.add(item.strip());
          }
          i++;
        } else if (line.isBlank() || line.startsWith("#")) {
          i++;
        } else {
          throw problem(i, "neither a heading nor part of a section: " + line);
        }
      }
      finish();
      return cases;
    }

    private static String sectionKeyword(String line) {
      return line.substring(4).strip().split(" ", 2)[0];
    }

    private int section(List<String> lines, int at, List<Section> into) {
      String[] heading = lines.get(at).substring(4).strip().split(" ", 2);
      if (!KEYWORDS.contains(heading[0])) {
        throw problem(at, "unknown section " + heading[0]);
      }
      int end = at + 1;
      while (end < lines.size()
          && !lines.get(end).startsWith("=== ")
          && !lines.get(end).startsWith("--- ")) {
        end++;
      }
      String body =
          lines.subList(at + 1, end).stream()
              .filter(line -> !line.startsWith("# ---"))
              .collect(Collectors.joining("\n"))
              .stripTrailing();
      into.add(new Section(heading[0], heading.length > 1 ? heading[1].strip() : "", body, at + 1));
      return end;
    }

    private void finish() {
      if (name.isEmpty()) {
        return;
      }
      var all = new ArrayList<>(head);
      all.addAll(sections);
      cases.add(new Case(file, caseLine, name, List.copyOf(covers), List.copyOf(all)));
      name = "";
      covers = new ArrayList<>();
      sections = new ArrayList<>();
    }

    private IllegalStateException problem(int index, String message) {
      return new IllegalStateException(file + ":" + (index + 1) + ": " + message);
    }
  }
}

package io.omnigraph.cases;

import java.util.List;
import java.util.Set;

/**
 * One case of a file.
 *
 * @param file path below the folder of cases
 * @param line of its heading
 * @param name the sentence it proves
 * @param covers what it covers: {@code row 53}, {@code T6}, ...
 * @param sections inputs and expectations in order, those of the file's head first
 */
public record Case(
    String file, int line, String name, List<String> covers, List<Section> sections) {

  /** Expectations that need an engine. */
  private static final Set<String> OF_THE_ENGINE =
      Set.of("rows", "affected", "fails", "loaded", "exported", "version", "applied");

  /**
   * A part of a case.
   *
   * @param keyword what it is
   * @param argument what follows the keyword on its line
   * @param body the lines up to the next section, without trailing blank lines
   */
  public record Section(String keyword, String argument, String body, int line) {

    /** The lines of the body that are not blank. */
    public List<String> lines() {
      return body.lines().filter(l -> !l.isBlank()).map(String::strip).toList();
    }
  }

  /** True if running it to the end needs an engine. */
  public boolean needsEngine() {
    return sections.stream().anyMatch(s -> OF_THE_ENGINE.contains(s.keyword()));
  }

  @Override
  public String toString() {
    return file + ":" + line + " " + name;
  }
}

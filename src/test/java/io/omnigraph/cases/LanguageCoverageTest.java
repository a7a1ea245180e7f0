package io.omnigraph.cases;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import org.junit.jupiter.api.Test;

/** Every fact, code and message of the languages has a case. */
class LanguageCoverageTest {

  private static final Path PAGE = Path.of("docs/dev/language-coverage.md");

  private final LanguageCoverage coverage = new LanguageCoverage(CaseFiles.all());

  @Test
  void every_fact_and_code_has_a_case() {
    var missing = new ArrayList<>(LanguageCoverage.requiredItems());
    missing.removeAll(coverage.byItem().keySet());
    assertThat(missing).isEmpty();
  }

  @Test
  void every_message_has_a_case() {
    var missing = new ArrayList<>(LanguageCoverage.requiredMessages());
    missing.removeAll(coverage.byMessage().keySet());
    assertThat(missing).isEmpty();
  }

  @Test
  void the_page_for_developers_shows_the_cases() throws IOException {
    if (Boolean.getBoolean("coverage.write")) {
      Files.writeString(PAGE, coverage.page());
    }
    assertThat(Files.readString(PAGE)).isEqualTo(coverage.page());
  }
}

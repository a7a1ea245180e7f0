package io.omnigraph.publish;

import static org.assertj.core.api.Assertions.assertThat;

import io.omnigraph.model.TableKey;
import io.omnigraph.publish.LegacySidecar.Matching;
import io.omnigraph.publish.LegacySidecar.Pin;
import io.omnigraph.publish.LegacySidecar.Verdict;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The arithmetic of version numbers by which sidecars of schema versions 1 and 2 are judged. */
class LegacySidecarTest {

  @ParameterizedTest(
      name = "{0}: expected {1}, promised {2}, confirmed {3}; published {4}, newest {5}")
  @CsvSource(
      nullValues = "-",
      value = {
        // whatever the kind
        "STRICT,    5, 6, -, 5, 4, INVARIANT_VIOLATION",
        "LOOSE,     5, 6, -, 5, 4, INVARIANT_VIOLATION",
        "CONFIRMED, 5, 6, 6, 5, 4, INVARIANT_VIOLATION",
        "STRICT,    5, 6, -, 5, 5, NO_MOVEMENT",
        "LOOSE,     4, 6, -, 5, 5, NO_MOVEMENT",
        "CONFIRMED, 5, 6, 6, 5, 5, NO_MOVEMENT",
        "STRICT,    0, 1, -, 0, 0, NO_MOVEMENT",
        // exactly one commit, from exactly the expected version, to exactly the promised one
        "STRICT,    5, 6, -, 5, 6, ROLLED_PAST_EXPECTED",
        "STRICT,    0, 1, -, 0, 1, ROLLED_PAST_EXPECTED",
        "STRICT,    4, 6, -, 5, 6, UNEXPECTED_AT_P1",
        "STRICT,    5, 7, -, 5, 6, UNEXPECTED_AT_P1",
        "STRICT,    5, 7, -, 5, 7, UNEXPECTED_MULTISTEP",
        "STRICT,    4, 7, -, 5, 7, UNEXPECTED_MULTISTEP",
        // any number of commits from the expected version
        "LOOSE,     5, 6, -, 5, 6, ROLLED_PAST_EXPECTED",
        "LOOSE,     5, 6, -, 5, 9, ROLLED_PAST_EXPECTED",
        "LOOSE,     4, 6, -, 5, 6, UNEXPECTED_AT_P1",
        "LOOSE,     4, 6, -, 5, 7, UNEXPECTED_MULTISTEP",
        // exactly what was written down in the end
        "CONFIRMED, 5, 6, 8, 5, 8, ROLLED_PAST_EXPECTED",
        "CONFIRMED, 5, 6, -, 5, 6, INCOMPLETE_PHASE_B",
        "CONFIRMED, 5, 6, 8, 5, 7, UNEXPECTED_MULTISTEP",
        "CONFIRMED, 4, 6, 6, 5, 6, UNEXPECTED_MULTISTEP",
      })
  void a_table_is_judged_by_what_was_promised_and_what_is_there(
      Matching matching,
      long expected,
      long promised,
      Long confirmed,
      long published,
      long newest,
      Verdict verdict) {
    Pin pin = new Pin(TableKey.node("Person"), null, expected, promised, confirmed, null);
    assertThat(LegacySidecar.judge(matching, pin, published, newest)).isEqualTo(verdict);
  }
}

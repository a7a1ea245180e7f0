package io.omnigraph.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DidYouMeanTest {

  private static final List<String> NAMES = List.of("name", "names", "age", "birthday", "mail");

  @ParameterizedTest
  @CsvSource({
    "nmae, name",
    "nam, name",
    "Name, name",
    "namess, names",
    "birtday, birthday",
    "brithdya, birthday",
    "mial, mail",
    "aeg, age"
  })
  void aMistypedWordFindsItsName(String word, String name) {
    assertThat(DidYouMean.nearest(word, NAMES)).contains(name);
  }

  @ParameterizedTest
  @CsvSource({"xyz", "a", "birth", "age"})
  void aStrangeWordFindsNothing(String word) {
    assertThat(DidYouMean.nearest(word, NAMES)).isEmpty();
  }

  @Test
  void ofEquallyNearNamesTheFirstInTextOrderWins() {
    assertThat(DidYouMean.nearest("cat", List.of("rat", "bat"))).contains("bat");
  }

  @Test
  void theHintIsAQuestion() {
    assertThat(DidYouMean.hint("nmae", NAMES)).isEqualTo("did you mean `name`?");
    assertThat(DidYouMean.hint("zzz", NAMES)).isNull();
  }

  @Test
  void hugeWordsAndListsAreNotCompared() {
    String huge = "a".repeat(100_000);
    assertThat(DidYouMean.nearest(huge, List.of(huge + "b"))).isEmpty();
    assertThat(DidYouMean.nearest("ab", List.of(huge))).isEmpty();
    List<String> many = IntStream.range(0, 20_000).mapToObj(i -> "p" + i).toList();
    assertThat(DidYouMean.nearest("p20001", many)).isEmpty();
  }
}

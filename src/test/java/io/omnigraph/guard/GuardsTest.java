package io.omnigraph.guard;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import io.omnigraph.model.GraphException;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.security.CodeSource;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class GuardsTest {

  private static final String PLANTED = "io.omnigraph.guard.planted";
  private static final Guards GUARDS = new Guards("io.omnigraph");
  private static final Guards GUARDS_OF_PLANTED = new Guards(PLANTED);

  /** For each rule the planted classes that break it; a rule without one is not proven. */
  private static final Map<String, Set<String>> CULPRITS =
      Map.of(
          "rooms use only the rooms below them",
          Set.of("model.UsesStorage", "basement.HasNoPlace"),
          "packages form no cycles",
          Set.of("cycle.first.First", "cycle.second.Second"),
          "Lance stays in storage.lance",
          Set.of("read.OpensLance"),
          "the AWS SDK stays in storage.object",
          Set.of("manifest.TalksToS3"),
          "Vert.x and Mutiny stay in the shell",
          Set.of("write.WaitsForVertx", "write.UsesMutiny"),
          "Arrow starts at storage",
          Set.of("query.HoldsArrow"),
          "only the command line prints",
          Set.of("commit.Prints"),
          "only storage implements the storage seam",
          Set.of("branch.OwnStorage"),
          "only the lane commits tables",
          Set.of("evolve.CommitsByItself"),
          "the kernel takes its time from a clock it was given",
          Set.of("publish.LooksAtTheWall"));

  private static JavaClasses product;
  private static JavaClasses planted;

  @BeforeAll
  static void importClasses() throws URISyntaxException {
    product = new ClassFileImporter().importPath(classesOf(GraphException.class));
    planted =
        new ClassFileImporter()
            .importPath(classesOf(GuardsTest.class).resolve(PLANTED.replace('.', '/')));
  }

  static Set<String> rules() {
    return new TreeSet<>(GUARDS.all().keySet());
  }

  @ParameterizedTest
  @MethodSource("rules")
  void theProductKeepsTheRule(String rule) {
    GUARDS.all().get(rule).check(product);
  }

  @ParameterizedTest
  @MethodSource("rules")
  void aPlantedViolationOfTheRuleIsFound(String rule) {
    var result = GUARDS_OF_PLANTED.all().get(rule).evaluate(planted);

    assertThat(CULPRITS).containsKey(rule);
    String report = String.join("\n", result.getFailureReport().getDetails());
    assertThat(CULPRITS.get(rule)).allSatisfy(name -> assertThat(report).contains(name));
  }

  @Test
  void nothingElseThatIsPlantedBreaksARule() {
    Set<String> reported = new TreeSet<>();
    GUARDS_OF_PLANTED
        .all()
        .forEach(
            (name, rule) ->
                rule.evaluate(planted).getFailureReport().getDetails().stream()
                    .filter(detail -> detail.contains("Innocent"))
                    .forEach(detail -> reported.add(name + ": " + detail)));

    assertThat(reported).isEmpty();
  }

  @Test
  void theProductIsSeen() {
    assertThat(product.contain(GraphException.class)).isTrue();
  }

  private static Path classesOf(Class<?> type) throws URISyntaxException {
    CodeSource source = type.getProtectionDomain().getCodeSource();
    return Path.of(source.getLocation().toURI());
  }
}

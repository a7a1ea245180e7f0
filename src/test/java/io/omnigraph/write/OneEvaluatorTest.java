package io.omnigraph.write;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import io.omnigraph.publish.LaneOperation;
import io.omnigraph.publish.TableDelta;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/**
 * No door bypasses the evaluator: whoever hands new rows to the lane has had them judged. Rows
 * reach a table only as a {@link TableDelta} (the guards see to it that only the lane commits), so
 * it is enough to look at who makes one.
 */
class OneEvaluatorTest {

  private static final JavaClasses PRODUCT =
      new ClassFileImporter()
          .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
          .importPackages("io.omnigraph.write", "io.omnigraph.branch", "io.omnigraph.maintenance");

  private static Set<String> callers(Class<?> of) {
    return PRODUCT.stream()
        .filter(
            c ->
                c.getConstructorCallsFromSelf().stream()
                    .anyMatch(call -> call.getTargetOwner().isEquivalentTo(of)))
        .map(OneEvaluatorTest::outermost)
        .collect(Collectors.toSet());
  }

  private static String outermost(JavaClass c) {
    return c.getName().replaceFirst("\\$.*", "");
  }

  @Test
  void everyMakerOfADeltaHasItJudged() {
    Set<String> makers = callers(TableDelta.class);
    assertThat(makers)
        .contains(MutationResult.class.getName(), LoadOperation.class.getName())
        .noneMatch(name -> name.startsWith("io.omnigraph.maintenance"));
    Set<String> judges = callers(IntegrityEvaluator.class);
    for (String maker : makers) {
      String room = maker.substring(0, maker.lastIndexOf('.'));
      boolean judged =
          room.equals("io.omnigraph.write")
              ? judges.contains(maker)
              : judges.stream().anyMatch(judge -> judge.startsWith(room + "."));
      assertThat(judged).as("%s makes a delta and asks the evaluator", maker).isTrue();
    }
  }

  @Test
  void everyOperationOfThisRoomIsOneOfThem() {
    Set<String> operations =
        PRODUCT.stream()
            .filter(
                c ->
                    c.isAssignableTo(LaneOperation.class)
                        && c.getPackageName().equals("io.omnigraph.write"))
            .map(OneEvaluatorTest::outermost)
            .collect(Collectors.toSet());
    // A mutation makes its delta in MutationResult, which judges it.
    assertThat(operations)
        .containsExactlyInAnyOrder(
            LoadOperation.class.getName(), MutationOperation.class.getName());
  }
}

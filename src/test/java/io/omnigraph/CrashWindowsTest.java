package io.omnigraph;

import static org.assertj.core.api.Assertions.assertThat;

import io.omnigraph.publish.FaultPoint;
import java.io.IOException;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** {@code docs/dev/crash-windows.md} names every step, and only tests that exist. */
class CrashWindowsTest {

  private static final Path PAGE = Path.of("docs/dev/crash-windows.md");
  private static final Pattern CODE = Pattern.compile("`([^`]+)`");

  /** The injection points that the storage specification lists, the later ones included. */
  private static final Set<String> SPECIFIED =
      Arrays.stream(
              """
              recovery.sidecar_write recovery.sidecar_confirm recovery.sidecar_delete
              recovery.sidecar_list recovery.record_audit recovery.before_roll_forward_publish
              recovery.orphan_discard_audit_append mutation.post_finalize_pre_publisher
              mutation.delete_node_pre_primary_delete graph_publish.before_commit_append
              graph_publish.after_manifest_commit publish.load_state fork.before_classify
              fork.before_reclaim classify.fresh_read branch_delete.before_table_cleanup
              ensure_indices.post_stage_pre_commit_btree
              ensure_indices.post_phase_b_pre_manifest_commit optimize.before_compact
              optimize.inject_reindex_conflict optimize.post_phase_b_pre_manifest_commit
              init.after_schema_pg_written init.after_schema_contract_written
              init.after_coordinator_init init.manifest_create_ack_lost init.table_create_ack_lost
              branch_create.post_native branch_delete.post_native
              branch_control.post_recovery_barrier mutation.post_table_commit
              mutation.post_fork_pre_commit mutation.post_sidecar_pre_fork
              mutation.post_stage_pre_effect_gate ensure_indices.post_table_effect
              open.before_schema_contract_read recovery.post_list_pre_gates
              change_feed.post_capture branch_merge.* schema_apply.* cleanup.*
              """
                  .strip()
                  .split("\\s+"))
          .collect(Collectors.toSet());

  private static List<List<String>> rows(String header) throws IOException {
    List<List<String>> rows = new ArrayList<>();
    boolean inside = false;
    for (String line : Files.readAllLines(PAGE)) {
      if (line.startsWith(header)) {
        inside = true;
      } else if (inside && !line.startsWith("|")) {
        return rows;
      } else if (inside && !line.startsWith("|---")) {
        rows.add(Arrays.stream(line.substring(1).split("\\|")).map(String::strip).toList());
      }
    }
    return rows;
  }

  private static List<String> code(String cell) {
    List<String> words = new ArrayList<>();
    Matcher matcher = CODE.matcher(cell);
    while (matcher.find()) {
      words.add(matcher.group(1));
    }
    return words;
  }

  @Test
  void every_step_stands_in_a_window_and_every_window_has_a_test_that_exists()
      throws IOException, ClassNotFoundException {
    Set<FaultPoint> named = EnumSet.noneOf(FaultPoint.class);
    for (List<String> row : rows("| window |")) {
      assertThat(row).as("%s", row).hasSize(4);
      code(row.get(0)).stream()
          .filter(w -> w.matches("[A-Z_]+"))
          .forEach(w -> named.add(FaultPoint.valueOf(w)));
      assertThat(code(row.get(3))).as("tests of %s", row.get(0)).isNotEmpty();
      for (String test : code(row.get(3))) {
        exists(test);
      }
    }
    assertThat(named).containsExactlyInAnyOrder(FaultPoint.values());
  }

  private static void exists(String test) throws ClassNotFoundException {
    int hash = test.indexOf('#');
    String name = hash < 0 ? test : test.substring(0, hash);
    Class<?> found;
    try {
      found = Class.forName("io.omnigraph." + name);
    } catch (ClassNotFoundException e) {
      found = Class.forName("io.omnigraph.publish." + name);
    }
    if (hash >= 0) {
      assertThat(found.getDeclaredMethods())
          .extracting(Method::getName)
          .contains(test.substring(hash + 1));
    }
  }

  @Test
  void every_step_of_the_specification_has_its_step_here_or_a_reason() throws IOException {
    Set<String> told =
        rows("| step there |").stream()
            .peek(
                row -> {
                  List<String> steps = code(row.get(1));
                  steps.stream()
                      .filter(w -> w.matches("[A-Z_]+"))
                      .forEach(w -> assertThat(FaultPoint.valueOf(w)).isNotNull());
                  assertThat(!steps.isEmpty() || row.get(1).length() > 30).as("%s", row).isTrue();
                })
            .map(row -> code(row.get(0)).get(0))
            .collect(Collectors.toSet());
    assertThat(told).isEqualTo(SPECIFIED);
  }

  /** Tells which scenarios a method's name says it is, such as B43_to_B45 or C57_and_C58. */
  private static final Pattern SCENARIO =
      Pattern.compile("scenario_([A-H])(\\d+)(?:_(and|to)_[A-H](\\d+))?_.*");

  private static final List<Class<?>> SCENARIOS =
      List.of(
          InitAndOpenScenariosTest.class,
          PendingWriteScenariosTest.class,
          WriteScenariosTest.class,
          RecoveryScenariosTest.class,
          BranchRecoveryScenariosTest.class,
          BranchScenariosTest.class,
          SchemaScenariosTest.class,
          IndexScenariosTest.class,
          FoldScenariosTest.class,
          CleanupScenariosTest.class,
          LifeScenarioTest.class);

  /** Those that stand for something that this implementation does not have. */
  private static final Set<Integer> WITHOUT_OBJECT = Set.of(124, 128, 137);

  @Test
  void every_scenario_of_the_specification_but_those_of_merges_has_a_test_of_its_name() {
    Set<Integer> told = new TreeSet<>(WITHOUT_OBJECT);
    for (Class<?> tests : SCENARIOS) {
      for (Method method : tests.getDeclaredMethods()) {
        Matcher matcher = SCENARIO.matcher(method.getName());
        if (matcher.matches()) {
          int from = Integer.parseInt(matcher.group(2));
          int to = matcher.group(4) == null ? from : Integer.parseInt(matcher.group(4));
          told.add(from);
          told.add(to);
          if ("to".equals(matcher.group(3))) {
            IntStream.rangeClosed(from, to).forEach(told::add);
          }
        }
      }
    }
    Set<Integer> wanted = new TreeSet<>();
    IntStream.rangeClosed(1, 88).forEach(wanted::add);
    IntStream.rangeClosed(107, 140).forEach(wanted::add);
    assertThat(told).isEqualTo(wanted);
  }
}

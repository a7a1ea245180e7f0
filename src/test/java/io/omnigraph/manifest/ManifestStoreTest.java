package io.omnigraph.manifest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.omnigraph.model.BadRequestException;
import io.omnigraph.model.BranchName;
import io.omnigraph.model.CommitId;
import io.omnigraph.model.GraphUri;
import io.omnigraph.model.InternalException;
import io.omnigraph.model.TableKey;
import io.omnigraph.storage.CommitOutcome;
import io.omnigraph.storage.Durability;
import io.omnigraph.storage.RowSource;
import io.omnigraph.storage.SnapshotHandle;
import io.omnigraph.storage.SnapshotHandle.ManifestFile;
import io.omnigraph.storage.StorageOptions;
import io.omnigraph.storage.TableAddress;
import io.omnigraph.storage.TableStorage;
import io.omnigraph.storage.TransactionTag;
import io.omnigraph.storage.lance.LanceTables;
import io.omnigraph.testing.ArrowLeakExtension;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ManifestStoreTest {

  private static final TableKey KEY = TableKey.node("Person");
  private static final String PATH = TablePaths.of(KEY);
  private static final BranchName DEV = BranchName.of("dev");

  @TempDir Path root;
  @RegisterExtension final ArrowLeakExtension leaks = new ArrowLeakExtension();

  private TableStorage storage;
  private ManifestStore manifests;

  @BeforeEach
  void create() {
    storage =
        leaks.watch(
            LanceTables.open(
                GraphUri.local(root), StorageOptions.defaults().withDurability(Durability.OS)));
    manifests = new ManifestStore(storage);
    manifests.create(
        List.of(ManifestRow.table(KEY, PATH), version(1, null), commit(0, 1)),
        new HeadRow(BranchName.MAIN, id(0), null, 1, "sha256:a"));
  }

  private static CommitId id(int n) {
    return new CommitId("01ARZ3NDEKTSV4RRFFQ69G5" + "%03d".formatted(n));
  }

  private static ManifestRow version(long version, BranchName branch) {
    return ManifestRow.version(
        new TableEntry(KEY, PATH, version, branch, version * 10),
        new ManifestFile("m" + version, 5L, null, "V2"));
  }

  private static ManifestRow commit(int n, long manifestVersion) {
    ObjectNode metadata = JsonNodeFactory.instance.objectNode().put("created_at", n);
    return ManifestRow.commit(
        new LineageRow(id(n), BranchName.MAIN, manifestVersion, metadata, false), false);
  }

  private ManifestState publish(ManifestState base, int n, ManifestRow... rows) {
    List<ManifestRow> all = new java.util.ArrayList<>(List.of(rows));
    all.add(commit(n, base.version() + 1));
    StagedPublish staged =
        manifests.stage(
            base, all, new HeadRow(base.branch(), id(n), base.head().commit(), 1, "sha256:a"));
    CommitOutcome outcome =
        storage.commit(staged.write(), new TransactionTag(UUID.randomUUID().toString(), Map.of()));
    return manifests.advance(staged, ((CommitOutcome.Committed) outcome).handle());
  }

  @Test
  void the_state_folded_after_each_publish_equals_a_scan_also_across_a_compaction() {
    ManifestState state = manifests.openHead(BranchName.MAIN);
    for (int n = 1; n <= 6; n++) {
      ManifestState next =
          n == 4
              ? publish(state, n, ManifestRow.tombstone(KEY, n + 1))
              : publish(state, n, version(n + 1, null));
      state.close();
      state = next;
      try (ManifestState scanned = manifests.openHead(BranchName.MAIN)) {
        assertThat(state.sameAs(scanned)).as("%s against %s", state, scanned).isTrue();
      }
      if (n == 3) {
        SnapshotHandle compacted = storage.maintenance().compact(state.handle());
        state.close();
        state = manifests.read(BranchName.MAIN, compacted);
      }
    }
    assertThat(state.tables().get(KEY).version()).isEqualTo(7);
    assertThat(state.fragmentCount()).isLessThan(8);
    state.close();
  }

  private ManifestState fold(ManifestState base) {
    StagedFold staged = manifests.stageFold(base);
    CommitOutcome outcome =
        storage.commit(staged.write(), new TransactionTag(UUID.randomUUID().toString(), Map.of()));
    ManifestState folded = manifests.advance(staged, ((CommitOutcome.Committed) outcome).handle());
    base.close();
    return folded;
  }

  @Test
  void a_fold_keeps_the_state_and_the_log_and_few_fragments_whatever_the_number_of_commits() {
    ManifestState state = manifests.openHead(BranchName.MAIN);
    int most = 0;
    for (int n = 1; n <= 140; n++) {
      ManifestState next =
          n % 50 == 17
              ? publish(state, n, ManifestRow.tombstone(KEY, n + 1))
              : publish(state, n, version(n + 1, n % 50 == 18 ? DEV : null));
      state.close();
      state = next;
      if (n % 2 == 0) {
        state = fold(state);
        assertThat(state.looseFragments()).isEqualTo(2);
      }
      most = Math.max(most, state.history().size());
      if (n % 16 < 2) {
        try (ManifestState scanned = manifests.openHead(BranchName.MAIN)) {
          assertThat(state.sameAs(scanned)).as("%s against %s", state, scanned).isTrue();
          assertThat(manifests.lineage(scanned.handle(), 0))
              .extracting(LineageRow::id)
              .containsExactlyElementsOf(
                  java.util.stream.IntStream.rangeClosed(0, n)
                      .mapToObj(ManifestStoreTest::id)
                      .toList());
          assertThat(manifests.find(scanned.handle(), id(n / 2))).isPresent();
        }
      }
    }
    assertThat(most).isLessThanOrEqualTo(21);
    assertThat(manifests.references(BranchName.MAIN, 1)).hasSize(140 - 3 + 1);
    // An older version tells for itself what is past.
    try (ManifestState old = manifests.openAt(BranchName.MAIN, 71)) {
      assertThat(old.head().commit()).isEqualTo(manifests.lineage(old.handle(), 0).getLast().id());
    }
    state.close();
  }

  @Test
  void a_fold_of_a_manifest_that_an_older_writer_merged_tells_the_past_from_what_is_in_force() {
    ManifestState state = manifests.openHead(BranchName.MAIN);
    for (int n = 1; n <= 12; n++) {
      ManifestState next = publish(state, n, version(n + 1, null));
      state.close();
      state = next;
      if (n == 5) {
        state = fold(state);
      }
      if (n == 9) {
        // Also merges fragments that the head row names as past.
        SnapshotHandle merged = storage.maintenance().compact(state.handle());
        state.close();
        state = manifests.read(BranchName.MAIN, merged);
        assertThat(state.history()).isEmpty();
        assertThat(state.head().commit()).isEqualTo(id(9));
      }
    }
    state = fold(state);
    assertThat(state.history()).hasSize(1);
    try (ManifestState scanned = manifests.openHead(BranchName.MAIN)) {
      assertThat(state.sameAs(scanned)).as("%s against %s", state, scanned).isTrue();
      assertThat(manifests.lineage(scanned.handle(), 0)).hasSize(13);
    }
    state.close();
  }

  @Test
  void a_reader_follows_publishes_by_what_they_add_and_folds_by_reading_anew() {
    ManifestState state = manifests.openHead(BranchName.MAIN);
    ManifestState reader = manifests.openHeadToRead(BranchName.MAIN, null);
    for (int n = 1; n <= 9; n++) {
      ManifestState next =
          n == 5
              ? publish(state, n, ManifestRow.tombstone(KEY, n + 1))
              : publish(state, n, version(n + 1, null));
      state.close();
      state = n == 3 || n == 8 ? fold(next) : next;
      if (n % 2 == 0) {
        ManifestState followed = manifests.openHeadToRead(BranchName.MAIN, reader);
        reader.close();
        reader = followed;
        assertThat(state.sameAs(reader)).as("%s against %s", state, reader).isTrue();
      }
    }
    reader.close();
    state.close();
  }

  @Test
  void of_a_fold_and_a_publish_on_one_base_exactly_one_becomes_visible() {
    try (ManifestState base = manifests.openHead(BranchName.MAIN)) {
      StagedFold fold = manifests.stageFold(base);
      publish(base, 1, version(2, null)).close();
      assertThat(
              storage.commit(
                  fold.write(), new TransactionTag(UUID.randomUUID().toString(), Map.of())))
          .isNotInstanceOf(CommitOutcome.Committed.class);
      try (ManifestState now = manifests.openHead(BranchName.MAIN)) {
        assertThat(now.head().commit()).isEqualTo(id(1));
        assertThat(now.tables().get(KEY).version()).isEqualTo(2);
      }
    }
  }

  @Test
  void of_two_publishes_on_one_base_exactly_one_becomes_visible() {
    try (ManifestState base = manifests.openHead(BranchName.MAIN)) {
      StagedPublish first =
          manifests.stage(
              base,
              List.of(version(2, null), commit(1, 2)),
              new HeadRow(BranchName.MAIN, id(1), id(0), 1, null));
      StagedPublish second =
          manifests.stage(
              base, List.of(commit(2, 2)), new HeadRow(BranchName.MAIN, id(2), id(0), 1, null));
      CommitOutcome one =
          storage.commit(first.write(), new TransactionTag(UUID.randomUUID().toString(), Map.of()));
      CommitOutcome two =
          storage.commit(
              second.write(), new TransactionTag(UUID.randomUUID().toString(), Map.of()));

      assertThat(two).isNotInstanceOf(CommitOutcome.Committed.class);
      manifests.advance(first, ((CommitOutcome.Committed) one).handle()).close();
      try (ManifestState now = manifests.openHead(BranchName.MAIN)) {
        assertThat(now.head().commit()).isEqualTo(id(1));
        assertThat(manifests.lineage(now.handle(), 0)).hasSize(2);
        assertThat(manifests.lineage(now.handle(), 1)).hasSize(1);
        assertThat(manifests.find(now.handle(), id(2))).isEmpty();
      }
    }
  }

  @Test
  void a_fresh_branch_shows_the_head_of_its_parent_and_then_its_own() {
    try (ManifestState main = manifests.openHead(BranchName.MAIN)) {
      storage.fork(main.handle(), DEV).close();
    }
    ManifestState fresh = manifests.openHead(DEV);
    assertThat(fresh.head().branch()).isEqualTo(BranchName.MAIN);
    assertThat(fresh.head().commit()).isEqualTo(id(0));
    ManifestState written = publish(fresh, 1, version(2, DEV));
    fresh.close();
    written.close();
    try (ManifestState dev = manifests.openHead(DEV);
        ManifestState main = manifests.openHead(BranchName.MAIN)) {
      assertThat(dev.head().branch()).isEqualTo(DEV);
      assertThat(dev.tables().get(KEY).ownedBy(DEV)).isTrue();
      assertThat(main.head().commit()).isEqualTo(id(0));
      assertThat(main.tables().get(KEY).version()).isEqualTo(1);
    }
  }

  @Test
  void a_version_that_is_not_newer_than_everything_recorded_cannot_be_published() {
    try (ManifestState base = manifests.openHead(BranchName.MAIN)) {
      assertThatThrownBy(() -> publish(base, 1, version(1, null)))
          .isInstanceOf(InternalException.class)
          .hasMessageContaining("already records version 1");
    }
  }

  @Test
  void a_version_that_never_was_cannot_be_opened() {
    assertThatThrownBy(() -> manifests.openAt(BranchName.MAIN, 99))
        .isInstanceOf(io.omnigraph.model.GraphException.class);
    assertThatThrownBy(() -> manifests.openHead(DEV)).hasMessage("branch 'dev' not found");
  }

  @ParameterizedTest
  @CsvSource({
    "5, internal_schema_too_new, manifest v5",
    "3, internal_schema_too_old, manifest v3",
    "x4, internal_schema_invalid, 'x4'",
    "'', internal_schema_missing, no format stamp"
  })
  void a_graph_of_another_format_is_refused_and_says_what_to_do(
      String stamp, String code, String words) {
    storage.drop(ManifestStore.PATH);
    Map<String, String> metadata = stamp.isEmpty() ? Map.of() : Map.of(FormatStamp.KEY, stamp);
    try (RowSource nothing = RowSource.empty(ManifestSchema.SCHEMA)) {
      storage
          .create(TableAddress.main(ManifestStore.PATH), ManifestSchema.SCHEMA, metadata, nothing)
          .close();
    }
    assertThatThrownBy(() -> manifests.openHead(BranchName.MAIN))
        .isInstanceOf(BadRequestException.class)
        .hasMessageContaining(words)
        .satisfies(e -> assertThat(((BadRequestException) e).code()).isEqualTo(code));
  }
}
